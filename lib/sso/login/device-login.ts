import { formatTimeOfDay } from '../../messages/text.ts';
import { openBrowser } from '../../system/browser.ts';
import { createProgress } from '../../terminal/style.ts';
import {
  type FailureKind,
  IdentityCenterFailure,
  type IssuedToken,
  type StartedDeviceAuthorization,
} from '../identity-center/client.ts';
import { classifyAddress } from '../start-url.ts';
import { showDeviceCode } from './screen.ts';
import type { SignInResult, SignInRequest } from './types.ts';

/** RFC 8628 section 3.5: `slow_down` makes all later pauses longer by this, seconds. */
const slowDownSeconds = 5;
/** So many polls in a row may fail for reasons that pass. */
const transientFailures = 5;

const transient: ReadonlySet<FailureKind> = new Set<FailureKind>(['network', 'server', 'throttled', 'malformed']);

/**
 * Logs in with a code that is approved on any device (RFC 8628). Rejects with an IdentityCenterFailure when it was denied, when its time ran out, or
 * when Identity Center stays away.
 */
export async function signInWithDeviceCode(flow: SignInRequest): Promise<SignInResult> {
  const { ctx, identityCenter, signal } = flow;
  const { clientId, clientSecret } = flow.registration;
  const started = await identityCenter.startDeviceAuthorization(
    { clientId, clientSecret, startUrl: flow.startUrl },
    signal,
  );
  await invite(flow, started);
  const until = formatTimeOfDay(new Date(ctx.clock.now() + started.expiresIn * 1000));
  const progress = createProgress(ctx, flow.reporter, `waiting until ${until} for the sign-in to be approved`);
  try {
    return { issued: await poll(flow, started) };
  } finally {
    progress.stop();
  }
}

/** Shows the address and the code; opens the address only where it is one of AWS's or of the portal's. */
async function invite(flow: SignInRequest, started: StartedDeviceAuthorization): Promise<void> {
  const { oidcUrl } = flow.identityCenter;
  const expectedHosts = [flow.startUrl, flow.session.startUrl, oidcUrl].map((url) => new URL(url).host);
  const plain = classifyAddress(started.verificationUri, expectedHosts);
  const complete = classifyAddress(started.verificationUriComplete ?? started.verificationUri, expectedHosts);
  if (plain.verdict === 'refused' || complete.verdict === 'refused') {
    const code = 'a sign-in address that is not a web address over TLS';
    throw new IdentityCenterFailure('malformed', {
      operation: 'StartDeviceAuthorization',
      host: new URL(oidcUrl).host,
      code,
    });
  }
  await showDeviceCode(flow.ctx, flow.name, {
    address: plain.href,
    complete: complete.href,
    userCode: started.userCode,
  });
  const unexpected = [complete, plain].find(({ verdict }) => verdict === 'shown');
  if (unexpected !== undefined) {
    flow.reporter.warn({
      what: `the sign-in address is on an unexpected host (${new URL(unexpected.href).host}), so it is not opened`,
      why: 'It is neither an address of AWS nor below your start URL.',
      next: [{ say: 'Look twice before you sign in there.' }],
    });
  } else if (opensBrowser(flow)) {
    void openBrowser(flow.ctx, complete.href, flow.signal);
  }
}

/** Over SSH or without a display a browser would open where nobody sees it, if at all: only a set `BROWSER` or a desktop is used. */
function opensBrowser({ ctx, noBrowser, reporter }: SignInRequest): boolean {
  if (noBrowser || !reporter.interactive) return false;
  const { env, platform } = ctx;
  if (env['SSH_CONNECTION'] || env['SSH_TTY'] || env['SSH_CLIENT']) return false;
  return Boolean(
    env['BROWSER'] || env['DISPLAY'] || env['WAYLAND_DISPLAY'] || platform === 'darwin' || platform === 'win32',
  );
}

/** Asks until there is an answer. Time is counted in pauses: a clock that jumps ends nothing early. */
async function poll(flow: SignInRequest, started: StartedDeviceAuthorization): Promise<IssuedToken> {
  const { ctx, identityCenter, registration, signal } = flow;
  let { interval } = started;
  let failures = 0;
  for (let waited = interval; waited <= started.expiresIn; waited += interval) {
    await ctx.clock.sleep(interval * 1000, signal);
    try {
      return await identityCenter.createToken(
        {
          grantType: 'urn:ietf:params:oauth:grant-type:device_code',
          clientId: registration.clientId,
          clientSecret: registration.clientSecret,
          deviceCode: started.deviceCode,
        },
        signal,
      );
    } catch (error) {
      if (!(error instanceof IdentityCenterFailure)) throw error;
      failures = transient.has(error.kind) ? failures + 1 : 0;
      const goesOn = error.kind === 'authorization-pending' || error.kind === 'slow-down' || failures > 0;
      if (!goesOn || failures > transientFailures) throw error;
      if (error.kind === 'slow-down' || error.kind === 'throttled') interval += slowDownSeconds;
    }
  }
  const { host } = new URL(identityCenter.oidcUrl);
  throw new IdentityCenterFailure('expired-token', {
    operation: 'CreateToken',
    host,
    code: 'the code is no longer good',
  });
}
