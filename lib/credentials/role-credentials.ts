import { readSharedConfig, type SharedConfig } from '../aws-config/shared-config.ts';
import type { Clock, Context } from '../context.ts';
import { UserError } from '../messages/errors.ts';
import type { EnsureProfileOutcome } from '../profile/ensure-profile.ts';
import { resolveCredentialSource, settingsOnly } from '../profile/resolve-source.ts';
import { type AssumeRoleSource, type CredentialSource, leafSource } from '../profile/source.ts';
import type { SsoToken } from '../sso/cache/token.ts';
import { SessionEndedError, ssoRoleCredentials } from './from-portal.ts';
import type { RoleCredentials, RoleCredentialsRequest } from './types.ts';

export { NoAccessError } from './from-portal.ts';
export type { RoleCredentials, RoleCredentialsRequest } from './types.ts';

/**
 * Never signs in. SSO isn't left to the SDK's `fromIni`, which ignores the profile's endpoints. Throws (77, 69, 78).
 */
export async function roleCredentials(ctx: Context, request: RoleCredentialsRequest): Promise<RoleCredentials> {
  const config = request.config ?? readSharedConfig(ctx);
  const source = resolveCredentialSource(config, request.profile, ctx.env);
  return sourceCredentials(ctx, { ...request, config }, source);
}

async function sourceCredentials(
  ctx: Context,
  request: RoleCredentialsRequest & { readonly config: SharedConfig },
  source: CredentialSource,
): Promise<RoleCredentials> {
  if (source.kind === 'invalid') throw new UserError('InvalidCredentialSource', source.problem);
  if (source.kind === 'none') {
    throw new UserError('NoCredentialSource', settingsOnly(request.config, request.profile));
  }
  if (source.kind === 'sso-session' || source.kind === 'legacy-sso') return ssoRoleCredentials(ctx, request, source);
  return source.kind === 'assume-role' && isSso(source)
    ? assumeRole(ctx, request, source)
    : sdkCredentials(ctx, request);
}

function isSso(source: CredentialSource): boolean {
  const { kind } = leafSource(source);
  return kind === 'sso-session' || kind === 'legacy-sso';
}

async function assumeRole(
  ctx: Context,
  request: RoleCredentialsRequest & { readonly config: SharedConfig },
  source: AssumeRoleSource,
): Promise<RoleCredentials> {
  const credentials = await sourceCredentials(ctx, request, source.source);
  const { assumeRoleWith } = await import('./sts.ts');
  return assumeRoleWith(ctx, request, source, credentials);
}

async function sdkCredentials(
  ctx: Context,
  request: RoleCredentialsRequest & { readonly config: SharedConfig },
): Promise<RoleCredentials> {
  const { iniCredentials } = await import('./from-sdk.ts');
  return iniCredentials(ctx, request);
}

/** Ensures a session, then fetches; renews it and fetches once more if the portal rejects a token that looks valid. */
export async function ensuredCredentials(
  ensure: (refused?: string) => Promise<EnsureProfileOutcome>,
  fetch: (token: SsoToken | undefined) => Promise<RoleCredentials>,
): Promise<RoleCredentials> {
  const ensured = await ensure();
  try {
    return await fetch(tokenOf(ensured));
  } catch (error) {
    if (!(error instanceof SessionEndedError) || ensured.state !== 'ready' || ensured.session === 'logged-in')
      throw error;
    return fetch(tokenOf(await ensure(ensured.token.accessToken)));
  }
}

function tokenOf(outcome: EnsureProfileOutcome): SsoToken | undefined {
  return outcome.state === 'ready' ? outcome.token : undefined;
}

/** Provides role credentials; called again before they expire. */
export type CredentialsProvider = () => Promise<RoleCredentials>;

/** With less left, new ones are fetched: `cdk` asks again only 5 seconds before the end. */
const reuseSeconds = 60;

/** Fetches once for all who ask at the same time (`cdk --concurrency`), and reuses credentials with a minute left. */
export function createCredentialsProvider(clock: Pick<Clock, 'now'>, fetch: CredentialsProvider): CredentialsProvider {
  let running: Promise<RoleCredentials> | undefined;
  let last: RoleCredentials | undefined;
  return () => {
    if (running !== undefined) return running;
    if (last !== undefined && isLasting(last, clock.now())) return Promise.resolve(last);
    running = fetch()
      .then((credentials) => (last = credentials))
      .finally(() => (running = undefined));
    return running;
  };
}

function isLasting({ expiration }: RoleCredentials, now: number): boolean {
  return expiration === undefined || expiration.getTime() - now > reuseSeconds * 1000;
}
