import { readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { Context } from '../../context.ts';
import { exitCode, UserError } from '../../messages/errors.ts';
import { shellWord } from '../../messages/text.ts';
import { lookUpSession } from '../../profile/resolve-source.ts';
import { leafSource } from '../../profile/source.ts';
import type { ResolvedProject } from '../../run/project.ts';
import { deleteCacheFile } from '../../sso/cache/cache-file.ts';
import { readTokenFile, roleCredentialsFileName, tokenPath } from '../../sso/cache/token-cache.ts';
import { lockWaitMs, withSessionLock } from '../../sso/ensure/lock.ts';
import { IdentityCenterFailure, withIdentityCenter } from '../../sso/identity-center/client.ts';
import { describeFailure } from '../../sso/identity-center/failures.ts';
import { sessionCacheKey, sessionName, type SsoSession } from '../../sso/session.ts';
import { followLinks, readBoundedText } from '../../system/files.ts';
import { addCommand, type CommandContext } from '../command.ts';
import { onlyShows, requireProfile, resolveCommandProject } from '../shared/project.ts';
import { listProfiles, listSessions } from '../shared/sessions.ts';

interface LogoutOptions {
  readonly profile?: string;
  readonly ssoSession?: string;
  readonly all?: boolean;
}

interface Target {
  readonly session: SsoSession;
  readonly path: string;
}

const thisCommand = 'cdkx sso logout';

/** Adds `cdkx sso logout`, which signs out at the portal and deletes the token. */
export function addSsoLogout(parent: Command, run: CommandContext): void {
  addCommand(parent, {
    usage: 'logout',
    description:
      'Sign out of an SSO session: at the access portal, and on this machine by deleting its token. Credentials that programs have already fetched stay valid until they expire.',
    examples: [
      [thisCommand, "the session of this project's profile"],
      [`${thisCommand} --sso-session acme`, 'a session by name'],
      [`${thisCommand} --all`, 'all sessions, including those no profile uses'],
    ],
  })
    .option('--profile <name>', 'the profile whose session to use')
    .addOption(new Option('--sso-session <name>', 'the name of an [sso-session] section').conflicts('profile'))
    .addOption(new Option('--all', 'sign out of all sessions').conflicts(['profile', 'ssoSession']))
    .action(async (options: LogoutOptions) => {
      run.end(await logout(run, options));
    });
}

async function logout(run: CommandContext, options: LogoutOptions): Promise<number> {
  const readsProject = options.profile === undefined && options.ssoSession === undefined && options.all !== true;
  const project = resolveCommandProject(run, options.profile, { readsProject });
  const targets = options.all ? allTargets(run, project) : [await oneTarget(run, options, project)];
  if (targets.length === 0) run.reporter.notice('not signed in to any session');
  const named = targets.map(({ session }) => `would end ${sessionName({ session })}, here and at the access portal`);
  const cached = ['would delete the role credentials that the AWS CLI keeps for it in ~/.aws/cli/cache'];
  if (onlyShows(run, [...named, ...cached])) return 0;
  let code = 0;
  for (const target of targets) {
    if (!(await end(run, target, project))) code = exitCode.unavailable;
  }
  clearRoleCredentials(run.ctx, options.all ? undefined : cachedFor(run, project, targets));
  return code;
}

/** The files in which the AWS CLI keeps the role credentials of the profiles of those sessions. */
function cachedFor({ ctx }: CommandContext, { config }: ResolvedProject, targets: readonly Target[]): Set<string> {
  const keys = new Set(targets.map(({ session }) => sessionCacheKey(session)));
  return new Set(
    listProfiles(ctx, config).flatMap(({ source }) => {
      const leaf = leafSource(source);
      const isTarget = 'session' in leaf && keys.has(sessionCacheKey(leaf.session));
      return isTarget ? [roleCredentialsFileName(leaf.session, leaf)] : [];
    }),
  );
}

function allTargets({ ctx }: CommandContext, { config }: ResolvedProject): Target[] {
  return listSessions(ctx, config, listProfiles(ctx, config)).filter(({ state }) => state !== 'signed-out');
}

async function oneTarget(
  run: CommandContext,
  { ssoSession }: LogoutOptions,
  project: ResolvedProject,
): Promise<Target> {
  const session =
    ssoSession === undefined ? await profileSession(run, project) : namedSession(run, ssoSession, project);
  return { session, path: tokenPath(run.ctx, session) };
}

function namedSession({ ctx }: CommandContext, name: string, { config }: ResolvedProject): SsoSession {
  const { session, problem } = lookUpSession(config, name, ctx.env);
  if (problem !== undefined) throw new UserError('InvalidCredentialSource', problem);
  return session;
}

async function profileSession(run: CommandContext, project: ResolvedProject): Promise<SsoSession> {
  const profile = await requireProfile(run, project, thisCommand);
  const leaf = leafSource(profile.source);
  if (leaf.kind === 'invalid') throw new UserError('InvalidCredentialSource', leaf.problem);
  if ('session' in leaf) return leaf.session;
  throw new UserError('NoSsoSession', {
    what: `profile "${profile.name}" has no SSO session to sign out of`,
    why: 'It has another credential source.',
    next:
      leaf.kind === 'login'
        ? [{ say: 'To sign out, run:' }, { run: `aws logout --profile ${shellWord(leaf.profile)}` }]
        : [{ say: 'To see all sessions, run:' }, { run: 'cdkx sso status' }],
  });
}

/** Signs out of one session. Always deletes the token; returns whether the sign-out at the portal succeeded. */
async function end(run: CommandContext, { session, path }: Target, { http }: ResolvedProject): Promise<boolean> {
  const { ctx, reporter } = run;
  const name = sessionName({ session });
  return withSessionLock(ctx, session, { reporter, maxWaitMs: lockWaitMs.toSignOut }, async () => {
    const found = readTokenFile(path);
    if (found.state === 'missing') {
      reporter.notice(`not signed in to ${name}`);
      return true;
    }
    const failure =
      found.state === 'present' ? await tellPortal(run, session, found.token.accessToken, http) : undefined;
    const isRemoved = removeToken(ctx, path);
    if (failure === undefined) {
      reporter.notice(isRemoved === true ? `signed out of ${name}` : `signed out of ${name} at the access portal`);
    } else {
      reporter.warn({
        what: `${isRemoved === true ? `signed out of ${name} on this machine, but ` : ''}the sign-out at the access portal failed`,
        why: [`${describeFailure(failure)}.`, 'The session may stay active until it expires.'],
        next: [{ say: 'To end it, open the access portal in your browser and sign out.' }],
      });
    }
    if (isRemoved !== true) throw isRemoved;
    return failure === undefined;
  });
}

/** Deletes the token. Returns the error if that failed, to be thrown at the end. */
function removeToken(ctx: Pick<Context, 'platform' | 'uid'>, path: string): true | UserError {
  try {
    deleteCacheFile(ctx, path);
    return true;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

async function tellPortal(
  { ctx }: CommandContext,
  session: SsoSession,
  accessToken: string,
  http: ResolvedProject['http'],
): Promise<IdentityCenterFailure | undefined> {
  try {
    await withIdentityCenter(ctx, session, http, (identityCenter) => identityCenter.logout({ accessToken }));
    return undefined;
  } catch (error) {
    if (!(error instanceof IdentityCenterFailure)) throw error;
    // The portal no longer accepts the token: already signed out.
    return error.kind === 'unauthorized' ? undefined : error;
  }
}

/** Deletes role credentials of SSO profiles in `~/.aws/cli/cache`, as `aws sso logout`: all, or `only` these files. */
export function clearRoleCredentials({ home, uid }: Pick<Context, 'home' | 'uid'>, only?: ReadonlySet<string>): void {
  const folder = safeFolder(join(home, '.aws', 'cli', 'cache'), uid);
  for (const name of folder === undefined ? [] : readNames(folder)) {
    if (only !== undefined && !only.has(name)) continue;
    const path = join(folder ?? '', name);
    try {
      const json: unknown = JSON.parse(readBoundedText(path));
      if ((json as { ProviderType?: unknown } | null)?.ProviderType === 'sso') unlinkSync(path);
    } catch {
      // Not a file of the AWS CLI, or in use.
    }
  }
}

/** The directory that a path points to, unless another user controls it. */
function safeFolder(path: string, uid: number | undefined): string | undefined {
  try {
    return followLinks(path, uid);
  } catch {
    return undefined;
  }
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return []; // The AWS CLI has never been used.
  }
}
