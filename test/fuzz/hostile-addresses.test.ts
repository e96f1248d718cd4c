import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { formatRegistration, registrationPath } from '../../lib/sso/cache/registration-cache.ts';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import { recordFigure } from '../helpers/figures.ts';
import { createScriptedProject, type Workplace } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';
import { isLongForm } from '../helpers/scale.ts';
import { until } from '../helpers/until.ts';
import { type Relay, startRelay } from './relay.ts';

let emulator: Emulator;
let relay: Relay | undefined;
beforeEach(async () => {
  emulator = await startEmulator({ deviceInterval: 1 });
});
afterEach(async () => {
  await relay?.close();
  relay = undefined;
  await emulator.close();
});

/** A project with a browser that writes down what it was called with. */
function workplace() {
  const project = createScriptedProject('');
  const calls = join(project.cwd, 'calls');
  const script = join(project.cwd, 'browser.sh');
  writeFileSync(script, `#!/bin/sh\nprintf '%s\\n' "$#" "$@" >${calls}.part && mv ${calls}.part ${calls}\n`, {
    mode: 0o755,
  });
  recordFigure('hostile-addresses.logins');
  const opened = () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []);
  /** Resolves when the browser has been called. */
  const called = async () => {
    await until('the browser to be called', () => existsSync(calls));
    return opened();
  };
  return { ...project, opened, called, browser: { BROWSER: `${script} %s` } };
}

const refused = 'a sign-in URL that is not an https URL';
const longForm = <Case>(short: readonly Case[], more: readonly Case[]) => (isLongForm ? [...short, ...more] : short);
const device = (project: Workplace, env: Record<string, string>) =>
  openCdkx(['sso', 'login', '--profile', 'acme-dev', '--device-code'], { ...project, env, columns: 200, rows: 60 });

describe('an address to sign in at that comes from the network', () => {
  it.each(
    longForm(
      ['file:///etc/passwd', 'https://user:pw@acme.awsapps.com/$(touch${IFS}pwned)'],
      [
        'javascript:alert(1)',
        'http://acme.awsapps.com/',
        'ms-settings:x',
        '--remote-debugging-port=1',
        '/usr/bin/id',
        'data:text/html,x',
        `https://acme.awsapps.com/${'x'.repeat(100_000)}`,
        'https://acme.awsapps.com@evil.example/',
        '\\\\evil\\share',
        'x-terminal:touch pwned',
      ],
    ),
  )('is not opened, and ends the login, where it is %j', async (address) => {
    relay = await startRelay(emulator, { '/device_authorization': { verificationUriComplete: address } });
    const project = workplace();
    const terminal = device(project, { ...relay.env(), ...project.browser });
    expect(await terminal.exit).toMatchObject({ exitCode: 69 });
    expect(terminal.screen().replaceAll(/\s+/g, ' ')).toContain(refused);
    expect(project.opened()).toEqual([]);
  });

  it.each(
    longForm<[string, Record<string, string>]>(
      [
        [
          'acme.awsapps.com.evil.example',
          { verificationUriComplete: 'https://acme.awsapps.com.evil.example/$(touch${IFS}pwned);id' },
        ],
      ],
      [
        ['evil.example', { verificationUriComplete: 'https://evil.example/$(touch${IFS}pwned);id' }],
        [
          'portal.sso.eu-west-1.amazonaws.com.evil.example',
          { verificationUriComplete: 'https://portal.sso.eu-west-1.amazonaws.com.evil.example/' },
        ],
        ['awsapps.com.evil.example', { verificationUriComplete: 'https://awsapps.com.evil.example/' }],
        [new URL('https://aẃsapps.com/').host, { verificationUriComplete: 'https://aẃsapps.com/' }],
        [
          'evil.example',
          { verificationUri: 'https://evil.example/', verificationUriComplete: 'https://acme.awsapps.com/start' },
        ],
        ['127.0.0.1:1', { verificationUriComplete: 'http://127.0.0.1:1/device' }],
        ['s3.amazonaws.com', { verificationUriComplete: 'https://s3.amazonaws.com/evil-bucket/phish.html' }],
        [
          'evil.execute-api.eu-west-1.amazonaws.com',
          { verificationUriComplete: 'https://evil.execute-api.eu-west-1.amazonaws.com/' },
        ],
      ],
    ),
  )('is shown with a warning, and not opened, where it is on the host %s', async (host, change) => {
    relay = await startRelay(emulator, { '/device_authorization': change });
    const project = workplace();
    const terminal = device(project, { ...relay.env(), ...project.browser });
    await terminal.waitFor(`cdkx: not opening the sign-in URL automatically: unexpected host ${host}`);
    const [, userCode = ''] = await terminal.waitFor(/\b([A-Z]{4}-[A-Z]{4})\b/);
    emulator.answerDevice({ userCode });
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    expect(project.opened()).toEqual([]);
    expect(existsSync(join(project.cwd, 'pwned'))).toBe(false);
  });

  it('is one argument of the browser, whatever shell characters it has, where it is to be opened', async () => {
    const tail = 'start/?a=$(touch${IFS}pwned)&b=`touch pwned`;c|d>e';
    relay = await startRelay(emulator, {
      '/device_authorization': {
        verificationUri: 'https://acme.awsapps.com/start',
        verificationUriComplete: `https://acme.awsapps.com/${tail}`,
      },
    });
    const project = workplace();
    const terminal = device(project, { ...relay.env(), ...project.browser });
    const [, userCode = ''] = await terminal.waitFor(/\b([A-Z]{4}-[A-Z]{4})\b/);
    emulator.answerDevice({ userCode });
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    expect(await project.called()).toEqual(['1', new URL(`https://acme.awsapps.com/${tail}`).href]);
    expect(existsSync(join(project.cwd, 'pwned'))).toBe(false);
  });
});

