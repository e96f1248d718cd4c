import { realpathSync } from 'node:fs';
import type { MessageParts } from '../messages/errors.ts';
import type { CdkCommandLine } from './command-line/command-line.ts';
import type { CdkSettings, SettingsFile } from './settings.ts';

/** The plugins that the user means. */
export interface UserPlugins {
  readonly plugins: readonly string[];
  /** What is wrong with how a settings file lists them: `cdk` will not load them from there. */
  readonly problem?: MessageParts;
}

/** The user's own plugins, from the first of these that has any, as in `cdk`: command line, `CDK_PLUGIN`, cdk.json, `~/.cdk.json`. */
export function collectPlugins({ values }: Pick<CdkCommandLine, 'values'>, settings: CdkSettings): UserPlugins {
  const given = values('plugin').filter((plugin) => plugin !== '');
  if (given.length > 0) return { plugins: given };
  for (const file of [settings.project, settings.user]) {
    if (file?.json['plugin'] !== undefined) return readPlugins(file, file.json['plugin']);
  }
  return { plugins: [] };
}

function readPlugins(file: SettingsFile, value: unknown): UserPlugins {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return { plugins: value };
  const plugins = (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');
  const what = `"plugin" in ${file.shownPath} is ${typeof value === 'string' ? `the string "${value}"` : 'not a list of strings'}.`;
  const why = 'cdk wants a list, and takes a string letter by letter.';
  const next = [{ say: `Write it as a list: "plugin": ${JSON.stringify(plugins)}` }];
  return { plugins, problem: { what, why, next } };
}

/** The `--plugin` values that make `cdk` load cdkx's plugin after the user's, which one `--plugin` would make it forget. Empty if it does already. */
export function pluginArguments({ plugins, problem }: UserPlugins, cdkxPlugin: string): string[] {
  const isThere = plugins.some((plugin) => isSamePlugin(plugin, cdkxPlugin));
  if (isThere && problem === undefined) return [];
  return [...plugins, ...(isThere ? [] : [cdkxPlugin])];
}

function isSamePlugin(plugin: string, cdkxPlugin: string): boolean {
  if (plugin === 'cdkx/plugin' || plugin === cdkxPlugin) return true;
  try {
    return realpathSync(plugin) === realpathSync(cdkxPlugin);
  } catch {
    return false; // A package name, or a path without its extension: treated as another plugin.
  }
}
