import { appendFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { runCdkx } from '../helpers/cli.ts';
import { enter, personAsBrowser } from '../helpers/person.ts';
import { createWorkplace } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';
import { handsOutCredentials, type Shows } from '../helpers/shown-secrets.ts';

/** "Configure and manage CDK CLI security credentials for IAM Identity Center users", AWS CDK developer guide. */
describe('the AWS guide, step by step, with cdkx alone', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.close());

  /** A machine without AWS configuration, and without an AWS CLI: only Node is on its PATH. */
  function createMachine() {
    const projectJson = { app: 'node app.mjs', requireApproval: 'never', notices: false, versionReporting: false };
    const { home, cwd } = createWorkplace({ config: '', projectJson });
    const bin = join(home, 'bin');
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, 'node'));
    // Nothing outside this machine is asked: the page behind a start URL cannot be reached.
    const env = { ...emulator.env(), ...personAsBrowser(), HTTPS_PROXY: 'http://127.0.0.1:1', PATH: bin };
    return { home, cwd, env, columns: 140, rows: 50 };
  }

  it('leads from nothing to a deployed stack', async () => {
    const machine = createMachine();
    const say = async (args: readonly string[], more: { readonly shows?: Shows } = {}) => {
      const result = await runCdkx(args, { ...machine, ...more });
      expect({ args, exitCode: result.exitCode, stderr: result.stderr }).toMatchObject({ exitCode: 0 });
      return result.stdout;
    };

    // 1. Configure IAM Identity Center: at least one named profile and an sso-session.
    const configure = openCdkx(['sso', 'configure', '--session', 'acme'], machine);
    await configure.waitFor('Start URL of your AWS access portal');
    configure.type(`https://acme.awsapps.com/start${enter}`);
    await configure.waitFor('Region of IAM Identity Center');
    configure.type(`eu-west-1${enter}`);
    await configure.waitFor('Which roles get a profile?');
    configure.type('dev developer');
    await configure.waitFor(/Search: dev developer[^]*acme-dev\s+111111111111\s+Developer/);
    configure.type(`\t${enter}`);
    await configure.waitFor(/Region of the profiles[^]*eu-west-1/);
    configure.type(enter);
    await configure.waitFor('Write this to ~/.aws/config?');
    configure.type(enter);
    expect(await configure.exit).toMatchObject({ exitCode: 0 });

    // 2. Obtain short-term credentials, and switch profiles.
    const login = openCdkx(['sso', 'login', '--profile', 'acme-dev-Developer', '--force'], machine);
    expect(await login.exit).toMatchObject({ exitCode: 0 });
    const asked = await say(['sso', 'credentials', '--profile', 'acme-dev-Developer'], { shows: handsOutCredentials });
    const credentials = JSON.parse(asked) as object;
    expect(credentials).toMatchObject({ Version: 1, AccessKeyId: expect.stringMatching(/^ASIA/) });
    expect(await say(['profile', 'list'])).toContain('acme-dev-Developer');

    // 3. Configure short-term credentials by hand, copied from the access portal.
    const keys = emulator.credentialsFor({ account: '111111111111', role: 'Developer' });
    const lines = Object.entries(keys).map(([name, value]) => `${name.toLowerCase()} = ${value}`);
    appendFileSync(
      join(machine.home, '.aws/credentials'),
      ['[by-hand]', ...lines, 'region = eu-west-1', ''].join('\n'),
    );

    // 4. Use them with --profile …
    const deploy = openCdkx(['deploy', '--profile', 'acme-dev-Developer'], machine);
    expect(await deploy.exit).toMatchObject({ exitCode: 0 });
    expect(deploy.screen()).toContain('Greeting.BucketName = ');
    expect((await runCdkx(['diff', '--profile', 'by-hand'], machine)).stderr).toContain(
      'Number of stacks with differences: 0',
    );

    // … or as the default profile, without naming one.
    await say([
      'sso',
      'configure',
      '--session',
      'acme',
      '--profile',
      'default',
      '--account',
      '111111111111',
      '--role',
      'Developer',
      '--profile-region',
      'eu-west-1',
      '--yes',
    ]);
    const again = openCdkx(['deploy'], machine);
    expect(await again.exit).toMatchObject({ exitCode: 0 });
    expect(again.screen()).toContain('the default profile in ~/.aws/config');
    expect(again.screen()).toContain('(no changes)');
  });
});
