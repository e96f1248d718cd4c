// Runs `cdkx deploy` around an empty `cdk` without a terminal, and takes the times; a login is answered at the stand-in's page.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { openSignInPage } from '../sign-in-page.mjs';
import { since } from './empty-cdk.mjs';
import { watchToken } from './watch-token.mjs';

/** Seconds between two polls for a device code, as the stand-in is to ask for it. */
export const deviceInterval = 1;

/**
 * The ways to log in: what the environment says, and how the person answers. `answer` waits until cdkx asks, and resolves with the moment
 * of the click: the last one before the answer leaves this process. `share` (0 to 1) is where between two polls the click falls.
 */
export const ways = {
  browser: {
    name: 'authorization code with PKCE',
    env: { BROWSER: 'true' },
    answer: async (_, run) => {
      const [url] = await waitUntil(run, () => /http:\/\/127\.0\.0\.1:\d+\/authorize\S+/.exec(run.said));
      const press = await openSignInPage(url);
      const clicked = process.hrtime.bigint();
      await press('allow');
      return clicked;
    },
  },
  device: {
    name: `device code, polled every ${deviceInterval} s`,
    env: { CDKX_DEVICE_CODE: '1' },
    answer: async ({ standIn }, run, share) => {
      const [userCode] = await waitUntil(run, async () => {
        const codes = await standIn.control('waitingUserCodes');
        return codes.length > 0 && codes;
      });
      await pause(share * deviceInterval * 1000);
      const clicked = process.hrtime.bigint();
      await standIn.control('answerDevice', { userCode });
      return clicked;
    },
  },
};

/**
 * Resolves with `{ token, cdk }`: the milliseconds until a new token is whole on disk (undefined where none is written) and until `cdk`
 * starts; both from the click, or from the start of cdkx where no `way` to log in is given. Rejects with what cdkx said where it fails.
 */
export async function deploy(bench, home, way, share = 0) {
  const settings = bench.settingsFor(home, { CDKX_LOGIN: 'auto', ...way?.env });
  const token = watchToken(home);
  const start = process.hrtime.bigint();
  const child = spawn(bench.node, [bench.cdkx, 'deploy'], { ...settings, stdio: ['ignore', 'pipe', 'pipe'] });
  const run = { said: '', printed: '', isOver: false };
  child.stdout.on('data', (chunk) => (run.printed += chunk));
  child.stderr.on('data', (chunk) => (run.said += chunk));
  const ended = once(child, 'close').finally(() => (run.isOver = true));
  try {
    const clicked = await way?.answer(bench, run, share);
    const [code] = await ended;
    if (code !== 0) throw new Error(`cdkx deploy ended with ${code}:\n${run.said}`);
    const from = clicked ?? start;
    const cdk = since(from, run.printed);
    const seen = token.seen();
    // `cdk` starts after the token was stored: where this process saw it later than that, it was busy.
    return { token: seen && Math.min(Number(seen - from) / 1e6, cdk), cdk };
  } finally {
    token.close();
    if (child.exitCode === null) child.kill();
  }
}

/** Looks every few milliseconds until the run is over. */
async function waitUntil(run, look) {
  while (!run.isOver) {
    const found = await look();
    if (found) return found;
    await pause(10);
  }
  throw new Error(`cdkx did not ask anybody to sign in:\n${run.said}`);
}
