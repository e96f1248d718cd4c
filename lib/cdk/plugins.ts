import { realpathSync } from 'node:fs';
import type { Environment } from '../context.ts';
import type { MessageParts } from '../terminal/user-error.ts';
import type { CdkSettings, SettingsFile } from './settings.ts';

/** The plugins `cdk` loads when the command line names none, and what is wrong with how they are listed. */
export interface UserPlugins {
  readonly plugins: readonly string[];
  readonly warnings: readonly MessageParts[];
}

/**
 * The user's own plugins, from the first of these that has any: the command line, `CDK_PLUGIN`, cdk.json,
 * `~/.cdk.json`. Each replaces the ones after it, as in `cdk` (its settings are merged key by key, lists as a whole).
 */
export function collectPlugins(
  commandLinePlugins: readonly string[],
  settings: CdkSettings,
  env: Environment,
): UserPlugins {
  if (commandLinePlugins.length > 0) return { plugins: commandLinePlugins, warnings: [] };
  const variable = env['CDK_PLUGIN'];
  if (variable !== undefined && variable !== '') return { plugins: [variable], warnings: [] };
  for (const file of [settings.project, settings.user]) {
    if (file?.json['plugin'] !== undefined) return readPlugins(file, file.json['plugin']);
  }
  return { plugins: [], warnings: [] };
}

function readPlugins(file: SettingsFile, value: unknown): UserPlugins {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return { plugins: value, warnings: [] };
  const plugins = (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');
  const what = `"plugin" in ${file.shownPath} is ${typeof value === 'string' ? `the string "${value}"` : 'not a list of strings'}.`;
  const why = 'cdk wants a list, and takes a string letter by letter.';
  const next = ['Write it as a list:', `  "plugin": ${JSON.stringify(plugins)}`];
  return { plugins, warnings: [{ what, why, next }] };
}

/**
 * The `--plugin` values to put before the user's arguments so that `cdk` loads cdkx's own plugin beside the user's.
 * Empty where the user's list names ours already. Those on the command line are left where they are; the others are
 * repeated, since one `--plugin` makes `cdk` forget its settings files' list.
 */
export function pluginArguments(
  commandLinePlugins: readonly string[],
  settingsPlugins: readonly string[],
  ownPlugin: string,
): string[] {
  const fromCommandLine = commandLinePlugins.length > 0;
  const present = fromCommandLine ? commandLinePlugins : settingsPlugins;
  if (present.some((plugin) => isSamePlugin(plugin, ownPlugin))) return [];
  return fromCommandLine ? [ownPlugin] : [...settingsPlugins, ownPlugin];
}

function isSamePlugin(plugin: string, ownPlugin: string): boolean {
  if (plugin === 'cdkx/plugin' || plugin === ownPlugin) return true;
  try {
    return realpathSync(plugin) === realpathSync(ownPlugin);
  } catch {
    return false; // A package name, or a path without its extension: another plugin, as far as can be told.
  }
}
