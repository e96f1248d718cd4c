import { announceDetection, announceProfile } from './cdk/announce.ts';
import { findCdk, versionWarning } from './cdk/binary.ts';
import { classifyCommand } from './cdk/command-class.ts';
import { parseCommandLine } from './cdk/command-line.ts';
import type { ChildEnd } from './cdk/delegate.ts';
import { ensureProject } from './cdk/ensure-project.ts';
import { explainAfterwards } from './cdk/explain-afterwards.ts';
import { explainPlugins } from './cdk/explain-plugins.ts';
import { deservesExplanation } from './cdk/explain.ts';
import { readOptionTable } from './cdk/option-table.ts';
import { takeOwnFlags, type OwnFlags } from './cdk/own-flags.ts';
import { resolveOwnSettings } from './cdk/own-settings.ts';
import { resolveProject } from './cdk/resolve-project.ts';
import { startCdk } from './cdk/start-cdk.ts';
import { chooseProfile } from './commands/choose-profile.ts';
import { isMistakenVerb } from './commands/mistaken-verb.ts';
import { isOwnWord } from './commands/own-words.ts';
import type { Context } from './context.ts';
import { createReporter } from './terminal/create-reporter.ts';
import { reportFailure } from './terminal/report-failure.ts';
import { version } from './terminal/version.ts';

/**
 * The program: detect which profile the project means, ensure its session, delegate to the project's `cdk`.
 * Resolves with how it ended; expected failures are shown on stderr and have their exit code.
 */
export async function main(ctx: Context): Promise<ChildEnd> {
  try {
    const { own, forwarded } = takeOwnFlags(ctx.argv);
    if (own.version || own.help) return { code: await aboutCdkx(ctx, own) };
    if (isOwnWord(forwarded[0])) return await runOwnWord(ctx, own);
    return await runCdk(ctx);
  } catch (error) {
    return { code: reportFailure(ctx, error) };
  }
}

async function runCdk(ctx: Context): Promise<ChildEnd> {
  const binary = findCdk(ctx);
  const line = parseCommandLine(ctx.argv, readOptionTable(binary.packageDir));
  const own = resolveOwnSettings(line.own, ctx.env);
  const reporter = createReporter(ctx, own.level);
  const warning = versionWarning(binary, ctx.cwd);
  if (warning !== undefined) reporter.warn(warning);

  const commandClass = classifyCommand(line);
  if (commandClass === 'never') {
    if (line.asksHelp) reporter.info('cdkx adds options of its own: cdkx --cdkx-help');
    const end = await startCdk(ctx, { binary, line, reporter });
    explainPlugins(ctx, line, end, reporter);
    return end;
  }
  if (!line.isKnown && (await isMistakenVerb(line.command, reporter))) return startCdk(ctx, { binary, line, reporter });
  const required = commandClass === 'required';

  // 1. Detect: which profile, and why.
  const project = resolveProject(ctx, line, own, { bestEffort: !required });
  announceDetection(project, reporter);
  const profile = await chooseProfile(ctx, project, reporter);

  // 2. Ensure: the right account, a valid session.
  const outcome = await ensureProject(ctx, { project, profile, line, own, required, reporter });
  if (profile !== undefined) announceProfile(ctx, project, profile, outcome, reporter);

  // 3. Delegate: the real cdk, and afterwards the reason of a failure that credentials caused.
  const end = await startCdk(ctx, { binary, line, reporter, project, profile });
  if (profile !== undefined && deservesExplanation(commandClass, end)) {
    await explainAfterwards(ctx, project, profile, reporter);
  }
  return end;
}

async function runOwnWord(ctx: Context, own: OwnFlags): Promise<ChildEnd> {
  const reporter = createReporter(ctx, resolveOwnSettings(own, ctx.env).level);
  const { runOwnCommand } = await import('./commands/index.ts');
  return runOwnCommand(ctx, reporter, ctx.argv);
}

async function aboutCdkx(ctx: Context, own: OwnFlags): Promise<number> {
  const { helpText } = await import('./terminal/help.ts');
  ctx.stdout.write(own.help ? helpText(version) : `${version}\n`);
  return 0;
}
