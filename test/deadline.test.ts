import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from '@jest/globals';
import { deadline } from '../lib/deadline.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

it('aborts although nobody but its listener holds it', async () => {
  const reasons: unknown[] = [];
  (() => {
    const signal = deadline(200, new AbortController().signal);
    signal.addEventListener('abort', () => reasons.push(signal.reason), { once: true });
  })();
  for (let turn = 0; reasons.length === 0 && turn < 100; turn += 1) {
    collectGarbage();
    await setTimeout(20);
  }
  expect(reasons).toMatchObject([{ name: 'TimeoutError' }]);
});

it('aborts with another signal, at once', () => {
  const other = new AbortController();
  const signal = deadline(60_000, other.signal);
  other.abort(new Error('stopped'));
  expect(signal.reason).toMatchObject({ message: 'stopped' });
});
