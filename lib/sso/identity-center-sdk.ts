// The one file that loads the AWS SDK's clients of Identity Center. Import it lazily.
import { state as versionWarning } from '@aws-sdk/core/client';
import { SSOClient } from '@aws-sdk/client-sso';
import { SSOOIDCClient, type SSOOIDCClientConfig } from '@aws-sdk/client-sso-oidc';
import type { RequestHandlerLike } from '../context.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import type { IdentityCenter } from './identity-center.ts';
import { oidcCalls } from './oidc-calls.ts';
import { portalCalls } from './portal-calls.ts';
import { sessionName, type SsoSession } from './session.ts';
import { withoutLastSlashes } from './start-url.ts';

/**
 * Connects to Identity Center for that session. All settings are passed, so that the SDK reads neither the environment nor shared
 * config again. Throws a UserError (78) when the session's endpoint settings contradict each other.
 */
export async function connectIdentityCenter(session: SsoSession, handler: RequestHandlerLike): Promise<IdentityCenter> {
  // The SDK's note about old Node versions is not the user's business in the middle of a login.
  versionWarning.warningEmitted = true;
  if (!hostLabel.test(session.region)) throw noEndpoint(session, undefined, 'It is no name of a region.');
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
    // No credentials are looked for: these operations are not signed.
    credentialDefaultProvider: () => () => Promise.reject(new Error('Identity Center is called without credentials')),
    userAgentAppId: async () => undefined,
    customUserAgent: 'cdkx',
    logger: silentLogger,
  };
}

/** The SDK would write to the console. */
const silentLogger = { trace: silent, debug: silent, info: silent, warn: silent, error: silent };

function silent(): void {
  // Nothing is said.
}

function oidcEndpoint(session: SsoSession, handler: RequestHandlerLike): string {
  const { endpointProvider } = new SSOOIDCClient(commonSettings(session, handler)).config;
  return resolve(session, session.endpoints.oidc, (parameters) => endpointProvider(parameters, {}));
}

function portalEndpoint(session: SsoSession, handler: RequestHandlerLike): string {
  const { endpointProvider } = new SSOClient(commonSettings(session, handler)).config;
  return resolve(session, session.endpoints.portal, (parameters) => endpointProvider(parameters, {}));
}

/** What a region may look like in a host's name: with anything else in it, the host would not be one of AWS's. */
const hostLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

type EndpointParameters = Parameters<SSOOIDCClient['config']['endpointProvider']>[0];

/** The SDK's own rules for partitions, FIPS, dual-stack and overrides. */
function resolve(
  session: SsoSession,
  override: string | undefined,
  provide: (parameters: EndpointParameters) => { url: URL },
): string {
  if (override !== undefined && !/^https?:/.test(URL.canParse(override) ? new URL(override).protocol : ''))
    throw noEndpoint(session, override, 'The endpoint is no web address.');
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
    exitCode.configuration,
    {
      what: `no endpoint of IAM Identity Center can be made for ${sessionName({ session })} in region "${session.region}"`,
      why: `${why}${override === undefined ? '' : ` (endpoint ${override})`}`,
      next: ['Check sso_region, endpoint_url, use_fips_endpoint and use_dualstack_endpoint in the AWS config file.'],
    },
    { cause },
  );
}
