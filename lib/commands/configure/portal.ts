import { planConfigChange, writeConfigChange } from '../../aws-config/edit/edit-config.ts';
import { findPrunable } from '../../aws-config/edit/prune.ts';
import { readSharedConfig, type SharedConfig } from '../../aws-config/shared-config.ts';
import { resolveCdkxSettings } from '../../cdkx-flags.ts';
import type { Environment, HttpSettings } from '../../context.ts';
import { exitCode } from '../../messages/errors.ts';
import { resolveCredentialSource } from '../../profile/resolve-source.ts';
import type { SessionRequest } from '../../sso/ensure/ensure-session.ts';
import type { AssignedRole, Assignments } from '../../sso/identity-center/portal.ts';
import { unattended } from '../../system/environment.ts';
import { showDiff } from '../../terminal/output.ts';
import { orCancel, confirm } from '../../terminal/prompts.ts';
import type { CommandContext } from '../command.ts';
import { resolveCommandProject } from '../shared/project.ts';
import { cannotConfirm, declined, otherCredentials } from './messages.ts';
import type { ConfigureOptions } from './options.ts';
import { type ConfigurePlan, describePlan, planConfigure, profilesByRole, type SessionToWrite } from './plan.ts';
import { chooseRoles, readAssignments, warnUnread } from './roles.ts';
import { askProfileRegion, chooseSession } from './session.ts';

type ConfigureRun = Pick<CommandContext, 'ctx' | 'reporter' | 'flags'>;

/** `cdkx sso configure`. Returns 0, or 69 if the roles of some accounts couldn't be listed. Throws before anything is written. */
export async function configureFromPortal(run: ConfigureRun, options: ConfigureOptions): Promise<number> {
  const { ctx, reporter } = run;
  const { interactive } = reporter;
  const { dryRun = false, yes = false, profile } = options;
  if (!interactive && !yes && !dryRun) throw cannotConfirm(ctx.env);
  const { http } = resolveCommandProject(run, undefined, { readsProject: false });
  const config = readSharedConfig(ctx);
  if (profile !== undefined) refuseOtherCredentials(config, profile, ctx.env);

  const target = await chooseSession(ctx, { config, options, interactive, http });
  const known = knownRole(options);
  const request = sessionRequest(run, target, http, known === undefined ? 'required' : 'best-effort');
  const assignments = await readAssignments(ctx, request, options.account);
  if (assignments !== undefined) warnUnread(assignments, reporter);
  const roles = await rolesOf(run, options, target, config, assignments, known);

  const plan = planConfigure({
    config,
    env: ctx.env,
    target,
    roles,
    template: options.template,
    profile,
    region: options.profileRegion ?? (await regionOf(run, options, target, roles)),
    prunable:
      options.prune && assignments !== undefined
        ? findPrunable(config, target.session, assignments, options.account)
        : [],
  });
  await writePlan(run, options, plan);
  return assignments?.unread.length ? exitCode.unavailable : 0;
}

async function writePlan(
  run: ConfigureRun,
  { dryRun = false, yes = false }: ConfigureOptions,
  plan: ConfigurePlan,
): Promise<void> {
  const { ctx, reporter } = run;
  const change = planConfigChange(ctx, plan.edits);
  const { before, after } = describePlan(plan, change);
  for (const line of before) reporter.notice(line);
  if (!change.isChanged) return;
  showDiff(ctx, { ...change, isData: dryRun });
  if (dryRun) return;
  if (!yes) {
    if (!reporter.interactive) throw cannotConfirm(ctx.env);
    if (!orCancel(await confirm(ctx, { message: `Write this to ${change.shownPath}?` })))
      throw declined(change.shownPath);
  }
  writeConfigChange(ctx, change);
  reporter.notice(after);
}

/** If both account and role are given, the portal isn't required: without a sign-in they aren't checked. */
function knownRole({ account, role, all, prune }: ConfigureOptions): AssignedRole | undefined {
  return account === undefined || role === undefined || all || prune
    ? undefined
    : { accountId: account, roleName: role };
}

async function rolesOf(
  run: ConfigureRun,
  options: ConfigureOptions,
  { session }: SessionToWrite,
  config: SharedConfig,
  assignments: Assignments | undefined,
  known: AssignedRole | undefined,
): Promise<readonly AssignedRole[]> {
  if (assignments === undefined) {
    run.reporter.notice('not signed in; did not check whether the role is assigned to you');
    return known === undefined ? [] : [known];
  }
  return chooseRoles(run.ctx, options, assignments, profilesByRole(config, session.startUrl), run.reporter.interactive);
}

/** Prompts for a region if roles were chosen on a terminal; otherwise profiles get only the region that was given. */
async function regionOf(
  { ctx, reporter }: ConfigureRun,
  { yes }: ConfigureOptions,
  { session }: SessionToWrite,
  roles: readonly AssignedRole[],
): Promise<string | undefined> {
  return reporter.interactive && !yes && roles.length > 0 ? askProfileRegion(ctx, session.region) : undefined;
}

function sessionRequest(
  { ctx, reporter, flags }: ConfigureRun,
  { session }: SessionToWrite,
  http: HttpSettings,
  requirement: SessionRequest['requirement'],
): SessionRequest {
  const settings = resolveCdkxSettings(flags, ctx.env);
  // On a terminal, sign in without another prompt: the user just chose the session.
  const login = settings.login?.value ?? (reporter.interactive ? 'auto' : 'prompt');
  return {
    session,
    requirement,
    login,
    reporter,
    http,
    deviceCode: settings.deviceCode,
    noBrowser: settings.noBrowser,
    unattended: unattended(ctx.env),
    command: 'cdkx sso configure',
    tokenFor: 'self',
  };
}

/** Rejects a profile with another credential source, which would override the SSO keys. */
function refuseOtherCredentials(config: SharedConfig, profile: string, env: Environment): void {
  if (!config.profiles.has(profile)) return;
  const { kind } = resolveCredentialSource(config, profile, env);
  if (kind !== 'none' && kind !== 'sso-session' && kind !== 'invalid') throw otherCredentials(config, profile, kind);
}
