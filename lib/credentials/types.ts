import type { SharedConfig } from '../aws-config/shared-config.ts';
import type { HttpSettings } from '../context.ts';
import type { Reporter } from '../messages/errors.ts';
import type { SsoToken } from '../sso/cache/token.ts';

/** Keys for signing requests. Never shown, logged or put into a message. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When they end; absent for keys that do not. */
  readonly expiration?: Date;
  /** The account they belong to, if the credential source contains it. */
  readonly accountId?: string;
}

/** The credentials in an answer; a member without a value is absent. */
export function toCredentials({
  accessKeyId,
  secretAccessKey,
  sessionToken,
  expiration,
  accountId,
}: {
  readonly [Key in keyof RoleCredentials]: RoleCredentials[Key] | undefined;
} & Pick<RoleCredentials, 'accessKeyId' | 'secretAccessKey'>): RoleCredentials {
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken && { sessionToken }),
    ...(expiration && { expiration }),
    ...(accountId && { accountId }),
  };
}

export interface RoleCredentialsRequest {
  readonly profile: string;
  readonly http: HttpSettings;
  readonly reporter: Reporter;
  readonly config?: SharedConfig;
  /** The access token of the profile's SSO session, where it was just made sure of; that on disk otherwise. */
  readonly token?: SsoToken | undefined;
}
