import { cpSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startEmulator } from '../emulator/emulator.ts';
import { cdkxPath, runCdkx, runNode } from '../helpers/cli.ts';
import { createScriptedProject } from '../helpers/project.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const soon = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const validToken = {
  acme: {
    startUrl: 'https://acme.awsapps.com/start',
    region: 'eu-west-1',
    accessToken: 'token',
    expiresAt: soon(7200),
  },
};

describe('the end of cdk is the end of cdkx', () => {
  it.each([0, 1, 3, 42])('exits with %i', async (code) => {
    const project = createScriptedProject(`process.exit(${code})`, { tokens: validToken });
    expect(await runCdkx(['ls'], project)).toMatchObject({ exitCode: code, signal: null });
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL', 'SIGHUP'] as const)('dies of %s when cdk does', async (signal) => {
    const project = createScriptedProject(`process.kill(process.pid, '${signal}'); setInterval(() => {}, 1000)`, {
      tokens: validToken,
    });
    expect(await runCdkx(['ls'], project)).toMatchObject({ exitCode: null, signal });
  });

  it.each([
    ['cdk', ['ls']],
    ['a command', ['sso', 'exec', '--profile', 'acme-dev', '--', process.execPath, 'scripted-cdk.cjs']],
  ])('dies as %s does, also after a refresh, whose lock leaves a listener', async (_, args) => {
    const emulator = await startEmulator();
    try {
      const project = createScriptedProject(`process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)`, {
        tokens: { acme: emulator.issueToken({ expiresIn: -60 }) },
      });
      const result = await runCdkx(args, { ...project, env: { ...emulator.env(), ...project.env } });
      expect(result).toMatchObject({ exitCode: null, signal: 'SIGTERM' });
      expect(emulator.log.map(({ operation }) => operation)).toContain('CreateToken');
    } finally {
      await emulator.close();
    }
  });

  it('hands SIGTERM on and waits until cdk has cleaned up', async () => {
    const script = `
      const fs = require('node:fs');
      process.on('SIGTERM', () => setTimeout(() => { fs.writeFileSync('cleaned', 'yes'); process.exit(43); }, 300));
      setInterval(() => {}, 1000);
      process.stdout.write('ready\\n');
      fs.writeFileSync('ready', String(process.pid));`;
    const project = createScriptedProject(script, { tokens: validToken });
    const result = await runCdkx(['watch'], {
      ...project,
      onOutput: (text, kill) => text.includes('ready') && kill('SIGTERM'),
    });
    expect(result).toMatchObject({ exitCode: 43, signal: null });
    expect(readFileSync(join(project.cwd, 'cleaned'), 'utf8')).toBe('yes');
  });

  it('also where cdkx is taken away while cdk runs, as an update does', async () => {
    const installed = join(tempFolder(), 'cdkx');
    cpSync(dirname(cdkxPath), installed, { recursive: true });
    const script = `
      require('node:fs').rmSync(${JSON.stringify(installed)}, { recursive: true });
      process.exit(3);`;
    const project = createScriptedProject(script, { tokens: validToken });
    const result = await runNode([join(installed, basename(cdkxPath)), 'deploy'], project);
    expect(result).toMatchObject({ exitCode: 3, signal: null });
    expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('what cdk gets', () => {
  it('is every argument unchanged and in order, after the profile', async () => {
    const project = createScriptedProject('console.log(JSON.stringify(process.argv.slice(2)))', { tokens: validToken });
    const given = ['deploy', 'A', '-c', 'a=b c', '--', '--cdkx-verbose', '', '*', '$(x)'];
    const { stdout } = await runCdkx(['--cdkx-quiet', ...given], project);
    expect(JSON.parse(stdout)).toEqual(['--profile', 'acme-dev', ...given]);
  });

  it('is an environment with the profile, without keys that would win over it, and without our own variables', async () => {
    const project = createScriptedProject('console.log(JSON.stringify(process.env))', { tokens: validToken });
    const env = {
      ...project.env,
      AWS_ACCESS_KEY_ID: 'AKIAKEY',
      AWS_SECRET_ACCESS_KEY: 'the-secret',
      CDKX_LOG: 'normal',
    };
    const { stdout, stderr } = await runCdkx(['deploy'], { ...project, env });
    const child = JSON.parse(stdout) as Record<string, string>;
    expect(child).toMatchObject({ AWS_PROFILE: 'acme-dev' });
    expect(Object.keys(child).filter((name) => /^CDKX|ACCESS_KEY/.test(name))).toEqual([]);
    expect(stderr).toContain('keys in the environment ignored');
    expect(stderr).not.toContain('the-secret');
  });

  it('is nothing more for a command that needs no credentials', async () => {
    const project = createScriptedProject('console.log(JSON.stringify(process.argv.slice(2)))');
    expect(await runCdkx(['init', 'app'], project)).toMatchObject({
      stdout: '["init","app"]\n',
      stderr: '',
      exitCode: 0,
    });
  });
});
