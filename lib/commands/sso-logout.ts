import { Option, type Command } from 'commander';
import type { ResolvedProject } from '../cdk/resolve-project.ts';
import { leafSource } from '../profile/credential-source.ts';
import { lookUpSession } from '../profile/sso-source.ts';
import { deleteCacheFile } from '../sso/cache-file.ts';
import { describeFailure } from '../sso/failure-message.ts';
import { IdentityCenterFailure, withIdentityCenter } from '../sso/identity-center.ts';
import { withSessionLock } from '../sso/lock.ts';
import { sessionName, type SsoSession } from '../sso/session.ts';
import { readTokenFile, tokenPath } from '../sso/token-cache.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { clearRoleCredentials } from './clear-role-credentials.ts';
import { addOwnCommand, type OwnRun } from './own-command.ts';
import { requireProfile, resolveOwnProject } from './own-project.ts';
import { listProfiles, listSessions } from './session-overview.ts';

interface LogoutOptions {
  readonly profile?: string;
  readonly ssoSession?: string;
  readonly all?: boolean;
}

/** What is to be ended: a session, and the file that holds its token. */
interface Target {
  readonly session: SsoSession;
  readonly path: string;
}

const verb = 'cdkx sso logout';
/** Another process that renews the session is given so long to finish, milliseconds. */
const waitForLockMs = 30_000;

/** Adds `cdkx sso logout`: ends a session at the portal and deletes its token here. */
export function addSsoLogout(parent: Command, run: OwnRun): void {
  addOwnCommand(parent, {
    usage: 'logout',
    description:
      'End an SSO session: at the access portal, and here by deleting its token. Credentials that programs have already fetched live on until they end.',
    examples: [
      [verb, "the session of this project's profile"],
      [`${verb} --sso-session acme`, 'a session by its name'],
      [`${verb} --all`, 'every session, those of no profile included'],
    ],
  })
    .option('--profile <name>', 'the profile whose session is meant')
    .addOption(new Option('--sso-session <name>', 'the [sso-session] section that is meant').conflicts('profile'))
    .addOption(new Option('--all', 'end every session that has a token here').conflicts(['profile', 'ssoSession']))
    .action(async (options: LogoutOptions) => {
      run.end(await logout(run, options));
    });
}

async function logout(run: OwnRun, options: LogoutOptions): Promise<number> {
  const project = resolveOwnProject(run, options.profile);
  const targets = options.all ? allTargets(run, project) : [await oneTarget(run, options, project)];
  if (targets.length === 0) run.reporter.notice('signed in nowhere; there is nothing to end.');
  let code = 0;
  for (const target of targets) {
    if (!(await end(run, target, project))) code = exitCode.unavailable;
  }
  if (options.all) clearRoleCredentials(run.ctx);
  return code;
}

function allTargets({ ctx }: OwnRun, { config }: ResolvedProject): Target[] {
  return listSessions(ctx, config, listProfiles(ctx, config)).filter(({ state }) => state !== 'signed-out');
}

async function oneTarget(run: OwnRun, { ssoSession }: LogoutOptions, project: ResolvedProject): Promise<Target> {
  const session =
    ssoSession === undefined ? await profileSession(run, project) : namedSession(run, ssoSession, project);
  return { session, path: tokenPath(run.ctx, session) };
}

function namedSession({ ctx }: OwnRun, name: string, { config }: ResolvedProject): SsoSession {
  const { session, problem } = lookUpSession(config, name, ctx.env);
  if (problem !== undefined) throw new UserError(exitCode.configuration, problem);
  return session;
}

async function profileSession(run: OwnRun, project: ResolvedProject): Promise<SsoSession> {
  const profile = await requireProfile(run, project, verb);
  const leaf = leafSource(profile.source);
  if (leaf.kind === 'invalid') throw new UserError(exitCode.configuration, leaf.problem);
  if ('session' in leaf) return leaf.session;
  throw new UserError(exitCode.configuration, {
    what: `profile "${profile.name}" has no SSO session to end.`,
    why: 'Its credentials are of another kind.',
    next:
      leaf.kind === 'login'
        ? ['Sign it out with:', `    aws logout --profile ${shellWord(leaf.profile)}`]
        : ['See all sessions:', '    cdkx sso status'],
  });
}

/** Ends one session. The token here is deleted in any case; returns whether the portal could be told. */
async function end(run: OwnRun, { session, path }: Target, { http }: ResolvedProject): Promise<boolean> {
  const { ctx, reporter } = run;
  const name = sessionName({ session });
  return withSessionLock(ctx, session, { reporter, maxWaitMs: waitForLockMs }, async () => {
    const found = readTokenFile(path);
    if (found.state === 'missing') {
      reporter.notice(`not signed in to ${name}; there is nothing to end.`);
      return true;
    }
    const failure =
      found.state === 'present' ? await tellPortal(run, session, found.token.accessToken, http) : undefined;
    const isRemoved = removeToken(path);
    if (failure === undefined) {
      reporter.notice(isRemoved === true ? `signed out of ${name}.` : `signed out of ${name} at the access portal.`);
    } else {
      reporter.warn({
        what: `${isRemoved === true ? `signed out of ${name} here, but ` : ''}the access portal could not be told.`,
        why: [`${describeFailure(failure)}.`, 'The session may live on there until it ends by itself.'],
        next: 'End it in the browser: open the access portal and sign out.',
      });
    }
    if (isRemoved !== true) throw isRemoved;
    return failure === undefined;
  });
}

/** Removes the token here; the error where that failed, to be thrown when everything else is said. */
function removeToken(path: string): true | UserError {
  try {
    deleteCacheFile(path);
    return true;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

async function tellPortal(
  { ctx }: OwnRun,
  session: SsoSession,
  accessToken: string,
  http: ResolvedProject['http'],
): Promise<IdentityCenterFailure | undefined> {
  try {
    await withIdentityCenter(ctx, session, http, (identityCenter) => identityCenter.logout({ accessToken }));
    return undefined;
  } catch (error) {
    if (!(error instanceof IdentityCenterFailure)) throw error;
    // The portal does not know the token any more: it has ended already.
    return error.kind === 'unauthorized' ? undefined : error;
  }
}
