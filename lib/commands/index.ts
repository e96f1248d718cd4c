import { takeCdkxFlags } from '../cdkx-flags.ts';
import type { Context } from '../context.ts';
import type { Reporter } from '../messages/errors.ts';
import type { ChildEnd } from '../run/child/spawn.ts';

export { isCdkxCommand } from './names.ts';

/** Runs a cdkx command and returns how it ended; `argv` begins with it. Loads the parser only if needed: completion doesn't need it. */
export async function runCdkxCommand(ctx: Context, reporter: Reporter, argv: readonly string[]): Promise<ChildEnd> {
  if (argv[0] === 'completion' && argv[1] === '--complete') {
    const { complete } = await import('./completion/complete.ts');
    return { code: await complete(ctx, argv.slice(argv[2] === '--' ? 3 : 2)) };
  }
  const { flags, forwarded } = takeCdkxFlags(argv);
  return (await import('./program.ts')).runProgram({ ctx, reporter, flags }, forwarded);
}
