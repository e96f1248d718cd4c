import { readSharedConfig } from '../../aws-config/shared-config.ts';
import { contextOf, readSettings } from '../../cdk/settings.ts';
import type { Context } from '../../context.ts';
import { cdkxFlagNames, subcommands } from '../command-list.ts';
import { credentialFormats } from '../sso/credentials-format.ts';

/** One completion, with an optional description. */
export interface Candidate {
  readonly word: string;
  readonly meaning?: string;
}

/** Completes a cdkx command line; `before` begins with the command. */
export function completeCdkx(ctx: Context, before: readonly string[], current: string): readonly Candidate[] {
  const [word = '', verb] = before;
  const verbs = subcommands[word] ?? {};
  if (verb === undefined) return Object.keys(verbs).map((name) => ({ word: name }));
  if (before.includes('--')) return [];
  const options = verbs[verb] ?? [];
  const last = before.at(-1) ?? '';
  const inline = /^(--[\w-]+=)/.exec(current)?.[1];
  if (inline !== undefined) return valuesOf(ctx, inline).map((value) => ({ word: inline + value }));
  if (options.includes(`${last}=`)) return valuesOf(ctx, `${last}=`).map((value) => ({ word: value }));
  if (word === 'profile' && verb === 'pin' && !current.startsWith('-'))
    return valuesOf(ctx, '--profile=').map((value) => ({ word: value }));
  return [...options.map((option) => option.replace(/=$/, '')), '--help', ...cdkxFlagNames].map((option) => ({
    word: option,
  }));
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
      return ['prompt', 'auto', 'never'];
    default:
      return [];
  }
}

/** The stages of the project block in `./cdk.json`, unchecked. */
export function stageNames(ctx: Pick<Context, 'cwd' | 'home'>): readonly string[] {
  const block = contextOf(readSettings(ctx).project)['cdkx'];
  const stages = isRecord(block) ? block['stages'] : undefined;
  return isRecord(stages) ? Object.keys(stages) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
