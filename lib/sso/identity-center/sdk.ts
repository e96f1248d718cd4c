import {
  GetRoleCredentialsCommand,
  ListAccountRolesCommand,
  ListAccountsCommand,
  LogoutCommand,
  SSOClient,
} from '@aws-sdk/client-sso';
import {
  CreateTokenCommand,
  RegisterClientCommand,
  SSOOIDCClient,
  type SSOOIDCClientConfig,
  StartDeviceAuthorizationCommand,
} from '@aws-sdk/client-sso-oidc';
import '../../net/quiet-sdk.ts';
import type { RequestHandlerLike } from '../../context.ts';
import { UserError } from '../../messages/errors.ts';
import { readNumber, readText } from '../../system/json.ts';
import { sessionName, type SsoSession } from '../session.ts';
import { isInTheClear, withoutLastSlashes } from '../start-url.ts';
import type {
  IdentityCenter,
  PortalAccount,
  PortalRole,
  RegistrationRequest,
  RoleCredentials,
  StartedDeviceAuthorization,
} from './types.ts';
import { malformedAnswer } from './failures.ts';
import { sendCommand } from './send-command.ts';

// The only file that loads the AWS SDK's clients of IAM Identity Center. Import it lazily.

/** The clients with all settings, so that the SDK reads no files or environment. Throws a UserError (78). */
export async function connectIdentityCenter(session: SsoSession, handler: RequestHandlerLike): Promise<IdentityCenter> {
  if (!hostLabel.test(session.region)) throw noEndpoint(session, undefined, 'It is not the name of a Region.');
  const oidcUrl = oidcEndpoint(session, handler);
  const portalUrl = portalEndpoint(session, handler);
  const oidc = new SSOOIDCClient({ ...commonSettings(session, handler), endpoint: oidcUrl });
  const portal = new SSOClient({ ...commonSettings(session, handler), endpoint: portalUrl });
  return {
    oidcUrl: withoutLastSlashes(oidcUrl),
    ...oidcCalls(oidc, new URL(oidcUrl).host),
    ...portalCalls(portal, new URL(portalUrl).host),
    close: () => handler.destroy?.(),
  };
}

function commonSettings(session: SsoSession, handler: RequestHandlerLike) {
  return {
    region: session.region,
    requestHandler: handler as unknown as NonNullable<SSOOIDCClientConfig['requestHandler']>,
    maxAttempts: 3,
    retryMode: 'standard',
    defaultsMode: 'standard' as const,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    authSchemePreference: [],
    // These operations are not signed, so the SDK must not look for credentials.
    credentialDefaultProvider: () => () =>
      Promise.reject(new Error('IAM Identity Center is called without credentials')),
    userAgentAppId: async () => undefined,
    customUserAgent: 'cdkx',
    logger: silentLogger,
  };
}

const silentLogger = { trace: silent, debug: silent, info: silent, warn: silent, error: silent };

function silent(): void {
  // Discard.
}

function oidcEndpoint(session: SsoSession, handler: RequestHandlerLike): string {
  const { endpointProvider } = new SSOOIDCClient(commonSettings(session, handler)).config;
  return resolve(session, session.endpoints.oidc, (parameters) => endpointProvider(parameters, {}));
}

function portalEndpoint(session: SsoSession, handler: RequestHandlerLike): string {
  const { endpointProvider } = new SSOClient(commonSettings(session, handler)).config;
  return resolve(session, session.endpoints.portal, (parameters) => endpointProvider(parameters, {}));
}

/** A valid region in a host name. Anything else could produce a host that doesn't belong to AWS. */
const hostLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

type EndpointParameters = Parameters<SSOOIDCClient['config']['endpointProvider']>[0];

