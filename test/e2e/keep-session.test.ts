import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import type { TokenFile } from '../emulator/token-file.ts';
import { repository, runCdkx } from '../helpers/cli.ts';
import { recordFigure } from '../helpers/figures.ts';
import { tokenFileName } from '../helpers/home.ts';
import { controlC, personAsBrowser } from '../helpers/person.ts';
import { createScriptedProject, createWorkplace, type Workplace } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';
import { tries } from '../helpers/scale.ts';
import { until } from '../helpers/until.ts';

/**
 * A `cdk` that works for so many seconds: four times a second it asks the access portal for the keys of its role, with the token that is on
 * disk then, and it fails where the portal does not take it.
 */
const workingCdk = (seconds: number) => `
const { readFileSync } = require('node:fs');
const file = process.env.HOME + '/.aws/sso/cache/${tokenFileName('acme')}';
const until = Date.now() + ${seconds} * 1000;
const tokens = new Set();
async function work() {
  while (Date.now() < until) {
    const { accessToken } = JSON.parse(readFileSync(file, 'utf8'));
    tokens.add(accessToken);
    const url = process.env.AWS_ENDPOINT_URL_SSO + '/federation/credentials?account_id=111111111111&role_name=Developer';
    const { status } = await fetch(url, { headers: { 'x-amz-sso_bearer_token': accessToken } });
    if (status !== 200) { console.log('refused: ' + status); process.exit(1); }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  console.log('worked with ' + tokens.size + ' tokens');
}
work();`;

