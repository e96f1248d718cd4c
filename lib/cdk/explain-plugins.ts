import type { Context } from '../context.ts';
import type { Reporter } from '../terminal/reporter.ts';
import type { CdkCommandLine } from './command-line.ts';
import type { ChildEnd } from './delegate.ts';
import { collectPlugins } from './plugins.ts';
import { readSettings } from './settings.ts';

/**
 * After a failure of `cdk`: says what is wrong with its list of plugins, which it loads for every command. For commands of whose project
 * nothing was read before. Never throws.
 */
export function explainPlugins(ctx: Context, line: CdkCommandLine, end: ChildEnd, reporter: Reporter): void {
  if (!('code' in end) || end.code === 0) return;
  try {
    const { problem } = collectPlugins(line.plugins, readSettings(ctx), ctx.env);
    if (problem !== undefined) reporter.warn(problem);
  } catch {
    // Of a settings file that cannot be read, `cdk` has told by itself.
  }
}
