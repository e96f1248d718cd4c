import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import type { NextStep } from '../messages/errors.ts';
import { shellWord } from '../messages/text.ts';
import { readBoundedText } from '../system/files.ts';
import { membersOf } from '../system/json.ts';

/** The status of the sign-in of an `aws login` profile. `expiresAt` is when its short-term keys expire, not the sign-in. */
export type LoginCacheState =
  | { readonly state: 'valid'; readonly expiresAt: Date; readonly path: string }
  /** The keys have expired; the SDK inside `cdk` renews them as long as the sign-in lasts. */
  | { readonly state: 'renewable'; readonly expiresAt: Date; readonly path: string }
  /** The sign-in must have expired: its keys expired longer ago than any sign-in lasts. */
  | { readonly state: 'ended'; readonly expiresAt: Date; readonly path: string }
  | { readonly state: 'missing'; readonly path: string }
  | { readonly state: 'unreadable'; readonly path: string };

/** The SDK renews keys that have no more than this left, milliseconds. */
const renewalWindowMs = 5 * 60 * 1000;
/** A sign-in lasts twelve hours at most (AWS CLI user guide, "aws login"), milliseconds. */
const longestSignInMs = 12 * 60 * 60 * 1000;
/** Members without which the SDK for JavaScript gives up (`@aws-sdk/credential-provider-login`). */
const requiredMembers = ['clientId', 'refreshToken', 'dpopKey'];

/** Reads what `aws login` left for a `login_session`, in the file named by the SHA-256 of its ARN. Never throws, and returns no secret. */
export function readLoginCache(ctx: Pick<Context, 'env' | 'home' | 'clock'>, loginSession: string): LoginCacheState {
  const folder = ctx.env['AWS_LOGIN_CACHE_DIRECTORY'] || join(ctx.home, '.aws', 'login', 'cache');
  const path = join(folder, `${createHash('sha256').update(loginSession).digest('hex')}.json`);
  let json: unknown;
  try {
    json = JSON.parse(readBoundedText(path));
  } catch (error) {
    return { state: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'unreadable', path };
  }
  const expiresAt = readExpiry(json);
  if (expiresAt === undefined) return { state: 'unreadable', path };
  const leftMs = expiresAt.getTime() - ctx.clock.now();
  if (leftMs > renewalWindowMs) return { state: 'valid', expiresAt, path };
  return { state: leftMs > -longestSignInMs ? 'renewable' : 'ended', expiresAt, path };
}

function readExpiry(json: unknown): Date | undefined {
  const { accessToken, ...rest } = membersOf(json);
  const { accountId, expiresAt } = membersOf(accessToken);
  const isComplete = requiredMembers.every((name) => typeof rest[name] === 'string') && typeof accountId === 'string';
  if (!isComplete || typeof expiresAt !== 'string') return undefined;
  const date = new Date(expiresAt);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** How to sign in again. */
export function awsLoginSteps(profile: string): NextStep[] {
  return [{ say: 'Sign in, then run the command again:' }, { run: `aws login --profile ${shellWord(profile)}` }];
}
