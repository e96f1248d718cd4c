import type { Context } from '../context.ts';
import { type MessageParts, type Reporter, UserError } from '../messages/errors.ts';
import { formatDuration } from '../messages/text.ts';
import type { SsoSource } from '../profile/source.ts';
import { readToken } from '../sso/cache/token-cache.ts';
import { checkPortal, type PortalTarget } from '../sso/identity-center/portal.ts';
import { withInterrupt } from '../sso/login/keys.ts';
import { openBrowser } from '../system/browser.ts';
import { cancelled, select } from '../terminal/prompts.ts';
import type { EffectiveBlock } from '../project/block/effective-block.ts';
import type { ResolvedProject } from './project.ts';

/** A role that isn't assigned, and where the project says to request it. */
export interface AccessRequest {
  readonly source: SsoSource;
  readonly url: string;
}

const pollMs = 10_000;
/** cdkx stops waiting after this, milliseconds: an approval can take longer than anyone watches a terminal. */
const longestWaitMs = 30 * 60_000;

/** Where to request the role of a profile, if the project block or that of `~/.cdk.json` sets it. */
export function accessRequest({ block, userBlock }: AccessSettings, source: SsoSource): AccessRequest | undefined {
  const template = block?.effective.requestAccess ?? userBlock?.requestAccess;
  return template === undefined ? undefined : { source, url: accessUrl(template, source) };
}

export interface AccessSettings {
  readonly block?: { readonly effective: Pick<EffectiveBlock, 'requestAccess'> };
  readonly userBlock?: Pick<EffectiveBlock, 'requestAccess'>;
}

/** The URL for an account and a role. Their values are encoded, so that they stay within their part of the URL. */
export function accessUrl(template: string, { accountId, roleName }: PortalTarget): string {
  const values: Readonly<Record<string, string>> = { account: accountId, role: roleName };
  return template.replaceAll(/\{(account|role)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}

/** Adds the URL to a message about a missing role, before its other steps. */
export function withRequestSteps(parts: MessageParts, request: AccessRequest | undefined): MessageParts {
  if (request === undefined) return parts;
  const say = `Request access at ${request.url}`;
  return { ...parts, next: [{ say }, ...(parts.next ?? [])] };
}

/** Offers to wait until the role is assigned. Returns whether it is. Throws a UserError (130) after Ctrl-C. */
export async function offerToWait(
  ctx: Context,
  request: AccessRequest,
  { project, reporter }: { readonly project: Pick<ResolvedProject, 'http'>; readonly reporter: Reporter },
): Promise<boolean> {
  const { roleName, accountId } = request.source;
  const answer = await select(ctx, {
    message: `Wait until ${roleName} in ${accountId} is assigned to you?`,
    choices: [
      { value: 'wait', label: 'Wait' },
      { value: 'open', label: 'Open the URL in the browser, and wait', hint: new URL(request.url).host },
      { value: 'stop', label: 'Stop' },
    ],
  });
  if (answer === cancelled || answer === 'stop') return false;
  return withInterrupt(ctx, async (signal) => {
    if (answer === 'open' && !(await openBrowser(ctx, request.url, signal))) {
      reporter.warn({ what: 'no browser could be opened', why: 'Open the URL above yourself.' });
    }
    reporter.notice(
      `waiting until the role is assigned, for at most ${formatDuration(longestWaitMs / 1000)}. Press Ctrl-C to stop.`,
    );
    return waitForRole(ctx, request.source, { project, reporter, signal });
  }).catch((error: unknown) => {
    if (!(error instanceof UserError) || error.code !== 'SignInCancelled') throw error;
    throw new UserError('Cancelled', {
      what: `cancelled; role ${roleName} in account ${accountId} is not assigned to you`,
    });
  });
}

/** Asks the portal until the role is assigned, the session ends, or half an hour is over. */
export async function waitForRole(
  ctx: Context,
  { session, accountId, roleName }: SsoSource,
  options: {
    readonly project: Pick<ResolvedProject, 'http'>;
    readonly reporter: Reporter;
    readonly signal: AbortSignal;
  },
): Promise<boolean> {
  const { project, reporter, signal } = options;
  const until = ctx.clock.now() + longestWaitMs;
  for (;;) {
    // Read again each time: another process may have renewed the session.
    const found = readToken(ctx, session);
    const access = { session, http: project.http, signal };
    const { state } =
      found.state === 'present'
        ? await checkPortal(ctx, { ...access, token: found.token }, { accountId, roleName })
        : { state: 'revoked' };
    signal.throwIfAborted();
    if (state === 'usable') return true;
    if (state === 'revoked') {
      reporter.warn({ what: 'stopped waiting: the session is no longer valid' });
      return false;
    }
    if (ctx.clock.now() + pollMs > until) {
      reporter.warn({
        what: `stopped waiting after ${formatDuration(longestWaitMs / 1000)}: the role is not assigned`,
      });
      return false;
    }
    await ctx.clock.sleep(pollMs, signal);
  }
}
