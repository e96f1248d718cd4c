import type { Context } from '../context.ts';
import { readSharedConfig } from '../profile/shared-config.ts';
import type { Candidate } from './complete.ts';
import { credentialFormats } from './credentials-format.ts';
import { ownFlagWords, ownVerbs } from './own-verbs.ts';
import { stageNames } from './stage-names.ts';

/** What could follow one of cdkx's own words; `before` begins with it. */
export function completeOwn(ctx: Context, before: readonly string[], current: string): readonly Candidate[] {
  const [word = '', verb] = before;
  const verbs = ownVerbs[word] ?? {};
  if (verb === undefined) return Object.keys(verbs).map((name) => ({ word: name }));
  if (before.includes('--')) return [];
  const options = verbs[verb] ?? [];
  const last = before.at(-1) ?? '';
  const inline = /^(--[\w-]+=)/.exec(current)?.[1];
  if (inline !== undefined) return valuesOf(ctx, inline).map((value) => ({ word: inline + value }));
  if (options.includes(`${last}=`)) return valuesOf(ctx, `${last}=`).map((value) => ({ word: value }));
  if (word === 'profile' && verb === 'pin' && !current.startsWith('-'))
    return valuesOf(ctx, '--profile=').map((value) => ({ word: value }));
  return [...options.map((option) => option.replace(/=$/, '')), '--help', ...ownFlagWords].map((option) => ({
    word: option,
  }));
}

/** What an option takes; nothing where only the person knows. */
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
