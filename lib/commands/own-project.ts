import { announceDetection } from '../cdk/announce.ts';
import { parseCommandLine } from '../cdk/command-line.ts';
import { readOptionTable } from '../cdk/option-table.ts';
import { resolveOwnSettings } from '../cdk/own-settings.ts';
import { resolveProject, type ResolvedProject } from '../cdk/resolve-project.ts';
import type { PassThroughReason } from '../profile/detect-types.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { chooseProfile, type ChosenProfile } from './choose-profile.ts';
import type { OwnRun } from './own-command.ts';

/**
 * What this folder means, as a `cdk` command without arguments would find it; `profile` stands for `--profile`.
 *
 * @throws UserError 78 for a file or a block that cannot be used.
 */
export function resolveOwnProject({ ctx, own }: Pick<OwnRun, 'ctx' | 'own'>, profile?: string): ResolvedProject {
  const line = parseCommandLine(profile === undefined ? [] : [`--profile=${profile}`], readOptionTable(undefined));
  return resolveProject(ctx, line, resolveOwnSettings(own, ctx.env));
}

/**
 * The profile that a verb works on, settled with the person where that is needed.
 *
 * @throws UserError 78 where there is none, or as `chooseProfile`.
 */
export async function requireProfile(
  { ctx, reporter }: Pick<OwnRun, 'ctx' | 'reporter'>,
  project: ResolvedProject,
  verb: string,
): Promise<ChosenProfile> {
  announceDetection(project, reporter);
  const profile = await chooseProfile(ctx, project, reporter);
  if (profile !== undefined) return profile;
  const { detection } = project;
  throw new UserError(exitCode.configuration, {
    what: `${verb} needs a profile, and this folder names none.`,
    why: detection.outcome === 'pass-through' ? passThroughReasons[detection.reason] : 'None was chosen.',
    next: ['Name one, or pin it for the project:', `    ${verb} --profile NAME`, '    cdkx profile pin NAME'],
  });
}

/** Why `cdk` is left to find credentials by itself, for people. */
export const passThroughReasons: Readonly<Record<PassThroughReason, string>> = {
  'environment-keys': 'AWS_ACCESS_KEY_ID and its secret are set: cdk uses them.',
  'web-identity': 'cdk uses the web identity that the environment tells.',
  container: 'cdk uses the credentials of this container.',
  'settings-only': 'The profile that is named holds settings only, so cdk looks elsewhere for credentials.',
  'instance-or-nothing': 'Nothing names one, and there is no default profile with credentials.',
};