describe('a session that ends while cdk was running', () => {
  let emulator: Emulator;
  afterEach(() => emulator.close());
  const grants = () => emulator.log.filter(({ operation }) => operation === 'CreateToken');

  const processes = tries(4, 10);
  const seconds = tries(12, 300);
  const lifetime = tries(6, 40);

  it(
    `is renewed for ${processes} processes at once, for ${seconds} s on tokens of ${lifetime} s`,
    async () => {
      emulator = await startEmulator({ refreshTokens: 'rotate', lifetimes: { accessToken: lifetime } });
      const tokens = { acme: emulator.issueToken({ expiresIn: lifetime }) };
      const project = createScriptedProject(workingCdk(seconds), { tokens });
      const run = () => runCdkx(['deploy'], { ...project, env: { ...emulator.env(), ...project.env } });
      const results = await Promise.all(Array.from({ length: processes }, run));
      for (const { exitCode, stdout, stderr } of results) {
        expect({ exitCode, stdout, stderr }).toMatchObject({
          exitCode: 0,
          stdout: expect.stringContaining('worked with'),
        });
        expect(stderr).not.toContain("can't be renewed");
      }
      const refusals = grants().filter(({ status }) => status !== 200);
      const failedCalls = emulator.log.filter(
        ({ operation, status }) => operation === 'GetRoleCredentials' && status !== 200,
      );
      expect({ refusals, failedCalls }).toEqual({ refusals: [], failedCalls: [] });
      // Each process refreshes at its start, since these tokens are too short for cdk; then one does it for all.
      const refreshes = grants().length - processes;
      expect(refreshes).toBeGreaterThanOrEqual(Math.floor(seconds / lifetime));
      expect(refreshes).toBeLessThanOrEqual(Math.ceil((seconds / lifetime) * 2) + processes);
      recordFigure('keep.refreshes', grants().length);
      recordFigure('keep.refusals', refusals.length);
      recordFigure('keep.failed-calls', failedCalls.length);
    },
    (seconds + 60) * 1000,
  );

  it('is renewed for a session of accounts too', async () => {
    emulator = await startEmulator({ refreshTokens: 'rotate', lifetimes: { accessToken: 6 } });
    const other = (name: string) =>
      `[sso-session ${name}]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\nsso_registration_scopes = sso:account:access\n`;
    const profile = (name: string, session: string, account: string, role: string) =>
      `[profile ${name}]\nsso_session = ${session}\nsso_account_id = ${account}\nsso_role_name = ${role}\nregion = eu-west-1\n`;
    const config = `${profile('own', 'acme', '111111111111', 'Developer')}${profile('mapped', 'beta', '222222222222', 'Deployer')}${other('acme')}${other('beta')}`;
    const tokens = { acme: emulator.issueToken({ expiresIn: 7200 }), beta: emulator.issueToken({ expiresIn: 6 }) };
    const project = createScriptedProject('setTimeout(() => undefined, 8000)', { config, tokens });
    const cdkx = { profile: 'own', accounts: { '222222222222': 'mapped' } };
    writeFileSync(join(project.cwd, 'cdk.json'), JSON.stringify({ context: { cdkx } }));
    const { exitCode } = await runCdkx(['deploy'], { ...project, env: { ...emulator.env(), ...project.env } });
    expect(exitCode).toBe(0);
    // One before cdk starts; the others while it works.
    expect(grants().filter(({ status }) => status === 200).length).toBeGreaterThan(1);
  });

  it('calls no one in a run that is shorter, and keeps no process alive', async () => {
    emulator = await startEmulator();
    const tokens = { acme: emulator.issueToken({ expiresIn: 3600 }) };
    const project = createScriptedProject('console.log(Date.now())', { tokens });
    const { exitCode, stdout } = await runCdkx(['deploy'], { ...project, env: { ...emulator.env(), ...project.env } });
    const tookMs = Date.now() - Number(stdout);
    expect(exitCode).toBe(0);
    expect(emulator.log).toEqual([]);
    // The next look at the clock would be twenty seconds away.
    expect(tookMs).toBeLessThan(10_000);
  });

  describe('with the real cdk, which asks for new role credentials before every request', () => {
    const lifetimes = { roleCredentials: 5, assumedRole: 5, roleCredentialsGrace: 60 };
    const signedIn = async (more: { projectJson?: unknown } = {}) => {
      emulator = await startEmulator({ lifetimes });
      // It cannot be refreshed: only a sign-in helps.
      const acme = emulator.issueToken({ expiresIn: 7200, refreshable: false });
      const project = createWorkplace({ tokens: { acme }, ...more });
      return { acme, project, env: { ...emulator.env(), ...personAsBrowser() } };
    };
    /** What the person does in another terminal, as the message says; the session before ends. */
    const signInElsewhere = async (project: Workplace, env: Record<string, string>, before: TokenFile) => {
      const { exitCode, stderr } = await runCdkx(['sso', 'login', '--profile', 'acme-dev', '--force'], {
        ...project,
        env,
      });
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      emulator.revoke({ accessToken: before.accessToken });
      return Date.now();
    };
    const portalCalls = () => emulator.log.filter(({ operation }) => operation === 'GetRoleCredentials');

    it('deploy goes on with the token of a sign-in elsewhere', async () => {
      const { acme, project, env } = await signedIn();
      let elsewhere: Promise<number> | undefined;
      const { push } = emulator.log;
      emulator.log.push = (...records) => {
        // At the first request, before the app runs.
        elsewhere ??= signInElsewhere(project, env, acme);
        return push.apply(emulator.log, records);
      };
      const result = await runCdkx(['deploy'], { ...project, env });
      const endedAt = await elsewhere;
      expect(result).toMatchObject({ exitCode: 0 });
      expect(portalCalls().filter(({ at }) => at > (endedAt ?? Infinity)).length).toBeGreaterThan(0);
      expect(portalCalls().filter(({ status }) => status !== 200)).toEqual([]);
    });

    it('watch goes on with it at the next change', async () => {
      const example = JSON.parse(readFileSync(join(repository, 'examples/app/cdk.json'), 'utf8')) as object;
      const projectJson = { ...example, watch: { include: ['greeting/**'] } };
      const { acme, project, env } = await signedIn({ projectJson });
      const terminal = openCdkx(['watch', '--no-hotswap'], { ...project, env, columns: 160, rows: 60 });
      const executed = () => emulator.log.filter(({ operation }) => operation === 'ExecuteChangeSet').length;
      await terminal.waitFor(/Total time/);
      const callsBefore = portalCalls().length;
      await signInElsewhere(project, env, acme);
      appendFileSync(join(project.cwd, 'greeting/changed.txt'), 'changed');
      await until('the deployment of the change', () => executed() === 2 || undefined);
      terminal.type(controlC);
      await terminal.exit;
      expect(portalCalls().length).toBeGreaterThan(callsBefore);
      expect(portalCalls().filter(({ status }) => status !== 200)).toEqual([]);
    });
  });
});
