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

/**
 * `cdkx sso configure`: 1. which session, 2. sign in and read the accounts and roles, 3. which of them, 4. show the change, ask and write.
 * Returns 0, or 69 when the roles of some account could not be read although the rest was written.
 *
 * @throws UserError 64, 69, 77, 78 and 130, each before anything is written.
 */
export async function configureFromPortal(run: ConfigureRun, options: ConfigureOptions): Promise<number> {
  const { ctx, reporter } = run;
  const { interactive } = reporter;
  const { dryRun = false, yes = false, profile } = options;
  if (!interactive && !yes && !dryRun) throw cannotConfirm();
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
    if (!reporter.interactive) throw cannotConfirm();
    if (!orCancel(await confirm(ctx, { message: `Write this to ${change.shownPath}?` })))
      throw declined(change.shownPath);
  }
  writeConfigChange(ctx, change);
  reporter.notice(after);
}

/** An account and a role that are both said need no portal: without a sign-in they are taken at their word. */
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
    run.reporter.notice('not signed in: whether that account and role are assigned to you was not checked');
    return known === undefined ? [] : [known];
  }
  return chooseRoles(run.ctx, options, assignments, profilesByRole(config, session.startUrl), run.reporter.interactive);
}

/** Asked for where somebody chose roles on a terminal; else profiles get no region that nobody named. */
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
  // Who configures a session on a terminal wants to sign in: the start URL was just given or chosen.
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

/** A profile whose credentials come from elsewhere would not sign in through the session, whatever is added to it. */
function refuseOtherCredentials(config: SharedConfig, profile: string, env: Environment): void {
  if (!config.profiles.has(profile)) return;
  const { kind } = resolveCredentialSource(config, profile, env);
  if (kind !== 'none' && kind !== 'sso-session' && kind !== 'invalid') throw otherCredentials(config, profile, kind);
}
