import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { controlC, enter, personAsBrowser } from '../helpers/person.ts';
import { createScriptedProject, sharedConfig } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';
import { handsOutCredentials } from '../helpers/shown-secrets.ts';
import { questions } from '../helpers/questions.ts';

describe('cdkx deploy with an expired session, on a terminal', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator({ deviceInterval: 1 });
  });
  afterEach(() => emulator.close());

  const expired = () => ({ acme: emulator.issueToken({ expiresIn: -7800, refreshable: false }) });
  const scripted = (env: Record<string, string> = {}) => {
    const project = createScriptedProject('console.log("cdk ran")', { tokens: expired() });
    return { ...project, env: { ...emulator.env(), ...project.env, ...env } };
  };

  it('asks, signs in with the browser and starts cdk', async () => {
    const terminal = openCdkx(['deploy'], { ...scripted(personAsBrowser()), columns: 120 });
    await terminal.answer([/expired 2 h 10 min ago[^]*Sign in now\?/, enter]);
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    const screen = terminal.screen();
    expect(screen).toMatch(/signed in to .*acme/);
    expect(screen).toContain('account 111111111111');
    expect(screen).toContain('cdk ran');
  });

  it('signs in with a device code over SSH, code and QR code on the screen', async () => {
    const terminal = openCdkx(['deploy'], { ...scripted({ SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }), rows: 60 });
    await terminal.answer([questions.signIn, 'y']);
    const [, userCode = ''] = await terminal.waitFor(/\b([A-Z]{4}-[A-Z]{4})\b/);
    expect(terminal.screen()).toMatch(/[█▀▄]/);
    expect(emulator.answerDevice({ userCode })).toBe(true);
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    expect(terminal.screen()).toContain('cdk ran');
  });

  it('switches from the browser to the device code at a key', async () => {
    const terminal = openCdkx(['deploy'], scripted({ BROWSER: 'true' }));
    await terminal.answer([questions.signIn, 'y'], [questions.switchToCode, 'd']);
    const [, userCode = ''] = await terminal.waitFor(/\b([A-Z]{4}-[A-Z]{4})\b/);
    emulator.answerDevice({ userCode });
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
  });

  it('asks for the code of the MFA device that a role wants', async () => {
    await emulator.close();
    const [dev, prod] = ['111111111111', '222222222222'];
    emulator = await startEmulator({
      accounts: [
        { id: dev, roles: ['Developer'] },
        { id: prod, roles: [], iamRoles: [{ name: 'Guarded', trusts: [dev], needsMfa: true }] },
      ],
    });
    const { serial, code } = emulator.mfaCodeFor({ account: dev });
    const role = `role_arn = arn:aws:iam::${prod}:role/Guarded\nsource_profile = acme-dev\nregion = eu-north-1`;
    const config = `${sharedConfig}\n[profile guarded]\n${role}\nmfa_serial = ${serial}\n`;
    const project = createScriptedProject('', { config, tokens: { acme: emulator.issueToken() } });
    const terminal = openCdkx(['sso', 'credentials', '--profile', 'guarded', '--format', 'json'], {
      ...project,
      env: { ...emulator.env(), ...project.env },
      columns: 120,
      shows: handsOutCredentials,
    });
    await terminal.answer([serial, `${code}${enter}`]);
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    expect(terminal.screen()).toContain(`"accountId": "${prod}"`);
  });

  it('leaves it to a comparison in constant time, of digests of one length, whether a callback is for this login', async () => {
    const project = scripted({ BROWSER: 'true' });
    const [probe, log] = [join(project.cwd, 'probe.cjs'), join(project.cwd, 'compared')];
    writeFileSync(
      probe,
      `const crypto = require('node:crypto');
       const { timingSafeEqual } = crypto;
       crypto.timingSafeEqual = (one, other) => {
         require('node:fs').appendFileSync(${JSON.stringify(log)}, [one, other].map((each) => each.toString('hex')).join(' ') + '\\n');
         return timingSafeEqual(one, other);
       };`,
    );
    const env = { ...project.env, NODE_OPTIONS: `--require ${JSON.stringify(probe)}` };
    const terminal = openCdkx(['sso', 'login'], { ...project, env, columns: 500 });
    const [, address = ''] = await terminal.waitFor(/^\s*(http:\S+\/authorize\S+)/m);
    const query = new URL(address).searchParams;
    const [back = '', state = ''] = [query.get('redirect_uri'), query.get('state')].map((each) => each ?? '');
    const wrong = ['', 'w', state.slice(1), `${state}x`, 'x'.repeat(state.length)];
    for (const each of wrong) expect((await fetch(`${back}?code=evil&state=${each}`)).status).toBe(400);
    const digest = (text: string) => createHash('sha256').update(text).digest('hex');
    const compared = readFileSync(log, 'utf8').trim().split('\n');
    expect(compared).toEqual(wrong.map((each) => `${digest(each)} ${digest(state)}`));
    terminal.type(controlC);
    expect(await terminal.exit).toMatchObject({ exitCode: 130 });
  });

  it.each([
    ['n', 130],
    [controlC, 130],
  ])('does not start cdk after %j at the question', async (key, exitCode) => {
    const terminal = openCdkx(['deploy'], scripted());
    await terminal.answer([questions.signIn, key]);
    expect(await terminal.exit).toMatchObject({ exitCode });
    expect(terminal.screen()).not.toContain('cdk ran');
  });

  it('ends with 130 at Ctrl-C while it waits for the browser, and 77 when the person denies', async () => {
    const waiting = openCdkx(['deploy'], scripted({ BROWSER: 'true' }));
    await waiting.answer([questions.signIn, 'y'], [questions.switchToCode, controlC]);
    expect(await waiting.exit).toMatchObject({ exitCode: 130 });

    const denied = openCdkx(['deploy'], scripted(personAsBrowser('deny')));
    await denied.answer([questions.signIn, 'y']);
    expect(await denied.exit).toMatchObject({ exitCode: 77 });
    expect(denied.screen()).not.toContain('cdk ran');
  });

  it('goes on without a session after a "no" to a command that only does less without', async () => {
    const terminal = openCdkx(['ls'], scripted());
    await terminal.answer([questions.signIn, 'n']);
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    expect(terminal.screen()).toContain('cdk ran');
  });
});
