import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import type { CredentialSource } from '../../profile/source.ts';
import type { Stage } from '../../project/block/block.ts';
import {
  buildPin,
  editProjectBlock,
  type ProjectFile,
  readProjectFile,
  writeProjectFile,
} from '../../project/cdk-json.ts';

/** The project's settings file, in the directory that `cdk` runs in. */
export const shownPath = 'cdk.json';

export interface PinTarget {
  readonly name: string;
  readonly source: CredentialSource;
  readonly region?: string | undefined;
  readonly stage?: string | undefined;
  readonly settings?: Pick<Stage, 'stacks' | 'protected'>;
}

export function hasCdkJson({ cwd }: Pick<Context, 'cwd'>): boolean {
  return existsSync(join(cwd, shownPath));
}

/** Writes the pin into cdk.json, and keeps its formatting. Throws a UserError (78) if the file can't be edited or written. */
export function pinProfile(ctx: Pick<Context, 'cwd' | 'pid' | 'platform' | 'uid'>, target: PinTarget): void {
  const file = readCdkJson(ctx);
  writeProjectFile(ctx, file, editPin(file.text, target));
}

/** Reads cdk.json of the current directory for editing. Throws a UserError (78) if it can't be edited. */
export function readCdkJson({ cwd }: Pick<Context, 'cwd'>): ProjectFile {
  return readProjectFile(join(cwd, shownPath), shownPath);
}

/** The text of cdk.json with the pin; the same text if it is pinned already. */
export function editPin(text: string, { name, source, region, stage, settings }: PinTarget): string {
  const pin = { ...buildPin(name, source, region), ...settings };
  return editProjectBlock(text, pin, { stage, shownPath });
}