/** Resolves an endpoint with the SDK's rules for partitions, FIPS, dual-stack and overrides. */
function resolve(
  session: SsoSession,
  override: string | undefined,
  provide: (parameters: EndpointParameters) => { url: URL },
): string {
  if (override !== undefined && !/^https?:/.test(URL.canParse(override) ? new URL(override).protocol : ''))
    throw noEndpoint(session, override, 'The endpoint is not a valid URL.');
  if (override !== undefined && isInTheClear(override))
    throw noEndpoint(session, override, 'Tokens and secrets would be sent there unencrypted: it must be https.');
  try {
    const { url } = provide({
      Region: session.region,
      UseFIPS: session.endpoints.useFips ?? false,
      UseDualStack: session.endpoints.useDualstack ?? false,
      ...(override === undefined ? {} : { Endpoint: override }),
    });
    return url.href.replace(/\/$/, '');
  } catch (error) {
    throw noEndpoint(session, override, (error as Error).message, error);
  }
}

function noEndpoint(session: SsoSession, override: string | undefined, why: string, cause?: unknown): UserError {
  return new UserError(
    'NoEndpoint',
    {
      what: `cannot resolve the endpoint of IAM Identity Center for ${sessionName({ session })} in Region "${session.region}"`,
      why: `${why}${override === undefined ? '' : ` (endpoint ${override})`}`,
      next: [
        { say: 'Check sso_region, endpoint_url, use_fips_endpoint and use_dualstack_endpoint in the AWS config file.' },
      ],
    },
    { cause },
  );
}

/** Limit for lifetimes, seconds. Larger numbers are invalid and would overflow dates. */
const longestLifetime = 10 * 366 * 86_400;
/** RFC 8628 section 3.2: the default interval between polls, seconds. */
const defaultInterval = 5;
const longestInterval = 60;

/** The three operations of OIDC with an SDK client. `host` is for messages. */
export function oidcCalls(
  client: SSOOIDCClient,
  host: string,
): Pick<IdentityCenter, 'registerClient' | 'startDeviceAuthorization' | 'createToken'> {
  return {
    registerClient: async (request, signal) => {
      const operation = 'RegisterClient';
      const command = new RegisterClientCommand(registration(request));
      const answer = await sendCommand(operation, host, signal, (options) => client.send(command, options));
      const need = members(operation, host);
      return {
        clientId: need.text('clientId', answer.clientId),
        clientSecret: need.text('clientSecret', answer.clientSecret),
        expiresAt: need.moment('clientSecretExpiresAt', answer.clientSecretExpiresAt),
      };
    },
    startDeviceAuthorization: async ({ clientId, clientSecret, startUrl }, signal) => {
      const operation = 'StartDeviceAuthorization';
      const command = new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl });
      const answer = await sendCommand(operation, host, signal, (options) => client.send(command, options));
      return readDeviceAuthorization({ ...answer }, members(operation, host));
    },
    createToken: async (grant, signal) => {
      const operation = 'CreateToken';
      const command = new CreateTokenCommand(grant);
      const answer = await sendCommand(operation, host, signal, (options) => client.send(command, options));
      const need = members(operation, host);
      return {
        accessToken: need.text('accessToken', answer.accessToken),
        expiresIn: need.lifetime('expiresIn', answer.expiresIn),
        refreshToken: readText(answer.refreshToken),
      };
    },
  };
}

function registration({ clientName, scopes, authorizationCode }: RegistrationRequest) {
  return {
    clientName,
    clientType: 'public',
    ...(scopes === undefined ? {} : { scopes: [...scopes] }),
    ...(authorizationCode === undefined
      ? {}
      : {
          grantTypes: ['authorization_code', 'refresh_token'],
          redirectUris: [authorizationCode.redirectUri],
          issuerUrl: authorizationCode.issuerUrl,
        }),
  };
}

function readDeviceAuthorization(
  answer: Readonly<Record<string, unknown>>,
  need: ReturnType<typeof members>,
): StartedDeviceAuthorization {
  const interval = readNumber(answer['interval']) ?? defaultInterval;
  return {
    deviceCode: need.text('deviceCode', answer['deviceCode']),
    userCode: need.text('userCode', answer['userCode']),
    verificationUri: need.text('verificationUri', answer['verificationUri']),
    verificationUriComplete: readText(answer['verificationUriComplete']),
    expiresIn: need.lifetime('expiresIn', answer['expiresIn']),
    interval: Math.min(Math.max(interval, 1), longestInterval),
  };
}

