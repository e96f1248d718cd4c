import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { CredentialProviderSource, Plugin } from '@aws-cdk/cli-plugin-contract';
import { repository } from '../helpers/cli.ts';
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

  it('loads nothing else until cdk asks about an account', () => {
    const text = readFileSync(pluginPath, 'utf8');
    expect(text.length).toBeLessThan(4096);
    expect(text).not.toMatch(/require\(/);
    expect(text.match(/import\([^)]*\)/g)).toEqual(['import("./plugin-answers.js")']);
  });

  it('is found as "cdkx/plugin" where the package is installed', () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(repository, join(folder, 'node_modules/cdkx'), 'junction');
    expect(createRequire(join(folder, 'index.js')).resolve('cdkx/plugin')).toBe(pluginPath);
  });
});
