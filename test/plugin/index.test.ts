import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { CredentialProviderSource, Plugin } from '@aws-cdk/cli-plugin-contract';
import { repository, runNode } from '../helpers/cli.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { pluginPath } from './three-accounts.ts';

describe('the plugin as cdk loads it', () => {
  const require = createRequire(import.meta.url);

  it('is a CommonJS file with the names of the plugin contract', async () => {
    const plugin = require(pluginPath) as Plugin;
    const sources: CredentialProviderSource[] = [];
    plugin.init?.({ registerCredentialProviderSource: (source) => void sources.push(source) });
    expect(plugin.version).toBe('1');
    expect(sources.map(({ name }) => name)).toEqual(['cdkx']);
    expect(await sources[0]?.isAvailable()).toBe(true);
  });

  it('loads nothing else until cdk asks about an account', async () => {
    const folder = tempFolder();
    const program = join(folder, 'program.cjs');
    writeFileSync(
      program,
      `const loaded = () => Object.keys(require.cache).filter((file) => file !== __filename);
       let source;
       require(process.argv[2]).init({ registerCredentialProviderSource: (given) => { source = given; } });
       const before = loaded();
       source.canProvideCredentials('111111111111').then(() => console.log(JSON.stringify([before, loaded()])));`,
    );
    const { stdout } = await runNode([program, pluginPath], { cwd: folder, home: folder });
    const [before, afterwards] = JSON.parse(stdout) as string[][];
    expect(before).toEqual([pluginPath]);
    expect(statSync(pluginPath).size).toBeLessThan(4096);
    expect(afterwards).toContain(join(dirname(pluginPath), 'plugin-answers.cjs'));
  });

  it('is found as "cdkx/plugin" where the package is installed', () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(repository, join(folder, 'node_modules/cdkx'), 'junction');
    expect(createRequire(join(folder, 'index.js')).resolve('cdkx/plugin')).toBe(pluginPath);
  });
});
