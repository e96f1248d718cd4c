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

/** How long to wait for the browser, as in the AWS CLI, milliseconds. */
const deadlineMs = 600_000;
const switchKey = 'd';

/**
 * Signs in with a browser on this machine: authorization code (RFC 6749 section 4.1) with PKCE (RFC 7636) and a
 * loopback callback (RFC 8252 section 7.3). Throws a UserError (77) if denied or timed out.
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

/** The authorization URL, with the parameters of the AWS CLI in the same order (the service calls it `scopes`). */
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

/** Shows and opens the URL, then waits for the browser, the key, Ctrl-C or the deadline. */
async function waitForBrowser(
  flow: SignInRequest,
  server: CallbackServer,
  address: string,
): Promise<Callback | 'switch'> {
  const { ctx, signal } = flow;
  const judged = flow.noBrowser ? undefined : classifyAddress(address, [new URL(flow.identityCenter.oidcUrl).host]);
  showAddress(ctx, flow.name, address, judged?.verdict === 'opened');
  const waiting = new AbortController();
  const ended = AbortSignal.any([signal, waiting.signal]);
  const key = pressedKey(flow);
  // Before the progress line, so that messages about the URL don't interrupt it.
  const opening = judged && openTrusted(flow, judged, ended);
  const until = formatTimeOfDay(new Date(ctx.clock.now() + deadlineMs));
  const hint = flow.reporter.interactive ? ` Press ${switchKey} to use a device code.` : '';
  const progress = createProgress(ctx, flow.reporter, `Waiting for you to sign in (until ${until}).${hint}`);
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
async function openTrusted(
  flow: SignInRequest,
  judged: ReturnType<typeof classifyAddress>,
  signal: AbortSignal,
): Promise<boolean> {
  if (judged.verdict !== 'opened') {
    flow.reporter.warn({
      what: 'not opening the sign-in URL automatically',
      why: 'It is not an https URL, or it is too long.',
      next: [{ say: 'Check the URL before you sign in, and check endpoint_url and AWS_ENDPOINT_URL.' }],
    });
    return true;
  }
  const opened = await openBrowser(flow.ctx, judged.href, signal);
  if (opened || signal.aborted) return true;
  const browser = flow.ctx.env['BROWSER'];
  const tried = browser ? `BROWSER (${browser}) did not open it` : 'no program on this machine opens URLs';
  flow.reporter.warn({
    what: `the browser could not be opened: ${tried}`,
    why: flow.insistsOnBrowser ? 'Open the URL yourself.' : 'Use a code on any device instead:',
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
    what: `sign-in failed in the browser (${code})`,
    why: 'IAM Identity Center rejected it. The page in the browser shows the reason.',
    next: [{ say: 'Try again, or use a code on any device:' }, { run: `${flow.again} --device-code` }],
  });
}

function tooLate(flow: SignInRequest): UserError {
  return new UserError('SignInTimedOut', {
    what: `timed out: no sign-in to ${flow.name} in the browser within ${deadlineMs / 60_000} minutes`,
    why: "The browser may be on another machine, which can't reach this one.",
    next: [{ say: 'Try again, or use a code on any device:' }, { run: `${flow.again} --device-code` }],
  });
}

function noServer(flow: SignInRequest, error: unknown): UserError {
  return new UserError(
    'PortNotAvailable',
    {
      what: `cannot listen on 127.0.0.1 (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`,
      why: 'The browser is redirected there after the sign-in.',
      next: [{ say: 'Use a code on any device instead:' }, { run: `${flow.again} --device-code` }],
    },
    { cause: error },
  );
}

/** Creates a proof key of 32 random bytes, as RFC 7636 section 4.1 recommends. */
export function createPkce(random: (bytes: number) => Buffer = randomBytes) {
  const verifier = random(32).toString('base64url');
  return { verifier, challenge: challengeOf(verifier) };
}

/** `S256`: BASE64URL(SHA256(ASCII(code_verifier))), RFC 7636 section 4.2. */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier, 'ascii').digest('base64url');
}

/** Creates an unguessable value that binds the callback to this sign-in (RFC 6749 section 10.12). */
export function createState(): string {
  return randomBytes(32).toString('base64url');
}
