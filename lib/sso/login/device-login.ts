import { formatTimeOfDay } from '../../messages/text.ts';
import { openBrowser } from '../../system/browser.ts';
import { isWsl } from '../../system/environment.ts';
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
const transientFailures = 5;

const transient: ReadonlySet<FailureKind> = new Set<FailureKind>(['network', 'server', 'throttled', 'malformed']);

/** Signs in with a code on any device (RFC 8628). Rejects with an IdentityCenterFailure. */
export async function signInWithDeviceCode(flow: SignInRequest): Promise<SignInResult> {
  const { ctx, identityCenter, signal } = flow;
  const { clientId, clientSecret } = flow.registration;
  const started = await identityCenter.startDeviceAuthorization(
    { clientId, clientSecret, startUrl: flow.startUrl },
    signal,
  );
  await invite(flow, started);
  const until = formatTimeOfDay(new Date(ctx.clock.now() + started.expiresIn * 1000));
  const progress = createProgress(ctx, flow.reporter, `Waiting for you to sign in (until ${until}).`);
  try {
    return { issued: await poll(flow, started) };
  } finally {
    progress.stop();
  }
}

/** Shows URL and code. Opens the URL only if it belongs to AWS or the portal. */
async function invite(flow: SignInRequest, started: StartedDeviceAuthorization): Promise<void> {
  const { oidcUrl } = flow.identityCenter;
  const expectedHosts = [flow.startUrl, flow.session.startUrl, oidcUrl].map((url) => new URL(url).host);
  const plain = classifyAddress(started.verificationUri, expectedHosts);
  const complete = classifyAddress(started.verificationUriComplete ?? started.verificationUri, expectedHosts);
  if (plain.verdict === 'refused' || complete.verdict === 'refused') {
    const code = 'a sign-in URL that is not an https URL';
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
      what: `not opening the sign-in URL automatically: unexpected host ${new URL(unexpected.href).host}`,
      why: 'It belongs neither to AWS nor to your start URL.',
      next: [{ say: 'Check the URL before you sign in.' }],
    });
  } else if (opensBrowser(flow)) {
    void openBrowser(flow.ctx, complete.href, flow.signal);
  }
}

/** Whether to open a browser. Over SSH or without a display the user wouldn't see it, unless `BROWSER` is set. */
export function opensBrowser({
  ctx,
  noBrowser,
  reporter,
}: Pick<SignInRequest, 'ctx' | 'noBrowser' | 'reporter'>): boolean {
  if (noBrowser || !reporter.interactive) return false;
  const { env, platform } = ctx;
  if (env['SSH_CONNECTION'] || env['SSH_TTY'] || env['SSH_CLIENT']) return false;
  // WSL opens a browser on Windows, which needs no display in WSL.
  const needsDisplay = platform !== 'darwin' && platform !== 'win32' && !isWsl(ctx);
  return !needsDisplay || Boolean(env['BROWSER'] || env['DISPLAY'] || env['WAYLAND_DISPLAY']);
}

/** Polls until there is a result. Counts time in pauses, so that a change of the system clock doesn't matter. */
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
    code: 'the code has expired',
  });
}
