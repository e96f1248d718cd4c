import { createHash, randomBytes } from 'node:crypto';
import { UserError } from '../../messages/errors.ts';
import { formatTimeOfDay } from '../../messages/text.ts';
import { openBrowser } from '../../system/browser.ts';
import { createProgress } from '../../terminal/style.ts';
import { IdentityCenterFailure } from '../identity-center/client.ts';
import { classifyAddress } from '../start-url.ts';
import { type Callback, type CallbackServer, startCallbackServer } from './callback-server.ts';
import { cancelledError, listenForKeys } from './keys.ts';
import { showAddress } from './screen.ts';
import type { SignInResult, SignInRequest } from './types.ts';

/** How long the browser is waited for, as in the AWS CLI, milliseconds. */
const deadlineMs = 600_000;
/** The key that changes to the device code. */
const switchKey = 'd';

/**
 * Logs in through a browser on this machine: authorization code (RFC 6749 section 4.1) with PKCE (RFC 7636), the answer caught on a
 * loopback port (RFC 8252 section 7.3). On a terminal a key changes to the device code. Throws a UserError (77) when it was denied or nobody came.
 */
export async function signInWithBrowser(flow: SignInRequest): Promise<SignInResult> {
  const state = createState();
  const server = await startCallbackServer(state).catch((error: unknown) => {
    throw noServer(flow, error);
  });
  try {
    return await signIn(flow, server, state);
  } finally {
    await server.close();
  }
}

async function signIn(flow: SignInRequest, server: CallbackServer, state: string): Promise<SignInResult> {
  const { clientId, clientSecret } = flow.registration;
  const pkce = createPkce();
  const callback = await waitForBrowser(flow, server, authorizeUrl(flow, server.redirectUri, state, pkce.challenge));
  if (callback === 'switch') return 'switch';
  if ('error' in callback.result) {
    callback.finish('denied');
    throw denied(flow, callback.result.error);
  }
  const progress = createProgress(flow.ctx, flow.reporter, 'finishing the sign-in');
  try {
    const issued = await flow.identityCenter.createToken(
      {
        grantType: 'authorization_code',
        clientId,
        clientSecret,
        code: callback.result.code,
        codeVerifier: pkce.verifier,
        redirectUri: server.redirectUri,
      },
      flow.signal,
    );
    callback.finish('success');
    return { issued };
  } catch (error) {
    callback.finish('failed');
    throw error;
  } finally {
    progress.stop();
  }
}

/** Where the browser begins; the parameters and their order are those of the AWS CLI (`scopes` is the service's own name). */
export function authorizeUrl(
  flow: Pick<SignInRequest, 'identityCenter' | 'registration'>,
  redirectUri: string,
  state: string,
  challenge: string,
): string {
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: flow.registration.clientId,
    redirect_uri: redirectUri,
    state,
    code_challenge_method: 'S256',
    scopes: (flow.registration.scopes ?? []).join(' '),
    code_challenge: challenge,
  });
  return `${flow.identityCenter.oidcUrl}/authorize?${parameters.toString()}`;
}

/** Shows the address, opens it, and waits for the first of: the browser, the key, Ctrl-C, the deadline. */
async function waitForBrowser(
  flow: SignInRequest,
  server: CallbackServer,
  address: string,
): Promise<Callback | 'switch'> {
  const { ctx, signal } = flow;
  showAddress(ctx, flow.name, address);
  const waiting = new AbortController();
  const ended = AbortSignal.any([signal, waiting.signal]);
  const key = pressedKey(flow);
  // Before the line that is redrawn in place: what is said of the address must not stand in the middle of it.
  const opening = flow.noBrowser ? undefined : openTrusted(flow, address, ended);
  const until = formatTimeOfDay(new Date(ctx.clock.now() + deadlineMs));
  const hint = flow.reporter.interactive ? ` (press ${switchKey} for a code instead)` : '';
  const progress = createProgress(ctx, flow.reporter, `waiting until ${until} for your browser${hint}`);
  try {
    const deadline = ctx.clock.sleep(deadlineMs, ended).then(() => {
      throw tooLate(flow);
    });
    return await Promise.race([server.callback, key.pressed, deadline, codeWhereNothingOpens(flow, opening)]);
  } finally {
    waiting.abort(cancelledError());
    key.stop();
    progress.stop();
  }
}

/** Resolves with the change to the code if no program took the address, unless the user insists on the browser. */
async function codeWhereNothingOpens(flow: SignInRequest, opening: Promise<boolean> | undefined): Promise<'switch'> {
  const isOpen = opening === undefined || flow.insistsOnBrowser || (await opening);
  return isOpen ? new Promise(() => undefined) : 'switch';
}

/** Tries to open the address; `false` if no program could. */
async function openTrusted(flow: SignInRequest, address: string, signal: AbortSignal): Promise<boolean> {
  const judged = classifyAddress(address, [new URL(flow.identityCenter.oidcUrl).host]);
  if (judged.verdict !== 'opened') {
    flow.reporter.warn({
      what: 'the sign-in address is not opened, only shown',
      why: 'It is not a web address over TLS, or is too long for one.',
      next: [{ say: 'Look twice before you sign in there, and check endpoint_url and AWS_ENDPOINT_URL.' }],
    });
    return true;
  }
  const opened = await openBrowser(flow.ctx, judged.href, signal);
  if (opened || signal.aborted) return true;
  const browser = flow.ctx.env['BROWSER'];
  const tried = browser ? `BROWSER (${browser}) did not open it` : 'no program here opens web addresses';
  flow.reporter.warn({
    what: `the browser could not be opened: ${tried}`,
    why: flow.insistsOnBrowser ? 'Open the address yourself.' : 'Use a code on any device instead:',
  });
  return false;
}

function pressedKey(flow: SignInRequest): { pressed: Promise<'switch'>; stop: () => void } {
  if (!flow.reporter.interactive) return { pressed: new Promise(() => undefined), stop: () => undefined };
  let stop: () => void = () => undefined;
  const pressed = new Promise<'switch'>((resolve, reject) => {
    stop = listenForKeys(flow.ctx, {
      key: (key) => key.toLowerCase() === switchKey && resolve('switch'),
      interrupt: () => reject(cancelledError()),
    });
  });
  return { pressed, stop };
}

function denied(flow: SignInRequest, error: string): Error {
  if (error === 'access_denied') {
    const host = new URL(flow.identityCenter.oidcUrl).host;
    return new IdentityCenterFailure('access-denied', { operation: 'Authorize', host, code: error });
  }
  const code = /^[\w.-]{1,60}$/.test(error) ? error : 'an unknown error';
  return new UserError('SignInFailed', {
    what: `the browser came back without a sign-in (${code})`,
    why: 'IAM Identity Center refused it there; its page said why.',
    next: [{ say: 'Try again, or use a code on any device:' }, { run: `${flow.again} --device-code` }],
  });
}

function tooLate(flow: SignInRequest): UserError {
  return new UserError('SignInTimedOut', {
    what: `nobody signed in to ${flow.name} in the browser within ${deadlineMs / 60_000} minutes`,
    why: 'The browser may be on another machine, which cannot reach this one.',
    next: [{ say: 'Try again, or use a code on any device:' }, { run: `${flow.again} --device-code` }],
  });
}

function noServer(flow: SignInRequest, error: unknown): UserError {
  return new UserError(
    'PortNotAvailable',
    {
      what: `no port of 127.0.0.1 can be opened (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`,
      why: 'The browser is sent back there after the sign-in.',
      next: [{ say: 'Use a code on any device instead:' }, { run: `${flow.again} --device-code` }],
    },
    { cause: error },
  );
}

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
