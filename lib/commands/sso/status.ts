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

/** Adds `cdkx sso status`: every session at a glance. */
export function addSsoStatus(parent: Command, run: CommandContext): void {
  addCommand(parent, {
    usage: 'status',
    description:
      'Show every SSO session: signed in or not, for how long, and the profiles on it. Nothing is asked over the network without --check.',
    examples: [
      ['cdkx sso status', 'all sessions at a glance'],
      ['cdkx sso status --check', 'ask AWS whether they are still good'],
      ['cdkx sso status --json', 'the same for programs'],
    ],
    notes: [
      'Exit code 0 only if the credentials of this project can be used, else 77.',
      'JSON: { version, project: { profile, usable }, sessions: [{ name, startUrl, region, kind, state, ' +
        'expiresAt, secondsLeft, refreshable, profiles, current, portal }], credentials: [{ profile, kind, state, ' +
        'expiresAt }] }. state: valid, ending, refreshable, expired, signed-out, unreadable.',
    ],
  })
    .option('--json', 'print JSON')
    .option('--check', 'ask the access portal about each session, and AWS STS about keys whose end is not known')
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
  const standing = projectStatus(project, sessions, others, portal);
  const view = { project: standing, sessions, others, portal, now: ctx.clock.now() };
  if (options.json) printJson(run, statusJson(view));
  else print(run, formatStatus(ctx, view));
  warnOfWideCache(run, sessions);
  return standing.usable ? 0 : exitCode.notSignedIn;
}

async function checkAll(
  { ctx, reporter }: CommandContext,
  { config, http }: ResolvedProject,
  sessions: readonly SessionEntry[],
  known: readonly OtherCredentials[],
) {
  // Here the SDK is loaded, which a status without --check does without.
  const { checkCredentials, checkSessions } = await import('./check-sessions.ts');
  const [portal, others] = await Promise.all([
    checkSessions(ctx, sessions, http),
    checkCredentials(ctx, known, { config, http, reporter, command: 'cdkx sso status' }),
  ]);
  return { portal, others };
}

/** Whether the project's credentials can be used; a profile of another kind than SSO counts as usable unless its end is known. */
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
  if (leaf.kind === 'invalid' || leaf.kind === 'none') return { profile, usable: false };
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
