import { exitCode, UserError } from '../terminal/user-error.ts';
import type { RoleCredentials } from './role-credentials.ts';

/** The members of an answer of STS, as the SDK gives them. */
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
    throw new UserError(exitCode.unavailable, {
      what: `AWS answered without keys when asked for the role credentials of profile "${profile}"`,
      why: 'Something on the way, a proxy perhaps, may have changed the answer.',
      next: 'Run the command again.',
    });
  }
  return {
    accessKeyId,
    secretAccessKey,
    ...(SessionToken ? { sessionToken: SessionToken } : {}),
    ...(Expiration === undefined ? {} : { expiration: Expiration }),
    ...(accountId === undefined ? {} : { accountId }),
  };
}
