import type { ChildEnd } from '../cdk/delegate.ts';
import { takeOwnFlags } from '../cdk/own-flags.ts';
import type { Context } from '../context.ts';
import type { Reporter } from '../terminal/reporter.ts';

export { isOwnWord } from './own-words.ts';

/**
 * Runs one of cdkx's own words; `argv` begins with it, and `--cdkx-*` flags may stand anywhere in it. Returns how it ended.
 * The parser of own words is loaded only where it is needed: a key press of a completing shell needs none.
 *
 * @throws UserError 64 for wrong usage, and what the verbs throw.
 */
export async function runOwnCommand(ctx: Context, reporter: Reporter, argv: readonly string[]): Promise<ChildEnd> {
  if (argv[0] === 'completion' && argv[1] === '--complete') {
    const { complete } = await import('./complete.ts');
    return { code: await complete(ctx, argv.slice(argv[2] === '--' ? 3 : 2)) };
  }
  const { own, forwarded } = takeOwnFlags(argv);
  return (await import('./program.ts')).runProgram({ ctx, reporter, own }, forwarded);
}
