import { createHash, randomBytes } from 'node:crypto';

/** A proof key for one login (RFC 7636). */
export interface Pkce {
  /** Stays here until the code is exchanged. */
  readonly verifier: string;
  /** Goes to the browser: the SHA-256 of the verifier. */
  readonly challenge: string;
}

/** A new proof key of 32 random bytes, as RFC 7636 section 4.1 recommends. */
export function createPkce(random: (bytes: number) => Buffer = randomBytes): Pkce {
  const verifier = random(32).toString('base64url');
  return { verifier, challenge: challengeOf(verifier) };
}

/** `S256`: BASE64URL(SHA256(ASCII(code_verifier))), RFC 7636 section 4.2. */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier, 'ascii').digest('base64url');
}

/** A value nobody can guess, which ties the callback to this login (RFC 6749 section 10.12). */
export function createState(): string {
  return randomBytes(32).toString('base64url');
}
