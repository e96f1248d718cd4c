import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { secret } from '../emulator/issued-secrets.ts';
import { runNode } from '../helpers/cli.ts';
import { openTerminal } from '../helpers/pty.ts';
import { expectNoLeaks, findSecrets, handsOutCredentials, takeLeaks, type Shows } from '../helpers/shown-secrets.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

/** A home and a project with nothing in them. */
function createEmptyPlace() {
  const folder = tempFolder();
  const place = { home: join(folder, 'home'), cwd: join(folder, 'project') };
  mkdirSync(join(place.home, '.aws'), { recursive: true });
  mkdirSync(place.cwd);
  return place;
}

const boxed = (text: string) => `│ ${text.slice(0, 20)}  │\r\n\u001B[2m│ ${text.slice(20)}\u001B[22m │`;

describe('the search for secrets', () => {
  // What a test here has provoked is not to fail it.
  afterEach(() => void takeLeaks());

  it.each<[string, (value: string) => string]>([
    ['as it is', (value) => `Bearer ${value}.`],
    ['as it is', (value) => `${value.slice(0, 'access-token-'.length + 18)}…`],
    ['as it is', (value) => `…${value.slice(-18)}`],
    ['as it is', (value) => encodeURIComponent(value)],
    ['as it is', (value) => boxed(value)],
    ['in base64', (value) => Buffer.from(`{"token":"${value}"}`).toString('base64')],
    ['in base64', (value) => Buffer.from(`{ "token":"${value}"}`).toString('base64url')],
    ['in base64', (value) => Buffer.from(`{  "token":"${value}"}`).toString('base64')],
    ['in hex', (value) => Buffer.from(`x${value}x`).toString('hex')],
  ])('finds one %s, and tells its kind, not the secret', (form, disguise) => {
    const value = secret('access-token');
    expect(findSecrets(disguise(value))).toEqual([`access-token ${form}`]);
    expect(findSecrets('access-token-nothing of the kind')).toEqual([]);
  });

  const say = (stream: string, value: string) => ['-e', `process.${stream}.write(${JSON.stringify(`= ${value}\n`)})`];
  const run = (stream: string, value: string, shows?: Shows) =>
    runNode(say(stream, value), { ...createEmptyPlace(), ...(shows && { shows }) });

  it.each(['stdout', 'stderr'])('fails a test whose program shows one on its %s', async (stream) => {
    await run(stream, secret('refresh-token'));
    expect(expectNoLeaks).toThrow(new RegExp(`^A secret was shown:\nrefresh-token as it is, in ${stream} of -e `));
  });

  it('fails one whose program shows it in a terminal', async () => {
    const value = secret('client-secret');
    const ended = openTerminal(process.execPath, say('stdout', value), createEmptyPlace());
    await ended.exit;
    expect(expectNoLeaks).toThrow('client-secret as it is, in terminal of ');
    expect(expectNoLeaks).not.toThrow();
  });

  it('fails one that leaves it in the config file or in cdk.json', async () => {
    const place = createEmptyPlace();
    writeFileSync(join(place.home, '.aws/config'), `[default]\n${secret('session-token')}\n`);
    writeFileSync(join(place.cwd, 'cdk.json'), JSON.stringify({ context: secret('access-token') }));
    await runNode(['-e', ''], place);
    expect(takeLeaks()).toEqual([
      `session-token as it is, in ${join(place.home, '.aws/config')} of -e `,
      `access-token as it is, in ${join(place.cwd, 'cdk.json')} of -e `,
    ]);
  });

  it('lets a command show what it is for: those kinds, on its stdout', async () => {
    await run('stdout', secret('session-token'), handsOutCredentials);
    expect(takeLeaks()).toEqual([]);
    await run('stderr', secret('session-token'), handsOutCredentials);
    await run('stdout', secret('access-token'), handsOutCredentials);
    expect(takeLeaks()).toHaveLength(2);
  });
});
