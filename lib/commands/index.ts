import { takeCdkxFlags } from '../cdkx-flags.ts';
import type { Context } from '../context.ts';
import type { Reporter } from '../messages/errors.ts';
import type { ChildEnd } from '../run/child/spawn.ts';

export { isCdkxCommand } from './names.ts';

/**
 * Runs one of cdkx's own words; `argv` begins with it, and `--cdkx-*` flags may stand anywhere in it. Returns how it ended.
 * The parser of own words is loaded only where it is needed: a key press of a completing shell needs none.
 *
 * @throws UserError 64 for wrong usage, and what the verbs throw.
 */
export async function runCdkxCommand(ctx: Context, reporter: Reporter, argv: readonly string[]): Promise<ChildEnd> {
  if (argv[0] === 'completion' && argv[1] === '--complete') {
    const { complete } = await import('./completion/complete.ts');
    return { code: await complete(ctx, argv.slice(argv[2] === '--' ? 3 : 2)) };
  }
  const { flags, forwarded } = takeCdkxFlags(argv);
  return (await import('./program.ts')).runProgram({ ctx, reporter, flags }, forwarded);
}
