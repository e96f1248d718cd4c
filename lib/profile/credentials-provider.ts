import type { Clock } from '../context.ts';
import type { RoleCredentials } from './role-credentials.ts';

/** Gives role credentials; asked again near their end. */
export type CredentialsProvider = () => Promise<RoleCredentials>;

/** With less left, new ones are fetched: `cdk` asks again only 5 seconds before the end. */
const reuseSeconds = 60;

/**
 * A provider that fetches once for all who ask at the same time (`cdk --concurrency` does), keeps what it got while it has a minute
 * left, and forgets a failure so that the next attempt is a new one.
 */
export function createCredentialsProvider(clock: Pick<Clock, 'now'>, fetch: CredentialsProvider): CredentialsProvider {
  let running: Promise<RoleCredentials> | undefined;
  let last: RoleCredentials | undefined;
  return () => {
    if (running !== undefined) return running;
    if (last !== undefined && isLasting(last, clock.now())) return Promise.resolve(last);
    running = fetch()
      .then((credentials) => (last = credentials))
      .finally(() => (running = undefined));
    return running;
  };
}

function isLasting({ expiration }: RoleCredentials, now: number): boolean {
  return expiration === undefined || expiration.getTime() - now > reuseSeconds * 1000;
}
