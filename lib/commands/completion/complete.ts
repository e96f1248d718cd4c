import type { Candidate } from './complete-cdkx.ts';
import type { Context } from '../../context.ts';
import { safeText } from '../../messages/text.ts';
import { isCdkxCommand } from '../names.ts';

/** Candidates that are safe to offer: bash inserts them unquoted, and the shell would re-parse names with spaces or quotes. */
const harmless = /^[\p{L}\p{N}\p{M}_@%+:,.=/-]{1,250}$/u;

/** Prints completions, one a line with its description after a tab. `words` are those after `cdkx`, the unfinished one last. Never fails. */
export async function complete(ctx: Context, words: readonly string[]): Promise<number> {
  try {
    const before = words.slice(0, -1);
    // Old versions of PowerShell pass an empty word in quotes.
    const current = (words.at(-1) ?? '').replace(/^""$/, '');
    const candidates = (await findCandidates(ctx, before, current)).filter(({ word }) => word.startsWith(current));
    const lines = candidates
      .filter(({ word }) => harmless.test(word))
      .map(({ word, meaning }) => (meaning === undefined ? word : `${word}\t${brief(meaning)}`));
    if (lines.length > 0) ctx.stdout.write(`${lines.join('\n')}\n`);
  } catch {
    // The command itself reports an invalid file, not the completion.
  }
  return 0;
}

async function findCandidates(ctx: Context, before: readonly string[], current: string): Promise<readonly Candidate[]> {
  const plain = before.filter((word) => !word.startsWith('--cdkx-'));
  if (isCdkxCommand(plain[0])) return (await import('./complete-cdkx.ts')).completeCdkx(ctx, plain, current);
  return (await import('./complete-cdk.ts')).completeCdk(ctx, plain, current);
}

/** The first sentence, on one short line. */
function brief(meaning: string): string {
  const [sentence = ''] = meaning
    .slice(0, 1000)
    .replace(/\s+/g, ' ')
    .split(/(?<=\.) |;/);
  return safeText(sentence, 80);
}
