import { parseCommandLine } from '../../cdk/command-line/command-line.ts';
import { readOptionTable } from '../../cdk/command-line/option-table.ts';
import { resolveCdkxSettings } from '../../cdkx-flags.ts';
import { UserError } from '../../messages/errors.ts';
import { safeText } from '../../messages/text.ts';
import type { PassThroughReason } from '../../profile/detect/types.ts';
import { ensureProfile, type EnsureProfileOutcome } from '../../profile/ensure-profile.ts';
import { announceDetection } from '../../run/announce.ts';
import { chooseProfile } from '../../run/choose/choose-profile.ts';
import type { ChosenProfile } from '../../run/project.ts';
import { loginPolicy, type ResolvedProject, resolveProject } from '../../run/project.ts';
import { unattended } from '../../system/environment.ts';
import type { CommandContext } from '../command.ts';

/**
 * What this folder means, as a `cdk` command without arguments would find it; `profile` stands for `--profile`. The folder is not trusted:
 * it names a profile, and has no say in where calls go, whom they trust and when a browser opens.
 *
 * `readsProject`: false where the user has said whose credentials are meant, whatever cdk.json holds.
 *
 * @throws UserError 78 for a file or a block that cannot be used.
 */
export function resolveCommandProject(
  { ctx, flags }: Pick<CommandContext, 'ctx' | 'flags'>,
  profile?: string,
  { readsProject = true }: { readonly readsProject?: boolean } = {},
): ResolvedProject {
  const args = profile === undefined ? [] : [`--profile=${profile}`];
  const line = parseCommandLine(args, readOptionTable(undefined), ctx.env);
  // Without the project there is no stage either.
  const settings = readsProject ? resolveCdkxSettings(flags, ctx.env) : {};
  return resolveProject(ctx, line, settings, { trustsProject: false, readsProject });
}

/**
 * The profile that a verb works on, settled with the person where that is needed.
 *
 * @throws UserError 78 where there is none, or as `chooseProfile`.
 */
export async function requireProfile(
  { ctx, reporter, flags }: Pick<CommandContext, 'ctx' | 'reporter' | 'flags'>,
  project: ResolvedProject,
  verb: string,
): Promise<ChosenProfile> {
  announceDetection(project, reporter);
  const profile = await chooseProfile(ctx, project, reporter, flags);
  if (profile !== undefined) return profile;
  const { detection } = project;
  throw new UserError('ProfileRequired', {
    what: `${verb} needs a profile, and this folder names none.`,
    why: detection.outcome === 'pass-through' ? passThroughReasons[detection.reason] : 'None was chosen.',
    next: [
      { say: 'Name one, or pin it for the project:' },
      { run: `${verb} --profile NAME` },
      { run: 'cdkx profile pin NAME' },
    ],
  });
}

/** With `--cdkx-dry-run`: prints what the command would do instead of doing it, and is true. */
export function onlyShows({ ctx, flags }: Pick<CommandContext, 'ctx' | 'flags'>, wouldDo: readonly string[]): boolean {
  if (flags.dryRun) ctx.stdout.write(wouldDo.map((each) => `${safeText(each, 1000)}\n`).join(''));
  return flags.dryRun;
}

/** Why `cdk` is left to find credentials by itself, for people. */
export const passThroughReasons: Readonly<Record<PassThroughReason, string>> = {
  'environment-keys': 'AWS_ACCESS_KEY_ID and its secret are set: cdk uses them.',
  'web-identity': 'cdk uses the web identity that the environment tells.',
  container: 'cdk uses the credentials of this container.',
  'settings-only': 'The profile that is named holds settings only, so cdk looks elsewhere for credentials.',
  'instance-or-nothing': 'Nothing names one, and there is no default profile with credentials.',
};

/**
 * Makes a profile's credentials available for a verb, as for a `cdk` command that requires them: for a command that is started next
 * (`child`), or for the verb itself (`self`). `refused` is an access token that the portal did not take.
 *
 * @throws UserError as `ensureProfile`.
 */
export async function ensureCommandProfile(
  { ctx, reporter, flags }: Pick<CommandContext, 'ctx' | 'reporter' | 'flags'>,
  project: ResolvedProject,
  { name, source }: Pick<ChosenProfile, 'name' | 'source'>,
  {
    verb,
    tokenFor,
    refused,
  }: { readonly verb: string; readonly tokenFor: 'child' | 'self'; readonly refused?: string | undefined },
): Promise<EnsureProfileOutcome> {
  const cdkxSettings = resolveCdkxSettings(flags, ctx.env);
  const { deviceCode, noBrowser } = cdkxSettings;
  return ensureProfile(ctx, {
    profile: name,
    source,
    requirement: 'required',
    login: loginPolicy(ctx, project, cdkxSettings),
    reporter,
    http: project.http,
    deviceCode,
    noBrowser,
    refused,
    unattended: unattended(ctx.env),
    command: verb,
    tokenFor,
  });
}
