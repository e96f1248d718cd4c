import { fromIni } from '@aws-sdk/credential-provider-ini';
import type { Context } from '../context.ts';
import { profileHttp } from './ca-bundle.ts';
import { credentialsFailure } from './credentials-failure.ts';
import { askMfaCode } from './mfa-code.ts';
import { roleRegion } from './profile-region.ts';
import type { RoleCredentials, RoleCredentialsRequest } from './role-credentials.ts';
import type { SharedConfig } from './shared-config.ts';

/**
 * The credentials of a profile as the AWS SDK inside `cdk` resolves them: static keys, processes, web identity, `aws login`,
 * and role chains on any of these.
 *
 * @throws UserError 77 when they cannot be had, 69 when AWS cannot be reached.
 */
export async function iniCredentials(
  ctx: Context,
  { profile, config, http, reporter }: RoleCredentialsRequest & { readonly config: SharedConfig },
): Promise<RoleCredentials> {
  const region = roleRegion(config, profile, ctx.env);
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
      requestHandler: await ctx.requestHandler(profileHttp(http, config, profile, ctx.env)),
    },
    parentClientConfig: { region },
  });
  try {
    const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = await provider();
    return {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      ...(expiration === undefined ? {} : { expiration }),
      ...(accountId === undefined ? {} : { accountId }),
    };
  } catch (error) {
    throw credentialsFailure(error, { profile, doing: 'give credentials' });
  }
}
