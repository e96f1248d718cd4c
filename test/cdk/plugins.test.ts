import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseCommandLine } from '../../lib/cdk/command-line/command-line.ts';
import { readOptionTable } from '../../lib/cdk/command-line/option-table.ts';
import { collectPlugins, pluginArguments } from '../../lib/cdk/plugins.ts';
import type { CdkSettings, SettingsFile } from '../../lib/cdk/settings.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const file = (shownPath: string, plugin: unknown): SettingsFile => ({ path: shownPath, shownPath, json: { plugin } });
const both: CdkSettings = { project: file('cdk.json', ['a', 'b']), user: file('~/.cdk.json', ['c']) };

const none = { values: () => [] };

describe('collectPlugins', () => {
  it.each([
    ['the command line before all else', ['x'], both, { CDK_PLUGIN: 'v' }, ['x']],
    ['CDK_PLUGIN before the settings files', [], both, { CDK_PLUGIN: 'v' }, ['v']],
    ['cdk.json in place of ~/.cdk.json', [], both, { CDK_PLUGIN: '' }, ['a', 'b']],
    ['~/.cdk.json where cdk.json has none', [], { user: file('~/.cdk.json', ['c']) }, {}, ['c']],
    ['an empty list of cdk.json, which replaces too', [], { ...both, project: file('cdk.json', []) }, {}, []],
    ['none', [], {}, {}, []],
  ])('takes %s', (_, line, settings, env, plugins) => {
    const args = line.flatMap((plugin: string) => ['--plugin', plugin]);
    expect(collectPlugins(parseCommandLine(args, readOptionTable(undefined), env), settings)).toEqual({ plugins });
  });

  it('says that a string is not a list, and takes it for one plugin', () => {
    const { plugins, problem } = collectPlugins(none, { project: file('cdk.json', './p.js') });
    expect(plugins).toEqual(['./p.js']);
    expect(problem?.what).toBe('"plugin" in cdk.json is the string "./p.js".');
    expect(problem?.why).toContain('letter by letter');
    expect(problem?.next).toContainEqual({ say: expect.stringContaining('"plugin": ["./p.js"]') });
  });

  it('says that a list holds something else than strings, and takes the strings', () => {
    const { plugins, problem } = collectPlugins(none, { project: file('cdk.json', ['a', 5]) });
    expect(plugins).toEqual(['a']);
    expect(problem?.what).toContain('is not a list of strings');
  });
});

describe('pluginArguments', () => {
  it('repeats the plugins of the user before ours', () => {
    expect(pluginArguments({ plugins: ['a', 'b'] }, '/own.cjs')).toEqual(['a', 'b', '/own.cjs']);
  });

  it.each([['cdkx/plugin'], ['/own.cjs']])('adds nothing where the user names ours as %s', (plugin) => {
    expect(pluginArguments({ plugins: ['a', plugin] }, '/own.cjs')).toEqual([]);
    expect(pluginArguments({ plugins: [plugin] }, '/own.cjs')).toEqual([]);
  });

  it('repeats ours too where cdk cannot read it from cdk.json', () => {
    const problem = { what: 'a string' };
    expect(pluginArguments({ plugins: ['cdkx/plugin'], problem }, '/own.cjs')).toEqual(['cdkx/plugin']);
  });

  it('recognises ours behind a link', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'plugin.cjs'), '');
    symlinkSync(join(folder, 'plugin.cjs'), join(folder, 'link.cjs'));
    const userPlugins = { plugins: [join(folder, 'link.cjs')] };
    expect(pluginArguments(userPlugins, join(folder, 'plugin.cjs'))).toEqual([]);
  });
});
