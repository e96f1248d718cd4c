import type { Context, HttpSettings } from '../../context.ts';
import type { Reporter } from '../../messages/errors.ts';
import { formatDuration } from '../../messages/text.ts';
import type { EnsureProfileOutcome } from '../../profile/ensure-profile.ts';
import type { SsoToken } from '../../sso/cache/token.ts';
import { loginCommand } from '../../sso/login-command.ts';
import { sessionName } from '../../sso/session.ts';
import type { Kept } from '../../sso/ensure/keep.ts';

/** What is kept: the session of the run's profile, as it was made ready before `cdk` started. */
export interface SessionToKeep {
  readonly outcome: EnsureProfileOutcome;
  readonly profile: string;
  readonly http: HttpSettings;
  readonly reporter: Reporter;
}

/** With less left, the token is renewed: well before the SDK inside `cdk` would, which does so with five minutes left. Milliseconds. */
const renewBeforeMs = 15 * 60_000;
/** With less left, it is said that the session ends, milliseconds. */
const warnBeforeMs = 10 * 60_000;
/** Pause between two attempts, and between two looks for a sign-in elsewhere, milliseconds. */
const retryMs = 20_000;
/** The clock is looked at no less often: a machine that slept finds the token expired. Milliseconds. */
const longestTickMs = 20_000;
const shortestTickMs = 500;
/** How long to wait for a pending response after `cdk` has ended, so that its refresh token isn't lost, milliseconds. */
const lastAnswerMs = 5_000;

/** Refreshes a session while `cdk` runs, or warns once if that isn't possible. Returns the function that ends it. */
export function keepSession(ctx: Context, { outcome, profile, http, reporter }: SessionToKeep): () => Promise<void> {
  if (outcome.state !== 'ready') return async () => undefined;
  const { session } = outcome.source;
  const stopped = new AbortController();
  let { token } = outcome;
  let plan = planFor(token, ctx.clock.now());
  let isWarned = false;
  let refused = false;
  let running: Promise<void> | undefined;

  const tend = async () => {
    const { renewQuietly } = await import('../../sso/ensure/keep.ts');
    const kept = await renewQuietly(ctx, { session, http, reporter }, { seen: token, refused, signal: stopped.signal });
    const now = ctx.clock.now();
    if (kept.state === 'renewed') {
      token = kept.token;
      plan = planFor(token, now);
      isWarned = false;
      refused = false;
      reporter.verbose(`renewed ${sessionName({ session })} while cdk was running`);
      return;
    }
    refused ||= kept.state === 'refused';
    if (!isWarned && (kept.state === 'refused' || now >= plan.warnAt)) {
      isWarned = true;
      reporter.warn(endingWarning(kept, token.expiresAt.getTime() - now));
    }
    // Without a refresh token only the file is looked at, from the moment when the end is near.
    const next = now + plan.retryMs;
    plan = { ...plan, nextAt: kept.state === 'not-refreshable' && !isWarned ? Math.max(next, plan.warnAt) : next };
  };

  const endingWarning = (kept: Exclude<Kept, { state: 'renewed' }>, leftMs: number) => ({
    what: `${sessionName({ session })} ${leftMs > 0 ? `ends in ${formatDuration(leftMs / 1000)}` : 'has expired'} and can't be renewed`,
    ...('reason' in kept ? { why: `${kept.reason}.` } : {}),
    next: [
      { say: 'cdk continues with the new token if you sign in from another terminal:' },
      { run: `${loginCommand(session, profile)} --force` },
    ],
  });

  const stopTicking = ctx.clock.every(plan.tickMs, () => {
    if (running !== undefined || ctx.clock.now() < plan.nextAt) return;
    running = tend()
      .catch((error: unknown) => {
        // For example, cdkx was updated in the meantime: `cdk` continues.
        plan = { ...plan, nextAt: ctx.clock.now() + plan.retryMs };
        if (!stopped.signal.aborted) reporter.verbose(`the session could not be renewed: ${String(error)}`);
      })
      .finally(() => (running = undefined));
  });

  return async () => {
    stopTicking();
    if (running === undefined) return;
    const answered = new AbortController();
    const patience = ctx.clock.sleep(lastAnswerMs, answered.signal).catch(() => undefined);
    await Promise.race([running, patience]);
    answered.abort();
    stopped.abort(new Error('cdk has ended'));
  };
}

/** When what is due for a token, milliseconds since the epoch. Tokens that live for less than an hour or so are renewed at half of their life. */
function planFor({ expiresAt }: SsoToken, now: number) {
  const end = expiresAt.getTime();
  const life = Math.max(end - now, 0);
  return {
    nextAt: end - Math.min(renewBeforeMs, life / 2),
    warnAt: end - Math.min(warnBeforeMs, life / 4),
    retryMs: Math.min(retryMs, Math.max(life / 20, shortestTickMs)),
    tickMs: Math.min(longestTickMs, Math.max(life / 40, shortestTickMs)),
  };
}
