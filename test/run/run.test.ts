import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { main } from '../../lib/main.ts';
import { sso, ssoSession } from '../aws-config/shared-config-text.ts';
import { createTestContext } from '../helpers/context.ts';
import { createHome } from '../helpers/home.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const config = ssoSession + sso('dev', '111111111111', 'R') + sso('prod', '222222222222', 'R');

/** Runs cdkx in a project with this block; `cdk` is a program that does nothing. */
async function run(block: object, argv: readonly string[], env: Record<string, string> = {}) {
  const cwd = tempFolder();
  writeFileSync(join(cwd, 'cdk.json'), JSON.stringify({ app: 'true', context: { cdkx: block } }));
  writeFileSync(join(cwd, 'cdk.cjs'), '');
  const ctx = createTestContext({ cwd, argv, env: { CDKX_CDK: join(cwd, 'cdk.cjs'), ...env } });
  createHome(ctx.home, { config });
  const end = await main(ctx);
  return { end, stdout: ctx.written.stdout(), stderr: ctx.written.stderr() };
}

describe('cdk for several accounts', () => {
  const block = { profile: 'dev', accounts: { '222222222222': 'prod' }, stages: { s: {} } };

  it('gets the plugin, with the settings of the run and the stage', async () => {
    const argv = ['deploy', '--cdkx-dry-run', '--cdkx-stage=s', '--cdkx-login=never', '--cdkx-no-browser'];
    const { end, stdout } = await run(block, argv);
    expect(end).toEqual({ code: 0 });
    expect(stdout).toMatch(/ --plugin \S+plugin\.cjs deploy$/m);
    for (const [name, value] of Object.entries({ LOGIN: 'never', NO_BROWSER: '1', STAGE: 's', LOG: 'normal' })) {
      expect(stdout).toMatch(new RegExp(`^ *(?:export X_CDKX_${name}=${value}|set "X_CDKX_${name}=${value}")$`, 'm'));
    }
  });
});

describe('a protected stage', () => {
  const block = { stages: { prod: { profile: 'prod', protected: true, stacks: ['Prod'] } } };
  const argv = ['deploy', 'Prod', '--cdkx-stage=prod', '--cdkx-login=never'];

  it.each([
    ['an agent, which is not told how to confirm it', { CLAUDECODE: '1' }, 'CLAUDECODE', false],
    ['no terminal, which is told how to', {}, 'terminal', true],
  ])('is not entered by %s', async (_, env, why, isTold) => {
    const { end, stderr } = await run(block, argv, env);
    expect({ end, isTold: stderr.includes('--cdkx-confirm=prod') }).toEqual({ end: { code: 78 }, isTold });
    expect(stderr).toContain(why);
  });
});

describe('what is certain to fail', () => {
  const ended = { AWS_SESSION_TOKEN: 'T', AWS_CREDENTIAL_EXPIRATION: '2020-01-01T00:00:00Z' };

  it('are keys in the environment that have expired', async () => {
    const { end, stderr } = await run({}, ['deploy'], { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'S', ...ended });
    expect(end).toEqual({ code: 77 });
    expect(stderr).toMatch(/(?:unset|set) .*AWS_ACCESS_KEY_ID/);
  });

  it('is not what a variable tells of keys that are not there', async () => {
    const { stderr } = await run({}, ['deploy'], ended);
    expect(stderr).not.toContain('AWS_CREDENTIAL_EXPIRATION');
  });

  it.each([
    ['eu-west-1', 0],
    ['us-east-1', 78],
  ])('is a protected stage in another region than its own: %s', async (region, code) => {
    const block = { stages: { prod: { profile: 'prod', region: 'eu-west-1', protected: true, stacks: ['Prod'] } } };
    const argv = ['deploy', 'Prod', '--cdkx-stage=prod', '--cdkx-login=never', '--cdkx-dry-run'];
    const { end, stderr } = await run(block, argv, { AWS_REGION: region });
    expect({ end, isNamed: stderr.includes('us-east-1') }).toEqual({ end: { code }, isNamed: code !== 0 });
  });
});

it('a command line that cdk rejects needs no session', async () => {
  const { end } = await run({ profile: 'dev' }, ['deploy', '--cdkx-login=never', '--output']);
  expect(end).toEqual({ code: 0 });
});
