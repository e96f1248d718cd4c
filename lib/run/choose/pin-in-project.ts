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

/** The project's settings file, in the folder that `cdk` is run in. */
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

/** Whether the working folder has a cdk.json to pin in. */
export function hasCdkJson({ cwd }: Pick<Context, 'cwd'>): boolean {
  return existsSync(join(cwd, shownPath));
}

/** Writes the pin into cdk.json, formatting kept. Throws a UserError (78) where the file cannot be edited or written. */
export function pinProfile(ctx: Pick<Context, 'cwd' | 'pid' | 'platform' | 'uid'>, target: PinTarget): void {
  const file = readCdkJson(ctx);
  writeProjectFile(ctx, file, editPin(file.text, target));
}

/** cdk.json of the working folder, to be edited. Throws a UserError (78) where it cannot be. */
export function readCdkJson({ cwd }: Pick<Context, 'cwd'>): ProjectFile {
  return readProjectFile(join(cwd, shownPath), shownPath);
}

/** The text of cdk.json with the pin; the same text where it is pinned already. */
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

/** What a profile leads to. The sign-in is named for a profile that signs in itself: elsewhere the first run could not make it again from it. */
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
