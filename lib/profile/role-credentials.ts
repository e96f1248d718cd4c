import type { Context, HttpSettings } from '../context.ts';
import type { Reporter } from '../terminal/reporter.ts';
import { shellWord } from '../terminal/shell-word.ts';
import type { SsoToken } from '../sso/token.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { leafSource, type AssumeRoleSource, type CredentialSource } from './credential-source.ts';
import { resolveCredentialSource } from './resolve-source.ts';
import { readSharedConfig, type SharedConfig } from './shared-config.ts';
import { ssoRoleCredentials } from './sso-role-credentials.ts';

/** Keys for signing requests. Never shown, logged or put into a message. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When they end; absent for keys that do not. */
  readonly expiration?: Date;
  /** The account they belong to, where the credential source tells it. */
  readonly accountId?: string;
}

/** Whose role credentials, and how to reach those who give them. */
export interface RoleCredentialsRequest {
  readonly profile: string;
  readonly http: HttpSettings;
  /** The command that the user ran, for messages: `cdkx sso credentials`. */
  readonly command: string;
  readonly reporter: Reporter;
  /** The shared config, where the caller has read it; it is read otherwise. */
  readonly config?: SharedConfig;
  /** The access token of the profile's SSO session, where it was just made sure of; that on disk otherwise. */
  readonly token?: SsoToken | undefined;
}

/**
 * The credentials of a profile through its own credential source: from the portal for SSO, by `sts:AssumeRole` for role chains
 * that begin with SSO, and by the AWS SDK for everything else. It never logs in: the session is to be ensured before.
 *
 * SSO is not left to the SDK's `fromIni`, which calls the portal without the profile's own endpoint settings (facts of
 * `@aws-sdk/credential-provider-ini`: only `AWS_PROFILE`'s are read).
 *
 * @throws UserError 77 without a usable session or without access to the role, 69 when AWS cannot be reached,
 *   78 for a source that cannot work.
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
  if (source.kind === 'invalid') throw new UserError(exitCode.configuration, source.problem);
  if (source.kind === 'none') throw noCredentialSource(request.profile);
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
  const { assumeRoleWith } = await import('./assume-role.ts');
  return assumeRoleWith(ctx, request, source, credentials);
}

async function sdkCredentials(
  ctx: Context,
  request: RoleCredentialsRequest & { readonly config: SharedConfig },
): Promise<RoleCredentials> {
  const { iniCredentials } = await import('./ini-credentials.ts');
  return iniCredentials(ctx, request);
}

function noCredentialSource(profile: string): UserError {
  return new UserError(exitCode.configuration, {
    what: `Profile "${profile}" holds settings only, and no credentials`,
    why: 'It has neither SSO keys nor a role, access keys, a process or a login session.',
    next: ['Complete it from the access portal:', `    cdkx sso configure --profile ${shellWord(profile)}`],
  });
}
