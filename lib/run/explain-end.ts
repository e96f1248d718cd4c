import { deadline } from '../deadline.ts';
import { windowsProgram } from '../shell/programs.ts';
import { sessionName, type SsoSession } from '../sso/session.ts';
import { quoteArguments, safeText } from '../messages/text.ts';
import type { Context } from '../context.ts';
import { exitCode, type MessageParts, type NextStep, type Reporter, UserError } from '../messages/errors.ts';
import { awsLoginSteps } from '../profile/aws-login-cache.ts';
import { unsetKeys } from '../profile/ensure-profile.ts';
import { type CredentialSource, leafSource, requiredMfa, type SsoSource } from '../profile/source.ts';
import { readToken } from '../sso/cache/token-cache.ts';
import { failureError } from '../sso/identity-center/failures.ts';
import { checkPortal, type PortalVerdict } from '../sso/identity-center/portal.ts';
import { nothingFoundMessage } from './announce.ts';
import { isNothing, type ResolvedProject } from './project.ts';
import { type AccessRequest, accessRequest, offerToWait, withRequestSteps } from './request-access.ts';

export interface FailedDelegation {
  readonly verdict: PortalVerdict;
  readonly profile: string;
  readonly session: SsoSession;
  readonly accountId: string;
  readonly roleName: string;
  /** `region` of the token on disk: where the login that made it happened. */
  readonly tokenRegion?: string | undefined;
}

/** How long a failed command may be looked into, milliseconds. */
const deadlineMs = 3_000;

/** After a required command failed: prints the cause if it was the credentials. Resolves with whether it was. */
export async function explainFailedRun(
  ctx: Context,
  project: ResolvedProject,
  profile: { readonly name: string; readonly source: CredentialSource } | undefined,
  reporter: Reporter,
): Promise<boolean> {
  const signal = deadline(deadlineMs);
  const tooLate = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const limited = withSignal(ctx, signal);
  const cause =
    profile === undefined
      ? environmentCause(limited, project)
      : profileCause(limited, project, { ...profile, reporter, signal });
  const found = await Promise.race([cause, tooLate]);
  if (found === undefined || signal.aborted) return false;
  const { request } = found;
  reporter.error(withRequestSteps(found, request));
  if (request !== undefined && reporter.interactive && (await offerToWait(ctx, request, { project, reporter }))) {
    reporter.notice({
      what: `role ${request.source.roleName} is assigned to you now`,
      next: [{ say: 'Run the command again:' }, { run: quoteArguments(['cdkx', ...ctx.argv]) }],
    });
  }
  return true;
}

/** Why credentials were the cause, and where to request a role that isn't assigned. */
interface Cause extends MessageParts {
  readonly request?: AccessRequest | undefined;
}

function withSignal(ctx: Context, signal: AbortSignal): Context {
  const requestHandler: Context['requestHandler'] = async (settings) => {
    const handler = await ctx.requestHandler(settings);
    return {
      handle: (request, options = {}) => {
        const given = options as { readonly abortSignal?: AbortSignal };
        const signals = given.abortSignal === undefined ? [signal] : [signal, given.abortSignal];
        return handler.handle(request, { ...given, abortSignal: AbortSignal.any(signals) });
      },
      destroy: () => handler.destroy?.(),
    };
  };
  return Object.create(ctx, { requestHandler: { value: requestHandler } }) as Context;
}

