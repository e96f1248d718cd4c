import { readSharedConfig } from '../../aws-config/shared-config.ts';
import { cdkxFlagNames, loginModes, takeCdkxFlags } from '../../cdkx-flags.ts';
import { contextOf, readSettings } from '../../cdk/settings.ts';
import type { Context } from '../../context.ts';
import { membersOf } from '../../system/json.ts';
import { createReporter } from '../../terminal/reporter.ts';
import { subcommands } from '../command-list.ts';
import { credentialFormats } from '../sso/credentials-format.ts';

/** One completion, with an optional description. */
export interface Candidate {
  readonly word: string;
  readonly meaning?: string | undefined;
}

/** Completes a cdkx command line; `before` begins with the command. */
export async function completeCdkx(
  ctx: Context,
  before: readonly string[],
  current: string,
): Promise<readonly Candidate[]> {
  const [group = '', command] = before;
  const asWords = (words: readonly string[], prefix = '') => words.map((word) => ({ word: prefix + word }));
  if (command === undefined) return asWords(subcommands[group] ?? []);
  if (before.includes('--')) return [];
  const inline = /^(--[\w-]+=)/.exec(current)?.[1];
  if (inline !== undefined) return asWords(valuesOf(ctx, inline), inline);
  const options = await optionsOf(ctx, before);
  const last = before.at(-1) ?? '';
  if (options.includes(`${last}=`)) return asWords(valuesOf(ctx, `${last}=`));
  if (group === 'profile' && command === 'pin' && !current.startsWith('-')) return asWords(valuesOf(ctx, '--profile='));
  return asWords([...options.map((option) => option.replace(/=$/, '')), '--help', ...cdkxFlagNames]);
}

/** The options of a cdkx command as the parser has them; one that takes a value ends with `=`. */
async function optionsOf(ctx: Context, words: readonly string[]): Promise<readonly string[]> {
  const { flags } = takeCdkxFlags([]);
  const run = { ctx, reporter: createReporter(ctx, 'quiet'), flags, end: () => undefined };
  const [group, command] = words;
  const program = await (await import('../program.ts')).createProgram(run, words);
  const found = program.commands
    .find((each) => each.name() === group)
    ?.commands.find((each) => each.name() === command);
  return (found?.options ?? []).map(({ long, required }) => `${long}${required ? '=' : ''}`);
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
