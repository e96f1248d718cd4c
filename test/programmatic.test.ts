import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fetchCredentials, findProfile } from '../lib/programmatic.ts';
import { type Emulator, startEmulator } from './emulator/emulator.ts';
import { createFakeClock } from './helpers/clock.ts';
import { createTestContext } from './helpers/context.ts';
import { createHome } from './helpers/home.ts';
import { messageText } from './helpers/message.ts';
import { userError } from './sso/setup.ts';

const [dev, prod] = ['111111111111', '222222222222'];

describe('the credentials of a program, whose account the files do not tell', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator({ accounts: [{ id: dev, roles: [] }] });
  });
  afterEach(() => emulator.close());

  /** A profile whose keys a program prints that notes each of its runs, in a project that pins `account`. */
  function given(account: string) {
    const ctx = createTestContext({ env: emulator.env(), clock: createFakeClock(Date.now()) });
    mkdirSync(ctx.home, { recursive: true });
    const keys = emulator.userKeyFor({ account: dev });
    const answer = { Version: 1, AccessKeyId: keys.AWS_ACCESS_KEY_ID, SecretAccessKey: keys.AWS_SECRET_ACCESS_KEY };
    const [script, runs] = [join(ctx.cwd, 'keys.mjs'), join(ctx.cwd, 'runs')];
    writeFileSync(
      script,
      `import { appendFileSync } from 'node:fs';
       appendFileSync(${JSON.stringify(runs)}, 'run\\n');
       console.log(${JSON.stringify(JSON.stringify(answer))});`,
    );
    const config = `[profile p]\ncredential_process = ${process.execPath} ${script}\nregion = eu-west-1\n`;
    createHome(ctx.home, { config });
    writeFileSync(join(ctx.cwd, 'cdk.json'), JSON.stringify({ context: { cdkx: { profile: 'p', account } } }));
    return { found: findProfile(ctx, {}), runs: () => readFileSync(runs, 'utf8').split('\n').length - 1 };
  }

  it('come from one run of its program, and their account is checked', async () => {
    const { found, runs } = given(dev);
    expect((await fetchCredentials(found)).accessKeyId).toMatch(/^A/);
    expect(runs()).toBe(1);
    expect(emulator.log.map(({ operation }) => operation)).toEqual(['GetCallerIdentity']);
  });

  it('are not handed out for another account', async () => {
    const error = await userError(fetchCredentials(given(prod).found));
    expect(error.exitCode).toBe(78);
    expect(error.parts.what).toContain(prod);
  });
});

it('a pin that several profiles match is an error with their names, since nobody can be asked', async () => {
  const ctx = createTestContext();
  const profile = (name: string) =>
    `[profile ${name}]\nsso_session = acme\nsso_account_id = ${dev}\nsso_role_name = Developer\n`;
  mkdirSync(ctx.home, { recursive: true });
  createHome(ctx.home, {
    config: `[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\n${profile('one')}${profile('two')}`,
  });
  writeFileSync(join(ctx.cwd, 'cdk.json'), JSON.stringify({ context: { cdkx: { account: dev } } }));
  const error = await userError(Promise.resolve().then(() => findProfile(ctx, {})));
  expect(error).toMatchObject({ code: 'SeveralProfilesMatch', exitCode: 78 });
  expect(messageText(error.parts)).toMatch(/one[^]*two/);
});