interface FailedProfile {
  readonly name: string;
  readonly source: CredentialSource;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

async function profileCause(ctx: Context, project: ResolvedProject, failed: FailedProfile): Promise<Cause | undefined> {
  const { name, source, reporter } = failed;
  const leaf = leafSource(source);
  const isSso = leaf.kind === 'sso-session' || leaf.kind === 'legacy-sso';
  if (isSso) {
    const verdict = await portalCause(ctx, project, name, leaf);
    if (verdict !== 'usable') return verdict;
    if (source === leaf) return undefined;
  }
  // `cdk` used the MFA code, and it works once: only what the role is assumed with can be checked.
  const needsMfa = requiredMfa(source) !== undefined;
  const checked = needsMfa ? leaf.profile : name;
  if (leaf.kind === 'process') {
    const problem = await processProblem(ctx, leaf, failed.signal);
    if (problem !== undefined) return problem;
  }
  const { config, http } = project;
  if (needsMfa && (isSso || config.profiles.get(checked)?.['role_arn'] !== undefined)) return undefined;
  const { NoAccessError, roleCredentials } = await import('../credentials/role-credentials.ts');
  const { callerAccount } = await import('../credentials/caller-account.ts');
  try {
    const credentials = await roleCredentials(ctx, { profile: checked, http, config, reporter });
    // A role that was just assumed is good; keys that only a file contains are not known to be.
    if (needsMfa || source.kind !== 'assume-role')
      await callerAccount(ctx, { profile: checked, http, config }, credentials);
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (leaf.kind === 'login' && error.exitCode === exitCode.notSignedIn)
      return { ...error.parts, next: awsLoginSteps(leaf.profile) };
    const isKeys = checked === leaf.profile && (leaf.kind === 'static' || leaf.kind === 'temporary');
    if (error instanceof NoAccessError) return { ...error.parts, request: accessRequest(project, error.source) };
    return isKeys && error.code === 'CredentialsRefused' ? refusedKeys(leaf, error.parts) : error.parts;
  }
}

function refusedKeys(
  leaf: Extract<CredentialSource, { kind: 'static' | 'temporary' }>,
  { why }: MessageParts,
): MessageParts {
  const { profile, hidden } = leaf;
  return {
    what: `AWS doesn't accept the access keys of profile "${profile}"`,
    why: [
      ...[why ?? []].flat(),
      ...(hidden === undefined
        ? []
        : [`Profile "${profile}" also has complete SSO settings, but access keys come first.`]),
    ],
    next:
      hidden === undefined
        ? [{ say: 'Put new keys there, or create a profile that signs in:' }, { run: 'cdkx sso configure' }]
        : [
            { say: `Delete ${hidden.remove}, then sign in:` },
            { run: quoteArguments(['cdkx', 'sso', 'login', '--profile', profile]) },
          ],
  };
}

async function environmentCause(ctx: Context, project: ResolvedProject): Promise<Cause | undefined> {
  const { detection, config, http, region } = project;
  if (detection.outcome !== 'pass-through') return undefined;
  const place = { http, config, region: region.region };
  const { containerFailure, environmentCredentials } = await import('../credentials/from-sdk.ts');
  const failure = detection.reason === 'container' ? await containerFailure(ctx.env) : undefined;
  if (failure !== undefined) return containerMessage(ctx.env, failure);
  const { environmentAccount } = await import('../credentials/caller-account.ts');
  try {
    await environmentCredentials(ctx, place);
    await environmentAccount(ctx, place);
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (isNothing(project)) return error.code === 'NoCredentials' ? nothingFoundMessage(ctx, project) : undefined;
    if (error.code !== 'CredentialsRefused') return error.parts;
    const { reason } = detection;
    return {
      what: reason === 'environment-keys' ? "AWS doesn't accept the keys in the environment" : error.parts.what,
      ...(error.parts.why === undefined ? {} : { why: error.parts.why }),
      next:
        reason === 'environment-keys'
          ? [{ say: 'Set new keys, or remove these:' }, { run: unsetKeys(ctx.env) }]
          : (error.parts.next ?? []),
    };
  }
}

function containerMessage(env: Context['env'], failure: string): MessageParts {
  const isRelative = env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
  const variable = isRelative ? 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI' : 'AWS_CONTAINER_CREDENTIALS_FULL_URI';
  return {
    what: `the credential endpoint of this container returned no credentials (${variable})`,
    why: `${safeText(failure)}.`,
    next: [{ say: 'Check the task role or the EKS Pod Identity association, and that the variable is right.' }],
  };
}

/** The last output of a `credential_process` that fails; `undefined` if it works. It gets no terminal, and ends with the signal. */
async function processProblem(
  ctx: Context,
  { profile, command }: Extract<CredentialSource, { kind: 'process' }>,
  signal: AbortSignal,
): Promise<MessageParts | undefined> {
  const isWindows = ctx.platform === 'win32';
  const [shell, ...flags] = isWindows ? [windowsProgram(ctx.env, 'cmd.exe'), '/d', '/s', '/c'] : ['/bin/sh', '-c'];
  const child = ctx.spawn(shell ?? '', [...flags, command], {
    cwd: ctx.cwd,
    env: ctx.env,
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
    windowsVerbatimArguments: isWindows,
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  const code = await new Promise<number | undefined>((resolve) => {
    child.on('error', () => resolve(undefined));
    child.on('close', (exit) => resolve(exit ?? undefined));
  });
  if (code === 0 || code === undefined) return undefined;
  const last = said.trim().split('\n').at(-1) ?? '';
  return {
    what: `credential_process of profile "${profile}" failed with exit code ${code}`,
    ...(last === '' ? {} : { why: `Its last line: ${last}` }),
    next: [{ say: 'If that program has its own sign-in, run it first. Then run the command again.' }],
  };
}

/** The response of the access portal about the session and the role. */
async function portalCause(
  ctx: Context,
  project: ResolvedProject,
  profile: string,
  leaf: SsoSource,
): Promise<Cause | undefined | 'usable'> {
  const found = readToken(ctx, leaf.session);
  if (found.state !== 'present') return undefined;
  const { session, accountId, roleName } = leaf;
  const access = { session, token: found.token, http: project.http };
  const verdict = await checkPortal(ctx, access, { accountId, roleName }, deadlineMs);
  if (verdict.state === 'usable') return 'usable';
  const parts = explainFailure({ verdict, profile, session, accountId, roleName, tokenRegion: found.token.region });
  return parts && verdict.state === 'no-access' ? { ...parts, request: accessRequest(project, leaf) } : parts;
}

/** Why the command failed and what to run next, if the session or the role was the cause; else undefined. */
export function explainFailure(failed: FailedDelegation): MessageParts | undefined {
  const { verdict, session, profile } = failed;
  if (verdict.state === 'unknown' && verdict.failure !== undefined) {
    return failureError(verdict.failure, { session, profile }).parts;
  }
  if (verdict.state === 'revoked') return explainRevoked(failed);
  return verdict.state === 'no-access' ? explainNoAccess(failed, verdict.roles) : undefined;
}

function explainRevoked({ profile, session, tokenRegion }: FailedDelegation): MessageParts {
  const name = sessionName({ session });
  // The portal of another region answers a good token as it answers a revoked one (aws-sdk-js-v3#6864).
  if (tokenRegion !== undefined && tokenRegion !== session.region) {
    return {
      what: `IAM Identity Center in ${session.region} does not recognize ${name}`,
      why: `You signed in to it in ${tokenRegion}, but sso_region in ~/.aws/config is ${session.region}.`,
      next: [
        { say: `If ${tokenRegion} is right, set sso_region = ${tokenRegion}; otherwise sign in again:` },
        ...login(profile),
      ],
    };
  }
  return {
    what: `IAM Identity Center no longer accepts ${name}, though its token has not expired`,
    why: `It was revoked (by signing out elsewhere, or by an administrator), or sso_region = ${session.region} is not its Region.`,
    next: [{ say: 'Sign in again, then run the command again:' }, ...login(profile)],
  };
}

function login(profile: string): NextStep[] {
  return [{ run: quoteArguments(['cdkx', 'sso', 'login', '--force', '--profile', profile]) }];
}

function explainNoAccess(failed: FailedDelegation, roles: readonly string[] | undefined): MessageParts {
  const { profile, accountId, roleName } = failed;
  const known = roles === undefined ? [] : [describeRoles(accountId, roles)];
  return {
    what: `you have no access to account ${accountId} as ${roleName} (profile "${profile}")`,
    why: ['The session is valid, but this role is not assigned to you.', ...known],
    next:
      roles === undefined || roles.length === 0
        ? [{ say: 'Ask your administrator for the role, or choose another profile:' }, { run: 'cdkx profile list' }]
        : [
            { say: 'Create a profile for one of your roles, or choose another profile:' },
            { run: 'cdkx sso configure' },
            { run: 'cdkx profile list' },
          ],
  };
}

function describeRoles(accountId: string, roles: readonly string[]): string {
  return roles.length === 0
    ? `You have no roles in account ${accountId}.`
    : `Your roles in account ${accountId}: ${roles.join(', ')}.`;
}
