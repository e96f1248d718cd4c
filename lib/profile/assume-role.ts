import { AssumeRoleCommand, type AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import type { Context } from '../context.ts';
import { sourceAccount, type AssumeRoleSource } from './credential-source.ts';
import { readKeys } from './credentials-answer.ts';
import { askMfaCode } from './mfa-code.ts';
import { roleRegion } from './profile-region.ts';
import type { RoleCredentials, RoleCredentialsRequest } from './role-credentials.ts';
import type { SharedConfig } from './shared-config.ts';
import { callSts } from './sts-call.ts';

/** As the SDK for JavaScript without `duration_seconds`; also the longest that role chaining allows. */
const defaultDurationSeconds = 3600;

/**
 * Assumes the role of a profile with the credentials of its source, with the profile's own settings (`external_id`,
 * `role_session_name`, `duration_seconds`, `mfa_serial`, its region and its STS endpoint).
 *
 * @throws UserError 77 when STS refuses, 69 when it cannot be reached.
 */
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
