import { deadline } from '../deadline.ts';
import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import '../net/quiet-sdk.ts';
import { profileHttp, resolveStsEndpoint, roleRegion } from '../aws-config/settings.ts';
import type { SharedConfig } from '../aws-config/shared-config.ts';
import type { Context, Environment, HttpSettings } from '../context.ts';
import { UserError } from '../messages/errors.ts';
import { type AssumeRoleSource, sourceAccount } from '../profile/source.ts';
import { isInTheClear } from '../sso/start-url.ts';
import { repeatWhere } from '../sso/identity-center/send-command.ts';
import { credentialsFailure, isGarbled } from './failure.ts';
import { askMfaCode } from './mfa-code.ts';
import { type RoleCredentials, type RoleCredentialsRequest, toCredentials } from './types.ts';

/** As the SDK for JavaScript without `duration_seconds`; also the longest that role chaining allows. */
const defaultDurationSeconds = 3600;

/** Assumes the role of a profile with the profile's own settings. Throws a UserError (77, 69). */
export async function assumeRoleWith(
  ctx: Context,
  request: RoleCredentialsRequest & { readonly config: SharedConfig },
  source: AssumeRoleSource,
  credentials: RoleCredentials,
): Promise<RoleCredentials> {
  const { profile } = source;
  const input = await buildInput(ctx, request, source);
  const { config, http } = request;
  const call = {
    config,
    http,
    // The endpoint settings of the profile that was asked for, not those of AWS_PROFILE.
    settingsOf: request.profile,
    region: roleRegion(config, profile, ctx.env),
    credentials,
    operation: 'AssumeRole',
    about: { profile, doing: `assume ${source.roleArn}` },
  };
  const answer = await callSts(ctx, call, (client, limits) => client.send(new AssumeRoleCommand(input), limits));
  return readKeys(answer.Credentials, profile, sourceAccount(source));
}

async function buildInput(
  ctx: Context,
  { config, reporter }: RoleCredentialsRequest & { readonly config: SharedConfig },
  { profile, roleArn, mfaSerial }: AssumeRoleSource,
): Promise<AssumeRoleCommandInput> {
  const keys = config.profiles.get(profile) ?? {};
  return {
    RoleArn: roleArn,
    RoleSessionName: keys['role_session_name'] || `cdkx-${ctx.clock.now()}`,
    DurationSeconds: Number.parseInt(keys['duration_seconds'] ?? '', 10) || defaultDurationSeconds,
    ...(keys['external_id'] === undefined ? {} : { ExternalId: keys['external_id'] }),
    ...(mfaSerial === undefined
      ? {}
      : { SerialNumber: mfaSerial, TokenCode: await askMfaCode(ctx, profile, mfaSerial, reporter.interactive) }),
  };
}

export interface KeysAnswer {
  readonly AccessKeyId?: string | undefined;
  readonly SecretAccessKey?: string | undefined;
  readonly SessionToken?: string | undefined;
  readonly Expiration?: Date | undefined;
}

/** Checks the answer member by member. One without keys is a UserError (69) that shows none of it. */
export function readKeys(
  answer: KeysAnswer | undefined,
  profile: string,
  accountId: string | undefined,
): RoleCredentials {
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken, Expiration } = answer ?? {};
  if (!accessKeyId || !secretAccessKey) {
    throw new UserError('InvalidAnswer', {
      what: `AWS returned no keys for the role of profile "${profile}"`,
      why: 'A proxy may have changed the response.',
      next: [{ say: 'Run the command again.' }],
    });
  }
  return toCredentials({
    accessKeyId,
    secretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
    accountId,
  });
}

/** How long one call may take, its retries included, milliseconds: the user is waiting for `cdk` to start. */
const callDeadlineMs = 20_000;
/** How long an answer may take to begin, milliseconds. Three of them stay below the deadline. */
const answerMs = 5_000;

export interface StsCall {
  readonly config: SharedConfig;
  readonly http: HttpSettings;
  /** Whose endpoint settings and authorities count; `undefined` for credentials of the environment. */
  readonly settingsOf: string | undefined;
  readonly region: string;
  /** Without them the SDK looks for some. */
  readonly credentials?: RoleCredentials;
  readonly operation: string;
  readonly about: Omit<Parameters<typeof credentialsFailure>[1], 'at'>;
}

interface StsLimits {
  readonly abortSignal: AbortSignal;
  readonly requestTimeout: number;
}

/** Runs one call of STS, up to three times within 20 seconds. Throws a UserError (77, 69), 78 without an endpoint. */
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
    const limits = { abortSignal: deadline(callDeadlineMs), requestTimeout: answerMs };
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
    if (url !== undefined && isInTheClear(url))
      throw new Error('Keys would be sent from there unencrypted: it must be https.');
    const endpoint = url === undefined ? {} : { Endpoint: url };
    const parameters = { Region: region, UseFIPS: useFips, UseDualStack: useDualstack, UseGlobalEndpoint: false };
    return endpointProvider({ ...parameters, ...endpoint }, {}).url.href;
  } catch (error) {
    throw new UserError(
      'NoEndpoint',
      {
        what: `cannot resolve the endpoint of AWS STS for Region "${region}"`,
        why: `${(error as Error).message}${url === undefined ? '' : ` (endpoint ${url})`}`,
        next: [
          { say: 'Check region, endpoint_url, use_fips_endpoint and use_dualstack_endpoint in the AWS config file.' },
        ],
      },
      { cause: error },
    );
  }
}

/** The key pair as `cdk` reads it, each half under its `AWS_` or its `AMAZON_` name. */
export function environmentKeys(env: Environment): RoleCredentials | undefined {
  const accessKeyId = env['AWS_ACCESS_KEY_ID'] || env['AMAZON_ACCESS_KEY_ID'];
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'] || env['AMAZON_SECRET_ACCESS_KEY'];
  if (!accessKeyId || !secretAccessKey) return undefined;
  const sessionToken = env['AWS_SESSION_TOKEN'] || env['AMAZON_SESSION_TOKEN'];
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}
