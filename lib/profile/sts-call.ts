import { STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import type { Context, HttpSettings } from '../context.ts';
import { repeatWhere } from '../sso/send-command.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { profileHttp } from './ca-bundle.ts';
import { credentialsFailure, isGarbled } from './credentials-failure.ts';
import type { RoleCredentials } from './role-credentials.ts';
import type { SharedConfig } from './shared-config.ts';
import { resolveStsEndpoint } from './endpoints.ts';

/** How long one call may take, its retries included, milliseconds: somebody waits for `cdk` to start. */
const callDeadlineMs = 20_000;
/** How long an answer may take to begin, milliseconds. Three of them stay below the deadline. */
const answerMs = 5_000;

/** One call of STS. */
export interface StsCall {
  readonly config: SharedConfig;
  readonly http: HttpSettings;
  /** Whose endpoint settings and authorities count; `undefined` for credentials of the environment. */
  readonly settingsOf: string | undefined;
  readonly region: string;
  /** Without them the SDK looks for some. */
  readonly credentials?: RoleCredentials;
  /** For messages. */
  readonly operation: string;
  readonly about: Omit<Parameters<typeof credentialsFailure>[1], 'at'>;
}

/** What bounds the call: to be passed to the client's `send`. */
interface StsLimits {
  readonly abortSignal: AbortSignal;
  readonly requestTimeout: number;
}

/**
 * Runs one call of STS, tried three times at most, within 20 seconds. Its endpoint comes from the settings as the SDK reads them, but from our
 * own view of the environment and of shared config. Load this file lazily, it brings the SDK.
 *
 * @throws UserError 77 when STS refuses, 69 when it cannot be reached or gives no answer to build on, 78 without an endpoint.
 */
export async function callSts<Output>(
  ctx: Pick<Context, 'env' | 'requestHandler'>,
  call: StsCall,
  send: (client: STSClient, limits: StsLimits) => Promise<Output>,
): Promise<Output> {
  const { http, config, settingsOf, credentials } = call;
  const endpoint = endpointOf(ctx, call);
  const client = new STSClient({
    ...common(call.region),
    endpoint,
    ...(credentials === undefined ? {} : { credentials }),
    requestHandler: (await ctx.requestHandler(profileHttp(http, config, settingsOf, ctx.env))) as never,
  });
  try {
    const limits = { abortSignal: AbortSignal.timeout(callDeadlineMs), requestTimeout: answerMs };
    return await repeatWhere(isGarbled, () => send(client, limits));
  } catch (error) {
    const at = { operation: call.operation, host: new URL(endpoint).host };
    throw credentialsFailure(error, { ...call.about, at });
  } finally {
    client.destroy();
  }
}

function common(region: string): STSClientConfig {
  return {
    region,
    maxAttempts: 3,
    retryMode: 'standard',
    defaultsMode: 'standard',
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    customUserAgent: 'cdkx',
  };
}

/** The SDK's own rules for partitions, FIPS, dual-stack and overrides. */
function endpointOf({ env }: Pick<Context, 'env'>, { config, settingsOf, region }: StsCall): string {
  const { url, useFips = false, useDualstack = false } = resolveStsEndpoint(config, settingsOf, env);
  const { endpointProvider } = new STSClient(common(region)).config;
  try {
    const endpoint = url === undefined ? {} : { Endpoint: url };
    const parameters = { Region: region, UseFIPS: useFips, UseDualStack: useDualstack, UseGlobalEndpoint: false };
    return endpointProvider({ ...parameters, ...endpoint }, {}).url.href;
  } catch (error) {
    throw new UserError(
      exitCode.configuration,
      {
        what: `no endpoint of AWS STS can be made for region "${region}"`,
        why: `${(error as Error).message}${url === undefined ? '' : ` (endpoint ${url})`}`,
        next: 'Check region, endpoint_url, use_fips_endpoint and use_dualstack_endpoint in the AWS config file.',
      },
      { cause: error },
    );
  }
}
