import { issueRoleCredentials } from './access-keys.ts';
import { ApiError } from './http.ts';
import {
  queryService,
  renderQueryError,
  renderQueryResult,
  requiredParameter,
  type QueryRequest,
} from './query-protocol.ts';
import { findRole, trustsCaller, type Role } from './roles.ts';
import type { Caller, Service } from './service.ts';
import type { World } from './state.ts';
import type { XmlValue } from './xml.ts';

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

function getCallerIdentity({ caller }: QueryRequest): XmlValue {
  return { Arn: caller.key.arn, UserId: caller.key.userId, Account: caller.key.accountId };
}

function assumeRole({ world, caller, parameters }: QueryRequest): XmlValue {
  const { arn, role } = askedRole(world, parameters);
  if (role === undefined || !trustsCaller(role, caller.key.accountId)) throw notAuthorized(caller, arn);
  if (role.externalId !== undefined && parameters.get('ExternalId') !== role.externalId)
    throw notAuthorized(caller, arn);
  const isMfa = checkMfa(world, caller, parameters);
  if (role.needsMfa === true && !isMfa) throw notAuthorized(caller, arn);
  const isChained = caller.key.sessionToken !== undefined;
  return assumed(world, role, parameters, isChained);
}

/** What AWS says whatever is missing: trust, external ID or MFA. */
function notAuthorized({ key }: Caller, arn: string): ApiError {
  const text = `User: ${key.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`;
  return new ApiError(403, 'AccessDenied', text);
}

/**
 * Whether the call proves an MFA device. A device belongs to an IAM user, and a code works once. (The documentation of `SerialNumber` speaks of
 * the user who makes the call; whether AWS takes the device of a user from the session of a role too is not known. Here it does, within one
 * account, so that clients can be seen to send it.)
 */
function checkMfa({ mfaDevices }: World, { key }: Caller, parameters: URLSearchParams): boolean {
  const [serial, code] = [parameters.get('SerialNumber'), parameters.get('TokenCode')];
  if (serial === null && code === null) return false;
  const device = mfaDevices.get(serial ?? '');
  const isSession = key.sessionToken !== undefined && device?.accountId === key.accountId;
  const isTheirs = device?.userArn === key.arn || isSession;
  if (device === undefined || !isTheirs || code === null || device.code !== code) {
    throw new ApiError(403, 'AccessDenied', 'MultiFactorAuthentication failed with invalid MFA one time pass code. ');
  }
  device.code = undefined;
  return true;
}

function assumeRoleWithWebIdentity(world: World, parameters: URLSearchParams): XmlValue {
  const { role } = askedRole(world, parameters);
  const token = requiredParameter(parameters, 'WebIdentityToken');
  if (role?.webIdentityToken !== token)
    throw new ApiError(403, 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
  return assumed(world, role, parameters, false);
}

function askedRole(world: World, parameters: URLSearchParams) {
  const arn = requiredParameter(parameters, 'RoleArn');
  const match = /^arn:[\w-]+:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(arn);
  if (match === null) throw new ApiError(400, 'ValidationError', `${arn} is invalid`);
  const [, account = '', name = ''] = match;
  return { arn, role: findRole(world, account, name) };
}

/** With the credentials of a role, another role is had for an hour at most. */
const chainedSeconds = 3600;

/** The duration that was asked for, refused where it is too short or too long. AWS never shortens it by itself. */
function askedSeconds(parameters: URLSearchParams, maxSessionSeconds: number, isChained: boolean): number {
  const asked = parameters.get('DurationSeconds');
  const seconds = asked === null ? 3600 : Number(asked);
  const refuse = (text: string) => new ApiError(400, 'ValidationError', text);
  if (!Number.isInteger(seconds) || seconds < 900 || seconds > 43_200)
    throw refuse(`Value '${asked}' at 'durationSeconds' failed to satisfy constraint: 900 to 43200`);
  if (isChained && seconds > chainedSeconds)
    throw refuse('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining');
  if (seconds > maxSessionSeconds)
    throw refuse('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  return seconds;
}

function assumed(
  world: World,
  { account, name, maxSessionSeconds }: Role,
  parameters: URLSearchParams,
  isChained: boolean,
): XmlValue {
  const sessionName = requiredParameter(parameters, 'RoleSessionName');
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName))
    throw new ApiError(
      400,
      'ValidationError',
      `Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint`,
    );
  const seconds = askedSeconds(parameters, maxSessionSeconds, isChained);
  const key = issueRoleCredentials(
    world,
    account,
    name,
    sessionName,
    Math.min(seconds, world.settings.lifetimes.assumedRole),
  );
  return {
    Credentials: {
      AccessKeyId: key.accessKeyId,
      SecretAccessKey: key.secretAccessKey,
      SessionToken: key.sessionToken,
      Expiration: new Date(key.expiresAt ?? 0).toISOString(),
    },
    AssumedRoleUser: { Arn: key.arn, AssumedRoleId: key.userId },
  };
}

/** Security Token Service. */
export const stsService: Service = queryService('sts', namespace, {
  GetCallerIdentity: getCallerIdentity,
  AssumeRole: assumeRole,
});

/** The call of the Security Token Service that nobody signs: a token of an OpenID Connect provider stands for the caller. */
export const stsWebIdentityService: Service = {
  name: 'sts',
  find(call) {
    const parameters = new URLSearchParams(call.body.toString('utf8'));
    const name = 'AssumeRoleWithWebIdentity';
    if (parameters.get('Action') !== name) return undefined;
    return {
      name,
      handle: (world) => renderQueryResult(namespace, name, assumeRoleWithWebIdentity(world, parameters)),
    };
  },
  renderError: renderQueryError,
};
