import { issueRoleCredentials } from './access-keys.ts';
import { ApiError } from './http.ts';
import { queryService, requiredParameter, type QueryRequest } from './query-protocol.ts';
import { findRole, trustsCaller } from './roles.ts';
import type { Service } from './service.ts';
import type { XmlValue } from './xml.ts';

function getCallerIdentity({ caller }: QueryRequest): XmlValue {
  return { Arn: caller.key.arn, UserId: caller.key.userId, Account: caller.key.accountId };
}

function assumeRole({ world, caller, parameters }: QueryRequest): XmlValue {
  const arn = requiredParameter(parameters, 'RoleArn');
  const sessionName = requiredParameter(parameters, 'RoleSessionName');
  const match = /^arn:[\w-]+:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(arn);
  if (match === null) throw new ApiError(400, 'ValidationError', `${arn} is invalid`);
  const [, account = '', name = ''] = match;
  const role = findRole(world, account, name);
  if (role === undefined || !trustsCaller(role, caller.key.accountId)) {
    const text = `User: ${caller.key.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`;
    throw new ApiError(403, 'AccessDenied', text);
  }
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
export const stsService: Service = queryService('sts', 'https://sts.amazonaws.com/doc/2011-06-15/', {
  GetCallerIdentity: getCallerIdentity,
  AssumeRole: assumeRole,
});
