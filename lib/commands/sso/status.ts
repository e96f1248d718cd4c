import type { Command } from 'commander';
import { exitCode } from '../../messages/errors.ts';
import { leafSource } from '../../profile/source.ts';
import type { ResolvedProject } from '../../run/project.ts';
import { sessionCacheKey } from '../../sso/session.ts';
import { print, printJson } from '../../terminal/output.ts';
import { addCommand, type CommandContext } from '../command.ts';
import { resolveCommandProject } from '../shared/project.ts';
import {
  listProfiles,
  listSessions,
  otherCredentials,
  type OtherCredentials,
  type SessionEntry,
} from '../shared/sessions.ts';
import { formatStatus, type PortalAnswer, type ProjectStatus, statusJson } from './status-format.ts';
import { warnOfWideCache } from './wide-cache.ts';

/** Adds `cdkx sso status`, which shows all sessions. */
export function addSsoStatus(parent: Command, run: CommandContext): void {
  addCommand(parent, {
    usage: 'status',
    description:
      'Show all SSO sessions: state, time left, and profiles. Makes no network calls unless --check is given.',
    examples: [
      ['cdkx sso status', 'all sessions'],
      ['cdkx sso status --check', 'check with AWS whether they are still valid'],
      ['cdkx sso status --json', 'the same as JSON'],
    ],
    notes: [
      'Exit codes: 0 if the credentials of this project can be used, otherwise 77.',
      'JSON: { version, project: { profile, usable }, sessions: [{ name, startUrl, region, kind, state, ' +
        'expiresAt, secondsLeft, refreshable, profiles, current, portal }], credentials: [{ profile, kind, state, ' +
        'expiresAt }] }. state: valid, ending, refreshable, expired, signed-out, unreadable.',
    ],
  })
    .option('--json', 'print JSON')
    .option('--check', 'check each session with the access portal, and keys without a known expiry with AWS STS')
    .action(async (options: { readonly json?: boolean; readonly check?: boolean }) => {
      run.end(await status(run, options));
    });
}

async function status(
  run: CommandContext,
  options: { readonly json?: boolean; readonly check?: boolean },
): Promise<number> {
  const { ctx } = run;
  const project = resolveCommandProject(run);
  const profiles = listProfiles(ctx, project.config);
  const sessions = listSessions(ctx, project.config, profiles);
  const known = otherCredentials(ctx, profiles);
  const { portal, others } =
    options.check && !run.flags.dryRun
      ? await checkAll(run, project, sessions, known)
      : { portal: new Map<string, PortalAnswer>(), others: known };
  const verdict = projectStatus(project, sessions, others, portal);
  const view = { project: verdict, sessions, others, portal, now: ctx.clock.now() };
  if (options.json) printJson(run, statusJson(view));
  else print(run, formatStatus(ctx, view));
  warnOfWideCache(run, sessions);
  return verdict.usable ? 0 : exitCode.notSignedIn;
}

async function checkAll(
  { ctx, reporter }: CommandContext,
  { config, http }: ResolvedProject,
  sessions: readonly SessionEntry[],
  known: readonly OtherCredentials[],
) {
  // Loads the SDK, which isn't needed without --check.
  const { checkCredentials, checkSessions } = await import('./check-sessions.ts');
  const [portal, others] = await Promise.all([
    checkSessions(ctx, sessions, http),
    checkCredentials(ctx, known, { config, http, reporter }),
  ]);
  return { portal, others };
}

/** Whether the project's credentials can be used. Profiles without SSO count as usable unless their credentials have expired. */
export function projectStatus(
  { detection }: Pick<ResolvedProject, 'detection'>,
  sessions: readonly SessionEntry[],
  others: readonly OtherCredentials[],
  portal: ReadonlyMap<string, PortalAnswer>,
): ProjectStatus {
  if (detection.outcome !== 'profile') {
    return { usable: detection.outcome === 'pass-through' && detection.reason !== 'instance-or-nothing' };
  }
  const { name: profile, credentialSource } = detection;
  const leaf = leafSource(credentialSource);
  if (leaf.kind === 'invalid') return { profile, usable: false, problem: leaf.problem.what };
  if (leaf.kind === 'none')
    return { profile, usable: false, problem: 'It contains settings only, and no credentials.' };
  if (leaf.kind !== 'sso-session' && leaf.kind !== 'legacy-sso') {
    return { profile, usable: others.find((other) => other.profile === leaf.profile)?.usable ?? true };
  }
  const entry = sessions.find(
    ({ session, kind }) =>
      kind !== 'orphan' &&
      session.name === leaf.session.name &&
      sessionCacheKey(session) === sessionCacheKey(leaf.session),
  );
  if (entry === undefined) return { profile, usable: false };
  const usable = ['valid', 'ending', 'refreshable'].includes(entry.state) && portal.get(entry.path) !== 'ended';
  return { profile, usable, sessionPath: entry.path };
}
