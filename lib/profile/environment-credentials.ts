import { STSClient } from '@aws-sdk/client-sts';
import type { Context, HttpSettings } from '../context.ts';
import { profileHttp } from './ca-bundle.ts';
import { credentialsFailure } from './credentials-failure.ts';
import type { RoleCredentials } from './role-credentials.ts';
import type { SharedConfig } from './shared-config.ts';

/**
 * The credentials that the AWS SDK finds without a profile of ours: a key pair in the environment, web identity, a container, an
 * instance. Load this file lazily, it brings the SDK.
 *
 * @throws UserError 77 where there are none, 69 when what gives them cannot be reached.
 */
export async function environmentCredentials(
  ctx: Context,
  { http, config }: { readonly http: HttpSettings; readonly config: SharedConfig },
): Promise<RoleCredentials> {
  // The client is never asked anything: its default chain of providers is.
  const client = new STSClient({
    requestHandler: (await ctx.requestHandler(profileHttp(http, config, undefined, ctx.env))) as never,
  });
  try {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await client.config.credentials();
    return {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      ...(expiration === undefined ? {} : { expiration }),
    };
  } catch (error) {
    throw credentialsFailure(error, { doing: 'give credentials' });
  } finally {
    client.destroy();
  }
}
