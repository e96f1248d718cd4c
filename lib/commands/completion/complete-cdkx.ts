import { readSharedConfig } from '../../aws-config/shared-config.ts';
import { loginModes } from '../../cdkx-flags.ts';
import { contextOf, readSettings } from '../../cdk/settings.ts';
import type { Context } from '../../context.ts';
import { membersOf } from '../../system/json.ts';
import { cdkxFlagNames, subcommands } from '../command-list.ts';
import { credentialFormats } from '../sso/credentials-format.ts';

/** One completion, with an optional description. */
export interface Candidate {
  readonly word: string;
  readonly meaning?: string | undefined;
}

/** Completes a cdkx command line; `before` begins with the command. */
export function completeCdkx(ctx: Context, before: readonly string[], current: string): readonly Candidate[] {
  const [group = '', command] = before;
  const commands = subcommands[group] ?? {};
  const asWords = (words: readonly string[], prefix = '') => words.map((word) => ({ word: prefix + word }));
  if (command === undefined) return asWords(Object.keys(commands));
  if (before.includes('--')) return [];
  const options = commands[command] ?? [];
  const last = before.at(-1) ?? '';
  const inline = /^(--[\w-]+=)/.exec(current)?.[1];
  if (inline !== undefined) return asWords(valuesOf(ctx, inline), inline);
  if (options.includes(`${last}=`)) return asWords(valuesOf(ctx, `${last}=`));
  if (group === 'profile' && command === 'pin' && !current.startsWith('-')) return asWords(valuesOf(ctx, '--profile='));
  return asWords([...options.map((option) => option.replace(/=$/, '')), '--help', ...cdkxFlagNames]);
}

/** The known values of an option. */
export function valuesOf(ctx: Context, option: string): readonly string[] {
  switch (option) {
    case '--profile=':
      return [...readSharedConfig(ctx).profiles.keys()];
    case '--sso-session=':
      return [...readSharedConfig(ctx).ssoSessions.keys()];
    case '--stage=':
    case '--cdkx-stage=':
    case '--cdkx-confirm=':
      return stageNames(ctx);
    case '--format=':
      return credentialFormats;
    case '--cdkx-login=':
      return loginModes;
    default:
      return [];
  }
}

/** The stages of the project block in `./cdk.json`, unchecked. */
export function stageNames(ctx: Pick<Context, 'cwd' | 'home'>): readonly string[] {
  return Object.keys(membersOf(membersOf(contextOf(readSettings(ctx).project)['cdkx'])['stages']));
}
