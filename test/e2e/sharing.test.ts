import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromSSO } from '@aws-sdk/credential-provider-sso';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { cleanEnvironment, runCdkx, type RunResult } from '../helpers/cli.ts';
import { tokenFileName } from '../helpers/home.ts';
import { findInstalled } from '../helpers/installed.ts';
import { personAsBrowser } from '../helpers/person.ts';
import { createScriptedProject, type Workplace } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';
import { until } from '../helpers/until.ts';

const awsCli = findInstalled('AWS CLI v2') ?? '';
const withAwsCli = awsCli === '' ? it.skip : it;

const cacheOf = ({ home }: Workplace) => join(home, '.aws/sso/cache');

describe('one login is a login for all', () => {
  let emulator: Emulator;
  let project: ReturnType<typeof createScriptedProject>;
  beforeEach(async () => {
    emulator = await startEmulator({ deviceInterval: 1 });
    project = createScriptedProject('console.log("cdk ran")');
    pointAwsCliAt(emulator, project.home);
  });
  afterEach(() => emulator.close());

  const logins = () =>
    emulator.log.filter(({ operation, status }) => operation === 'CreateToken' && status === 200).length;
  const signInWithCdkx = async (args: string[] = []) => {
    const env = { ...emulator.env(), ...project.env, ...personAsBrowser(), CDKX_LOGIN: 'auto' };
    const terminal = openCdkx(['deploy', ...args], { ...project, env });
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
  };
  const aws = (...args: string[]) => runAws(args, project, emulator);

  it('writes a token file and a client registration of the names, members and modes of the AWS CLI', async () => {
    await signInWithCdkx();
    const files = readdirSync(cacheOf(project)).filter((name) => name.endsWith('.json'));
    expect(files).toContain(tokenFileName('acme'));
    expect(files).toHaveLength(2);
    for (const name of files) expect(statSync(join(cacheOf(project), name)).mode & 0o777).toBe(0o600);
    const text = readFileSync(join(cacheOf(project), tokenFileName('acme')), 'utf8');
    expect(text).toMatch(
      /^\{"startUrl": "https:\/\/acme\.awsapps\.com\/start", "region": "eu-west-1", "accessToken": "[^"]+", "expiresAt": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "clientId": "[^"]+", "clientSecret": "[^"]+", "registrationExpiresAt": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "refreshToken": "[^"]+"\}$/,
    );
  });

  it('lets fromSSO use the login of cdkx', async () => {
    await signInWithCdkx();
    const before = logins();
    const provider = fromSSO({
      profile: 'acme-dev',
      configFilepath: join(project.home, '.aws/config'),
      filepath: join(project.home, '.aws/credentials'),
      clientConfig: { endpoint: emulator.url },
    });
    const environment = { HOME: process.env['HOME'], AWS_CONFIG_FILE: process.env['AWS_CONFIG_FILE'] };
    // fromSSO finds the cache through HOME and nothing else.
    Object.assign(process.env, { HOME: project.home, AWS_CONFIG_FILE: join(project.home, '.aws/config') });
    try {
      expect((await provider()).accessKeyId).toMatch(/^ASIA/);
    } finally {
      restore(environment);
    }
    expect(logins()).toBe(before);
  });

  withAwsCli('lets the AWS CLI use the login of cdkx', async () => {
    await signInWithCdkx();
    const before = logins();
    const result = await aws('s3api', 'list-buckets', '--profile', 'acme-dev', '--debug');
    expect(result.stderr).toContain('/federation/credentials');
    expect(
      emulator.log.some(
        ({ operation, status, userAgent }) =>
          operation === 'GetRoleCredentials' && status === 200 && /aws-cli/i.test(userAgent ?? ''),
      ),
    ).toBe(true);
    expect(logins()).toBe(before);
  });

  withAwsCli('uses the login of the AWS CLI', async () => {
    const login = aws('sso', 'login', '--profile', 'acme-dev', '--no-browser');
    await answerWaitingDevice(emulator);
    expect(await login).toMatchObject({ exitCode: 0 });
    const before = logins();
    const result = await runCdkx(['deploy'], { ...project, env: { ...emulator.env(), ...project.env } });
    expect(result).toMatchObject({ exitCode: 0, stdout: 'cdk ran\n' });
    expect(logins()).toBe(before);
  });
});

function restore(environment: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

/** Debian's AWS CLI knows no AWS_ENDPOINT_URL, but reads endpoint rules from the home. */
function pointAwsCliAt({ url }: Emulator, home: string): void {
  const rules = {
    version: '1.0',
    parameters: { Region: { builtIn: 'AWS::Region', required: false, type: 'String' } },
    rules: [{ conditions: [], endpoint: { url, properties: {}, headers: {} }, type: 'endpoint' }],
  };
  for (const service of ['sso', 'sso-oidc']) {
    const folder = join(home, '.aws/models', service, '2019-06-10');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'endpoint-rule-set-1.json'), JSON.stringify(rules));
  }
}

async function answerWaitingDevice(emulator: Emulator): Promise<void> {
  const userCode = await until('the AWS CLI to ask for a device code', () => emulator.waitingUserCodes()[0]);
  emulator.answerDevice({ userCode });
}

function runAws(args: readonly string[], { home, cwd }: Workplace, emulator: Emulator): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(awsCli, args, { cwd, env: cleanEnvironment(home, { ...emulator.env(), AWS_PAGER: '' }) });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
  });
}
