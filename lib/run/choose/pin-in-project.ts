import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { type CredentialSource, sourceAccount, sourceRole } from '../../profile/source.ts';
import type { Stage } from '../../project/block/block.ts';
import {
  buildPin,
  editProjectBlock,
  type ProfileFacts,
  type ProjectFile,
  readProjectFile,
  writeProjectFile,
} from '../../project/cdk-json.ts';

/** The project's settings file, in the directory that `cdk` runs in. */
export const shownPath = 'cdk.json';

/** A profile to pin. */
export interface PinTarget {
  readonly name: string;
  readonly source: CredentialSource;
  /** `region` of the profile. */
  readonly region?: string | undefined;
  readonly stage?: string | undefined;
  /** What the stage gets with it. */
  readonly settings?: Pick<Stage, 'stacks' | 'protected'>;
}

/** Whether the current directory has a cdk.json to pin in. */
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
  return editProjectBlock(
    text,
    { ...buildPin({ ...profileFacts(name, source), region }), ...settings },
    {
      ...(stage === undefined ? {} : { stage }),
      shownPath,
    },
  );
}

/** The facts of a profile for a pin. Contains the SSO session only of a profile that signs in itself: for others, the first run couldn't create the profile from it. */
export function profileFacts(name: string, source: CredentialSource): ProfileFacts {
  const { session } = source.kind === 'sso-session' || source.kind === 'legacy-sso' ? source : { session: undefined };
  return {
    name,
    account: sourceAccount(source),
    role: sourceRole(source),
    ...(session === undefined
      ? {}
      : { ssoSession: { name: session.name, startUrl: session.startUrl, region: session.region } }),
  };
}
