import type { Candidate } from './complete-cdkx.ts';
import type { Context } from '../../context.ts';
import { safeText } from '../../messages/text.ts';
import { isCdkxCommand } from '../names.ts';

/**
 * The words that are offered. bash puts them into the command line as they are: names come from files, and one with a blank, a quote or
 * a semicolon would be more than a word there. Names of hundreds of characters are none.
 */
const harmless = /^[\p{L}\p{N}\p{M}_@%+:,.=/-]{1,250}$/u;

/**
 * Prints what could stand at the cursor, one candidate a line with its meaning after a tab: `words` are those after `cdkx`, the
 * unfinished one last. Says nothing and never fails where there is nothing to offer: it runs at a key press. Returns the exit code.
 */
export async function complete(ctx: Context, words: readonly string[]): Promise<number> {
  try {
    const before = words.slice(0, -1);
    // An empty word reaches us in quotes from old versions of PowerShell.
    const current = (words.at(-1) ?? '').replace(/^""$/, '');
    const candidates = (await findCandidates(ctx, before, current)).filter(({ word }) => word.startsWith(current));
    const lines = candidates
      .filter(({ word }) => harmless.test(word))
      .map(({ word, meaning }) => (meaning === undefined ? word : `${word}\t${brief(meaning)}`));
    if (lines.length > 0) ctx.stdout.write(`${lines.join('\n')}\n`);
  } catch {
    // A broken file is said by the command itself, not while typing.
  }
  return 0;
}

async function findCandidates(ctx: Context, before: readonly string[], current: string): Promise<readonly Candidate[]> {
  const plain = before.filter((word) => !word.startsWith('--cdkx-'));
  if (isCdkxCommand(plain[0])) return (await import('./complete-cdkx.ts')).completeCdkx(ctx, plain, current);
  return (await import('./complete-cdk.ts')).completeCdk(ctx, plain, current);
}

/** The first sentence, on one line and not long. */
function brief(meaning: string): string {
  const [sentence = ''] = meaning
    .slice(0, 1000)
    .replace(/\s+/g, ' ')
    .split(/(?<=\.) |;/);
  return safeText(sentence, 80);
}
