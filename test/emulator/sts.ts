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
import type { Service } from './service.ts';
import type { World } from './state.ts';
import type { XmlValue } from './xml.ts';

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

function getCallerIdentity({ caller }: QueryRequest): XmlValue {
  return { Arn: caller.key.arn, UserId: caller.key.userId, Account: caller.key.accountId };
}

function assumeRole({ world, caller, parameters }: QueryRequest): XmlValue {
  const { arn, role } = askedRole(world, parameters);
  if (role === undefined || !trustsCaller(role, caller.key.accountId)) {
    const text = `User: ${caller.key.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`;
    throw new ApiError(403, 'AccessDenied', text);
  }
  return assumed(world, role, parameters);
}

function assumeRoleWithWebIdentity(world: World, parameters: URLSearchParams): XmlValue {
  const { role } = askedRole(world, parameters);
  const token = requiredParameter(parameters, 'WebIdentityToken');
  if (role?.webIdentityToken !== token)
    throw new ApiError(403, 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
  return assumed(world, role, parameters);
}

function askedRole(world: World, parameters: URLSearchParams) {
  const arn = requiredParameter(parameters, 'RoleArn');
  const match = /^arn:[\w-]+:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(arn);
  if (match === null) throw new ApiError(400, 'ValidationError', `${arn} is invalid`);
  const [, account = '', name = ''] = match;
  return { arn, role: findRole(world, account, name) };
}

function assumed(world: World, { account, name }: Role, parameters: URLSearchParams): XmlValue {
  const sessionName = requiredParameter(parameters, 'RoleSessionName');
  const seconds = Number(parameters.get('DurationSeconds') ?? 3600);
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
