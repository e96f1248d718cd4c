import { STSClient } from '@aws-sdk/client-sts';
import { fromHttp } from '@aws-sdk/credential-provider-http';
import { fromIni } from '@aws-sdk/credential-provider-ini';
import '../net/quiet-sdk.ts';
import { profileHttp, roleRegion } from '../aws-config/settings.ts';
import type { SharedConfig } from '../aws-config/shared-config.ts';
import type { Context, HttpSettings } from '../context.ts';
import { credentialsFailure } from './failure.ts';
import { askMfaCode } from './mfa-code.ts';
import { environmentKeys } from './sts.ts';
import { type RoleCredentials, type RoleCredentialsRequest, toCredentials } from './types.ts';

/** A profile's credentials as the AWS SDK inside `cdk` resolves them. Throws a UserError (77, 69). */
export async function iniCredentials(
  ctx: Context,
  { profile, config, http, reporter }: RoleCredentialsRequest & { readonly config: SharedConfig },
): Promise<RoleCredentials> {
  const region = roleRegion(config, profile, ctx.env);
  const requestHandler = await ctx.requestHandler(profileHttp(http, config, profile, ctx.env));
  const provider = fromIni({
    profile,
    ignoreCache: true,
    configFilepath: config.files.config.path,
    filepath: config.files.credentials.path,
    mfaCodeProvider: (serial) => askMfaCode(ctx, profile, serial, reporter.interactive),
    // `profile` makes the clients read the endpoint settings of this profile, not those of AWS_PROFILE.
    clientConfig: {
      region,
      profile,
      requestHandler,
    },
    parentClientConfig: { region },
  });
  try {
    return toCredentials(await provider());
  } catch (error) {
    throw credentialsFailure(error, { profile, doing: 'give credentials' });
  } finally {
    requestHandler.destroy?.();
  }
}

/** The credentials that the AWS SDK finds without a profile. Throws a UserError (77, 69). */
export async function environmentCredentials(
  ctx: Context,
  { http, config, region }: { readonly http: HttpSettings; readonly config: SharedConfig; readonly region: string },
): Promise<RoleCredentials> {
  // A key pair counts before AWS_PROFILE, as in cdk; the SDK alone prefers the profile.
  const keys = environmentKeys(ctx.env);
  if (keys !== undefined) return keys;
  // The client is never asked anything: its default chain of providers is.
  const client = new STSClient({
    region,
    requestHandler: (await ctx.requestHandler(profileHttp(http, config, undefined, ctx.env))) as never,
  });
  try {
    return toCredentials({ ...(await client.config.credentials()), accountId: undefined });
  } catch (error) {
    throw credentialsFailure(error, { doing: 'give credentials' });
  } finally {
    client.destroy();
  }
}

/** Why the container's credential endpoint gives none; the SDK's own chain drops the reason, after three seconds. */
export async function containerFailure(env: Context['env']): Promise<string | undefined> {
  const relative = env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
  const full = env['AWS_CONTAINER_CREDENTIALS_FULL_URI'];
  const address = relative
    ? { awsContainerCredentialsRelativeUri: relative }
    : { awsContainerCredentialsFullUri: full ?? '' };
  const provider = fromHttp({ ...address, maxRetries: 0 });
  try {
    await provider();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
