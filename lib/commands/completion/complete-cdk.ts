import type { Candidate } from './complete-cdkx.ts';
import { readSharedConfig } from '../../aws-config/shared-config.ts';
import { assemblyFolder, readAssembly } from '../../cdk/assembly.ts';
import { type CdkCommandLine, parseCommandLine } from '../../cdk/command-line/command-line.ts';
import {
  type CdkOption,
  type OptionSet,
  type OptionTable,
  readOptionTable,
} from '../../cdk/command-line/option-table.ts';
import { findCdk } from '../../cdk/find-cdk.ts';
import { optionsOf, readSettings } from '../../cdk/settings.ts';
import { cdkxFlagNames } from '../../cdkx-flags.ts';
import type { Context } from '../../context.ts';
import { subcommands } from '../command-list.ts';
import { stageNames, valuesOf } from './complete-cdkx.ts';

/** Completes a `cdk` command line with the commands and options of the project's `aws-cdk`. */
export function completeCdk(ctx: Context, before: readonly string[], current: string): readonly Candidate[] {
  const table = readOptionTable(packageDir(ctx));
  const line = parseCommandLine(before, table, ctx.env);
  const options = table.commands.get(line.command ?? '')?.options() ?? table.globalOptions;
  const inline = /^(--?[\w-]+)=/.exec(current);
  if (inline?.[0] !== undefined) {
    const [prefix, flag = ''] = inline;
    const values = flag.startsWith('--cdkx-') ? valuesOf(ctx, prefix) : optionValues(ctx, findOption(options, flag));
    return values.map((value) => ({ word: prefix + value }));
  }
  if (before.includes('--')) return [];
  const last = before.at(-1) ?? '';
  const pending = last.includes('=') ? undefined : findOption(options, last);
  if (pending !== undefined && pending.kind !== 'boolean' && pending.kind !== 'count')
    return optionValues(ctx, pending).map((word) => ({ word }));
  if (current.startsWith('-')) return optionCandidates(options);
  if (line.command !== undefined) return positionals(ctx, table, line);
  return [...new Set([...table.commands.keys(), ...Object.keys(subcommands)])].map((word) => ({ word }));
}

function packageDir(ctx: Context): string | undefined {
  try {
    return findCdk(ctx, { mayRun: false }).packageDir;
  } catch {
    return undefined; // Without cdk, use the built-in copy of its options.
  }
}

function findOption(options: OptionSet, word: string): CdkOption | undefined {
  const name = /^--?([\w-]+)$/.exec(word)?.[1];
  return name === undefined ? undefined : options.get(name);
}

function optionValues(ctx: Context, option: CdkOption | undefined): readonly string[] {
  if (option === undefined) return [];
  if (option.name === 'profile') return [...readSharedConfig(ctx).profiles.keys()];
  if (option.name === 'context') return stageNames(ctx).map((stage) => `stage=${stage}`);
  return option.choices;
}

function optionCandidates(options: OptionSet): Candidate[] {
  const each = [...new Map([...options.values()].map((option) => [option.name, option])).values()];
  return [
    ...each
      .filter(({ name }) => name.length > 1)
      .map(({ name, description }) => ({ word: `--${name}`, meaning: description || undefined })),
    ...cdkxFlagNames.map((word) => ({ word })),
  ];
}

function positionals(ctx: Context, table: OptionTable, line: CdkCommandLine): Candidate[] {
  const { positional } = table.commands.get(line.command ?? '') ?? {};
  if (positional === undefined || (!positional.variadic && line.positionals.length > 0)) return [];
  const stacks = readAssembly(assemblyFolder(ctx, optionsOf(line, readSettings(ctx)))) ?? [];
  const given = new Set(line.positionals);
  if (positional.name.startsWith('STACK')) {
    return stacks
      .filter(({ name }) => !given.has(name))
      .map(({ name, environment }) => ({ word: name, meaning: environment }));
  }
  if (positional.name !== 'ENVIRONMENTS') return [];
  const environments = new Set(stacks.flatMap(({ environment }) => environment ?? []));
  return [...environments].filter((word) => !word.includes('unknown') && !given.has(word)).map((word) => ({ word }));
}