describe('an address to sign in at that comes from settings', () => {
  /** A client is registered already, so that nothing is asked before the browser is. */
  const register = ({ home }: Workplace) => {
    const session = {
      name: 'acme',
      startUrl: 'https://acme.awsapps.com/start',
      region: 'eu-west-1',
      scopes: ['sso:account:access'],
      endpoints: {},
    };
    const expiresAt = new Date(Date.now() + 86_400_000);
    mkdirSync(join(home, '.aws/sso/cache'), { recursive: true });
    writeFileSync(
      registrationPath({ home }, session),
      formatRegistration({
        clientId: 'C',
        clientSecret: 'S',
        expiresAt,
        scopes: session.scopes,
        grantTypes: ['authorization_code', 'refresh_token'],
      }),
    );
  };
  const login = (project: Workplace, endpoint: string, browser: Record<string, string>) => {
    register(project);
    return openCdkx(['sso', 'login', '--profile', 'acme-dev'], {
      ...project,
      env: { ...browser, AWS_ENDPOINT_URL_SSO_OIDC: endpoint },
      columns: 200,
    });
  };

  it.each(
    longForm(['http://sso.evil.example/$(touch${IFS}pwned)'], ['http://10.0.0.1', 'http://localhost.evil.example/']),
  )('is refused, since a token would go there in the clear, where it is %j', async (endpoint) => {
    const project = workplace();
    const terminal = login(project, endpoint, project.browser);
    expect(await terminal.exit).toMatchObject({ exitCode: 78 });
    expect(terminal.screen().replaceAll(/\s+/g, ' ')).toContain('https');
    expect(project.opened()).toEqual([]);
    expect(existsSync(join(project.cwd, 'pwned'))).toBe(false);
  });

  it.each(longForm(['file:///etc/passwd'], ['javascript:alert(1)', '/etc/passwd', 'sso.evil.example', 'https://']))(
    'is a message and no login, where it is %j',
    async (endpoint) => {
      const project = workplace();
      const terminal = login(project, endpoint, project.browser);
      const { exitCode } = await terminal.exit;
      expect([64, 69, 78]).toContain(exitCode);
      expect(terminal.screen()).toMatch(/^cdkx: /m);
      expect(terminal.screen()).not.toMatch(/^\s+at .*:\d+/m);
      expect(project.opened()).toEqual([]);
    },
  );
});
