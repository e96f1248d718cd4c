import { parseCommandLine } from '../../cdk/command-line/command-line.ts';
import { readOptionTable } from '../../cdk/command-line/option-table.ts';
import { resolveCdkxSettings } from '../../cdkx-flags.ts';
import { UserError } from '../../messages/errors.ts';
import { safeText } from '../../messages/text.ts';
import type { PassThroughReason } from '../../profile/detect/types.ts';
import type { EnsureProfileOutcome, EnsureProfileRequest } from '../../profile/ensure-profile.ts';
import { announceDetection, whatHelps } from '../../run/announce.ts';
import { chooseProfile } from '../../run/choose/choose-profile.ts';
import { ensureRunProfile } from '../../run/ensure.ts';
import { type ChosenProfile, type ResolvedProject, resolveProject } from '../../run/project.ts';
import type { CommandContext } from '../command.ts';

/** Resolves the project as for `cdk`, without trusting it: it has no say in proxies, certificates and browsers. */
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

/** Returns the profile for a command, prompting if needed. Throws a UserError (78) if there is none. */
export async function requireProfile(
  { ctx, reporter, flags }: Pick<CommandContext, 'ctx' | 'reporter' | 'flags'>,
  project: ResolvedProject,
  command: string,
  /** What comes after `--profile NAME` for the command to be complete. */
  program = '',
): Promise<ChosenProfile> {
  announceDetection(project, reporter);
  const profile = await chooseProfile(ctx, project, reporter, flags);
  if (profile !== undefined) return profile;
  const { detection, config } = project;
  const isEmpty = config.profiles.size === 0;
  throw new UserError('ProfileRequired', {
    what: 'no AWS profile selected for this directory',
    why: isEmpty
      ? 'There are no profiles on this machine.'
      : detection.outcome === 'pass-through'
        ? passThroughReasons[detection.reason]
        : 'You did not choose one.',
    next: isEmpty
      ? whatHelps(ctx, project)
      : [
          { say: 'Specify a profile, or pin one for the project:' },
          { run: `${command} --profile NAME${program}` },
          { run: 'cdkx profile pin NAME' },
        ],
  });
}

/** With `--cdkx-dry-run`: prints what the command would do instead of doing it, and is true. */
export function onlyShows({ ctx, flags }: Pick<CommandContext, 'ctx' | 'flags'>, wouldDo: readonly string[]): boolean {
  if (flags.dryRun) ctx.stdout.write(wouldDo.map((each) => `${safeText(each, 1000)}\n`).join(''));
  return flags.dryRun;
}

/** Why no profile is used, as sentences for messages. */
export const passThroughReasons: Readonly<Record<PassThroughReason, string>> = {
  'environment-keys': 'AWS_ACCESS_KEY_ID and its secret are set, and cdk uses them.',
  'web-identity': 'cdk uses the web identity token from the environment.',
  container: 'cdk uses the credentials of this container.',
  'settings-only': 'The selected profile contains settings only, so cdk uses other credentials.',
  'instance-or-nothing':
    'No profile is set (flags, cdk.json, environment), and there is no default profile with credentials.',
};

/** Makes a profile ready for a command that requires credentials. Throws a UserError as `ensureProfile`. */
export async function ensureCommandProfile(
  { ctx, reporter, flags }: Pick<CommandContext, 'ctx' | 'reporter' | 'flags'>,
  project: ResolvedProject,
  profile: Pick<ChosenProfile, 'name' | 'source'>,
  options: Pick<EnsureProfileRequest, 'command' | 'tokenFor' | 'refused'>,
): Promise<EnsureProfileOutcome> {
  const run = { project, cdkxSettings: resolveCdkxSettings(flags, ctx.env), reporter };
  return ensureRunProfile(ctx, run, profile, options);
}
