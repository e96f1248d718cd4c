import { resolveOwnSettings } from '../cdk/own-settings.ts';
import type { ResolvedProject } from '../cdk/resolve-project.ts';
import { ensureProfile, type EnsureProfileOutcome } from '../profile/ensure-profile.ts';
import { isCi } from '../terminal/interactive.ts';
import type { ChosenProfile } from './choose-profile.ts';
import type { OwnRun } from './own-command.ts';

/**
 * Makes a profile's credentials available for a verb, as for a `cdk` command that requires them: for a command that is started next
 * (`child`), or for the verb itself (`self`). `refused` is an access token that the portal did not take.
 *
 * @throws UserError as `ensureProfile`.
 */
export async function ensureOwnProfile(
  { ctx, reporter, own }: Pick<OwnRun, 'ctx' | 'reporter' | 'own'>,
  project: ResolvedProject,
  { name, source }: Pick<ChosenProfile, 'name' | 'source'>,
  {
    verb,
    tokenFor,
    refused,
  }: { readonly verb: string; readonly tokenFor: 'child' | 'self'; readonly refused?: string | undefined },
): Promise<EnsureProfileOutcome> {
  const { login, deviceCode, noBrowser } = resolveOwnSettings(own, ctx.env);
  return ensureProfile(ctx, {
    profile: name,
    source,
    requirement: 'required',
    login: login?.value ?? project.run?.effective.login ?? project.userBlock?.login ?? 'prompt',
    reporter,
    http: project.http,
    deviceCode,
    noBrowser,
    refused,
    inCi: isCi(ctx.env),
    command: verb,
    tokenFor,
  });
}