function members(operation: string, host: string) {
  const need = <Value>(name: string, value: Value | undefined): Value => {
    if (value === undefined) throw malformedAnswer(operation, host, name);
    return value;
  };
  const lifetime = (name: string, value: unknown): number => {
    const seconds = readNumber(value);
    return need(name, seconds !== undefined && seconds > 0 && seconds < longestLifetime ? seconds : undefined);
  };
  return {
    text: (name: string, value: unknown) => need(name, readText(value)),
    lifetime,
    /** Seconds since the epoch, within the next centuries. */
    moment: (name: string, value: unknown) => {
      const seconds = readNumber(value);
      const isTime = seconds !== undefined && seconds > 0 && seconds < 250_000_000_000;
      return new Date(need(name, isTime ? seconds : undefined) * 1000);
    },
  };
}

/** Entries per page: the portal's maximum. */
const pageSize = 100;

/** The operations of the portal with an SDK client. `host` is for messages. */
export function portalCalls(
  client: SSOClient,
  host: string,
): Pick<IdentityCenter, 'getRoleCredentials' | 'listAccounts' | 'listAccountRoles' | 'logout'> {
  return {
    getRoleCredentials: async (request, signal) => {
      const operation = 'GetRoleCredentials';
      const command = new GetRoleCredentialsCommand(request);
      const answer = await sendCommand(operation, host, signal, (options) => client.send(command, options));
      return readRoleCredentials(answer.roleCredentials, (member) => malformedAnswer(operation, host, member));
    },
    listAccounts: async ({ accessToken, nextToken }, signal) => {
      const command = new ListAccountsCommand({ accessToken, nextToken, maxResults: pageSize });
      const answer = await sendCommand('ListAccounts', host, signal, (options) => client.send(command, options));
      return { accounts: list(answer.accountList).flatMap(readAccount), nextToken: readText(answer.nextToken) };
    },
    listAccountRoles: async ({ accessToken, accountId, nextToken }, signal) => {
      const command = new ListAccountRolesCommand({ accessToken, accountId, nextToken, maxResults: pageSize });
      const answer = await sendCommand('ListAccountRoles', host, signal, (options) => client.send(command, options));
      return {
        roles: list(answer.roleList).flatMap((each) => readRole(each, accountId)),
        nextToken: readText(answer.nextToken),
      };
    },
    logout: async ({ accessToken }, signal) => {
      const command = new LogoutCommand({ accessToken });
      await sendCommand('Logout', host, signal, (options) => client.send(command, options));
    },
  };
}

function readRoleCredentials(value: unknown, malformed: (member: string) => Error): RoleCredentials {
  const members = (value ?? {}) as Record<string, unknown>;
  const text = (name: string) => {
    const given = readText(members[name]);
    // Keys are used in shells and environments, and must not contain spaces or control characters.
    if (given === undefined || !/^[!-~]+$/.test(given)) throw malformed(`roleCredentials.${name}`);
    return given;
  };
  const expiration = readNumber(members['expiration']);
  const expiresAt = new Date(expiration ?? Number.NaN);
  if (Number.isNaN(expiresAt.getTime())) throw malformed('roleCredentials.expiration');
  return {
    accessKeyId: text('accessKeyId'),
    secretAccessKey: text('secretAccessKey'),
    sessionToken: text('sessionToken'),
    expiresAt,
  };
}

function readAccount(value: unknown): PortalAccount[] {
  const members = (value ?? {}) as Record<string, unknown>;
  const accountId = readText(members['accountId']);
  // The account ID is used in names, files and URLs, so it has to be valid.
  if (accountId === undefined || !/^\d{12}$/.test(accountId)) return [];
  return [
    {
      accountId,
      accountName: readText(members['accountName']),
      emailAddress: readText(members['emailAddress']),
    },
  ];
}

function readRole(value: unknown, accountId: string): PortalRole[] {
  const roleName = readText((value as Record<string, unknown> | null)?.['roleName']);
  return roleName === undefined ? [] : [{ roleName, accountId }];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
