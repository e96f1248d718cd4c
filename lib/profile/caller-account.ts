import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Context, Environment, HttpSettings } from '../context.ts';
import { profileHttp } from './ca-bundle.ts';
import { credentialsFailure } from './credentials-failure.ts';
import { roleRegion } from './profile-region.ts';
import type { RoleCredentials, RoleCredentialsRequest } from './role-credentials.ts';
import type { SharedConfig } from './shared-config.ts';

/**
 * The account that credentials belong to, asked of STS: for sources whose files do not tell. Load this file lazily, it brings the SDK.
 *
 * @throws UserError 77 when STS refuses the credentials, 69 when it cannot be reached.
 */
export async function callerAccount(
  ctx: Context,
  request: Pick<RoleCredentialsRequest, 'profile' | 'http'> & { readonly config: SharedConfig },
  credentials: RoleCredentials,
): Promise<string | undefined> {
  const { profile, http, config } = request;
  const client = new STSClient({
    profile,
    region: roleRegion(config, profile, ctx.env),
    credentials,
    requestHandler: (await ctx.requestHandler(profileHttp(http, config, profile, ctx.env))) as never,
  });
  try {
    return (await client.send(new GetCallerIdentityCommand())).Account;
  } catch (error) {
    throw credentialsFailure(error, { profile, failing: 'does not tell its account', doing: 'name it' });
  } finally {
    client.destroy();
  }
}

/**
 * The account of the credentials in the environment: its key pair, else what the SDK's own chain finds (web identity, container, instance).
 *
 * @throws UserError 77 when STS refuses them or there are none, 69 when it cannot be reached.
 */
export async function environmentAccount(
  ctx: Context,
  { http, config }: { readonly http: HttpSettings; readonly config: SharedConfig },
): Promise<string | undefined> {
  const keys = environmentKeys(ctx.env);
  const client = new STSClient({
    region: roleRegion(config, ctx.env['AWS_PROFILE'] ?? 'default', ctx.env),
    ...(keys === undefined ? {} : { credentials: keys }),
    requestHandler: (await ctx.requestHandler(profileHttp(http, config, undefined, ctx.env))) as never,
  });
  try {
    return (await client.send(new GetCallerIdentityCommand())).Account;
  } catch (error) {
    throw credentialsFailure(error, { failing: 'does not tell its account', doing: 'name it' });
  } finally {
    client.destroy();
  }
}

/** The key pair as `cdk` reads it, each half under its `AWS_` or its `AMAZON_` name. */
function environmentKeys(env: Environment) {
  const accessKeyId = env['AWS_ACCESS_KEY_ID'] || env['AMAZON_ACCESS_KEY_ID'];
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'] || env['AMAZON_SECRET_ACCESS_KEY'];
  if (!accessKeyId || !secretAccessKey) return undefined;
  const sessionToken = env['AWS_SESSION_TOKEN'] || env['AMAZON_SESSION_TOKEN'];
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}
