import { randomBytes } from 'node:crypto';

/** What must not be shown: all that the stand-ins issue or are sent that proves something to AWS. */
export type SecretKind =
  | 'access-token'
  | 'refresh-token'
  | 'client-secret'
  | 'device-code'
  | 'authorization-code'
  | 'code-verifier'
  | 'secret-access-key'
  | 'user-secret-access-key'
  | 'session-token';

/** Of all stand-ins of this process, so that whoever sees an output need not know which of them the program talked to. */
const issued = new Map<string, SecretKind>();

/** Issues a secret: unguessable, and it says what it is, so that a leak is recognised by a reader too. */
export function secret(kind: SecretKind, bytes = 24): string {
  return remember(kind, identifier(kind, bytes));
}

/** Remembers a secret that somebody else made, as a PKCE verifier. Returns it. */
export function remember(kind: SecretKind, value: string): string {
  issued.set(value, kind);
  return value;
}

/** A name that nobody can guess and that is no secret: it proves nothing. */
export function identifier(kind: string, bytes: number): string {
  return `${kind}-${randomBytes(bytes).toString('base64url')}`;
}

/** The region of the Identity Center that issued an access token. */
export const tokenRegions = new Map<string, string>();

/** Every secret so far, with its kind. */
export function issuedSecrets(): ReadonlyMap<string, SecretKind> {
  return issued;
}
