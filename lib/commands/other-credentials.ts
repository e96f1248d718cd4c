import type { Context } from '../context.ts';
import { readLoginCache } from '../profile/login-cache.ts';
import type { ProfileEntry } from './session-overview.ts';

/** Credentials that end but belong to no SSO session: put by hand into the credentials file, or from `aws login`. */
export interface OtherCredentials {
  readonly profile: string;
  readonly kind: 'temporary' | 'login';
  /** `unknown`: the file does not say when they end. `renewable`: ended, but renewed by the SDK inside `cdk`. */
  readonly state: 'valid' | 'renewable' | 'expired' | 'signed-out' | 'unreadable' | 'unknown';
  readonly expiresAt?: Date;
  readonly usable: boolean;
}

/** The short-term credentials and `aws login` sign-ins among the profiles, from files alone. */
export function otherCredentials(
  ctx: Pick<Context, 'env' | 'home' | 'clock'>,
  profiles: readonly ProfileEntry[],
): OtherCredentials[] {
  return profiles.flatMap(({ name, source }): OtherCredentials[] => {
    if (source.kind === 'temporary') return [temporary(ctx, name, source.expiresAt)];
    return source.kind === 'login' ? [signIn(ctx, name, source.loginSession)] : [];
  });
}

function temporary({ clock }: Pick<Context, 'clock'>, profile: string, expiresAt: Date | undefined): OtherCredentials {
  if (expiresAt === undefined) return { profile, kind: 'temporary', state: 'unknown', usable: true };
  const usable = expiresAt.getTime() > clock.now();
  return { profile, kind: 'temporary', state: usable ? 'valid' : 'expired', expiresAt, usable };
}

function signIn(ctx: Pick<Context, 'env' | 'home' | 'clock'>, profile: string, loginSession: string): OtherCredentials {
  const found = readLoginCache(ctx, loginSession);
  const base = { profile, kind: 'login' } as const;
  switch (found.state) {
    case 'valid':
    case 'renewable':
      return { ...base, state: found.state, expiresAt: found.expiresAt, usable: true };
    case 'ended':
      return { ...base, state: 'expired', expiresAt: found.expiresAt, usable: false };
    case 'missing':
      return { ...base, state: 'signed-out', usable: false };
    case 'unreadable':
      return { ...base, state: 'unreadable', usable: false };
  }
}
