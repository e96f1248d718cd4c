import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../emulator/emulator.ts';
import { runCdkx } from '../helpers/cli.ts';
import { enter, personAsBrowser } from '../helpers/person.ts';
import { openCdkx } from '../helpers/pty.ts';
import {
  accounts,
  countOf,
  createThreeAccountProject,
  deployedStacks,
  everywhere,
  expiredTokens,
  map,
  startTwoInstances,
  validTokens,
} from './three-accounts.ts';

describe('cdkx with accounts in the project block', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startTwoInstances();
  });
  afterEach(() => emulator.close());

  const block = { profile: 'acme-dev', accounts: map };

  it('asks for one login after the other, before the app runs', async () => {
    const project = createThreeAccountProject({ block, tokens: expiredTokens(emulator) });
    const terminal = openCdkx(['deploy', '--all'], {
      ...project,
      env: { ...emulator.env(), ...personAsBrowser() },
      columns: 140,
      rows: 60,
    });
    await terminal.waitFor(/acme[^]*Log in now\?/);
    expect(terminal.screen().split('Log in now?')).toHaveLength(2);
    terminal.type(enter);
    await terminal.waitFor(/partner[^]*Log in now\?/);
    expect(terminal.screen()).not.toContain('Synthesis time');
    terminal.type(enter);
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
    expect(deployedStacks(emulator)).toEqual(everywhere);
  });

  it.each(['cdk.json', 'CDK_PLUGIN', '--plugin'])('keeps the plugins of the user, here from %s', async (place) => {
    const project = createThreeAccountProject({ block, tokens: validTokens(emulator) });
    const path = join(project.cwd, 'own-plugin.cjs');
    writeFileSync(path, `exports.version = '1'; exports.init = () => console.error('own plugin loaded');`);
    if (place === 'cdk.json') {
      const cdkJson = { app: 'node app.mjs', plugin: [path], context: { cdkx: block } };
      writeFileSync(join(project.cwd, 'cdk.json'), JSON.stringify(cdkJson));
    }
    const result = await runCdkx(['diff', 'Prod', ...(place === '--plugin' ? ['--plugin', path] : [])], {
      ...project,
      env: { ...emulator.env(), ...(place === 'CDK_PLUGIN' ? { CDK_PLUGIN: path } : {}) },
    });
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.stderr.split('own plugin loaded')).toHaveLength(2);
    expect(countOf(emulator, 'GetRoleCredentials')).toBe(2);
  });

  it('hands the chosen stage to the plugin', async () => {
    const stages = { live: { accounts: { [accounts.partner]: 'partner' } } };
    const project = createThreeAccountProject({
      block: { profile: 'acme-dev', accounts: { [accounts.prod]: 'acme-prod' }, stages },
      tokens: validTokens(emulator),
    });
    const deploy = (...args: string[]) => runCdkx(args, { ...project, env: { ...emulator.env() } });
    expect(await deploy('deploy', 'Partner', '--cdkx-stage=live')).toMatchObject({ exitCode: 0 });
    expect(await deploy('deploy', 'Prod', '--cdkx-stage=live')).toMatchObject({ exitCode: 1 });
    expect(deployedStacks(emulator)).toEqual([`${accounts.partner}/Partner: CREATE_COMPLETE`]);
  });

  it('stops before cdk at a profile that leads to another account', async () => {
    const project = createThreeAccountProject({
      block: { ...block, accounts: { ...map, [accounts.prod]: 'partner' } },
      tokens: expiredTokens(emulator),
    });
    const result = await runCdkx(['deploy', 'Dev'], { ...project, env: emulator.env() });
    expect(result).toMatchObject({ exitCode: 78, stdout: '' });
    expect(result.stderr).toContain(`profile "partner" is mapped to account ${accounts.prod}`);
    expect(emulator.log).toEqual([]);
  });
});
