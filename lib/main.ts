import { classifyCommand, isSilent } from './cdk/command-line/command-class.ts';
import { parseCommandLine } from './cdk/command-line/command-line.ts';
import { readOptionTable } from './cdk/command-line/option-table.ts';
import { cdkWarnings, findCdk } from './cdk/find-cdk.ts';
import { type CdkxFlags, resolveCdkxSettings, takeCdkxFlags } from './cdkx-flags.ts';
import { hintAtCdkxCommand, isCdkxCommand } from './commands/names.ts';
import type { Context } from './context.ts';
import { announceCredentials, announceDetection, announceParentProject } from './run/announce.ts';
import type { ChildEnd } from './run/child/spawn.ts';
import { startCdk, synthesizeApp } from './run/child/start.ts';
import { chooseProfile, offerToPin } from './run/choose/choose-profile.ts';
import { ensureProject } from './run/ensure.ts';
import { deservesExplanation, explainAfterwards, explainPlugins } from './run/explain.ts';
import { announcingProjectHttp, resolveProject } from './run/project.ts';
import { asStarted } from './messages/text.ts';
import { createReporter, reportFailure } from './terminal/reporter.ts';
import { version } from './version.ts';

/** The program: detects the profile, ensures its session, runs `cdk`. Resolves with the exit code or signal. */
export async function main(ctx: Context): Promise<ChildEnd> {
  try {
    const { flags, forwarded } = takeCdkxFlags(ctx.argv);
    if (flags.version || flags.help) return { code: await aboutCdkx(ctx, flags) };
    if (isCdkxCommand(forwarded[0])) return await runCommand(ctx, flags);
    return await runCdk(ctx);
  } catch (error) {
    const isVerbose = ctx.env['CDKX_LOG'] === 'verbose' || ctx.argv.includes('--cdkx-verbose');
    return { code: reportFailure(ctx, error, isVerbose ? 'verbose' : 'normal') };
  }
}

async function runCdk(base: Context): Promise<ChildEnd> {
  let ctx = base;
  const { dryRun } = takeCdkxFlags(ctx.argv).flags;
  const binary = findCdk(ctx, { mayRun: !dryRun });
  const line = parseCommandLine(ctx.argv, readOptionTable(binary.packageDir), ctx.env);
  const cdkxSettings = resolveCdkxSettings(line.cdkxFlags, ctx.env);
  // What `cdk` is going to refuse is worth no question either.
  const mayPrompt = line.refusal === undefined && !isSilent(line.command ?? '');
  const reporter = createReporter(ctx, cdkxSettings.level, mayPrompt);
  cdkWarnings(binary, ctx.cwd).forEach((warning) => reporter.warn(warning));

  const commandClass = classifyCommand(line);
  const hint = line.isKnown ? undefined : await hintAtCdkxCommand(line);
  if (commandClass === 'never' || hint !== undefined) {
    const end = await startCdk(ctx, { binary, line, reporter });
    // Printed after cdk's long help text, so that it stays on the screen.
    if (hint !== undefined) reporter.warn(hint);
    const isHelp = line.asksHelp || line.command === 'help' || (line.command === undefined && !line.asksVersion);
    if (isHelp) reporter.info(`for cdkx commands and options, run: ${asStarted('cdkx --cdkx-help', ctx.env)}`);
    explainPlugins(ctx, line, end, reporter);
    return end;
  }
  const required = commandClass === 'required';

  // 1. Detect: which profile, and why.
  const project = resolveProject(ctx, line, cdkxSettings, { bestEffort: !required, trustsProject: !dryRun, mayPrompt });
  ctx = announcingProjectHttp(base, project, reporter);
  announceDetection(project, reporter);
  announceParentProject(ctx, project, line, reporter);
  const profile = await chooseProfile(ctx, project, reporter, { dryRun });

  // 2. Ensure: the right account, a valid session.
  const start = { binary, line, reporter, project, profile };
  const synthesize = () => synthesizeApp(ctx, start);
  const { outcome, sessions } = await ensureProject(ctx, {
    project,
    profile,
    line,
    cdkxSettings,
    required,
    reporter,
    synthesize,
  });
  if (!dryRun) await offerToPin(ctx, project, profile, reporter);
  announceCredentials(ctx, project, { profile, outcome, required }, reporter);

  // 3. Delegate: run cdk; if it fails, look for a cause among the credentials.
  const startedAt = ctx.clock.now();
  const end = await startCdk(ctx, { ...start, sessions });
  if (deservesExplanation(commandClass, end)) await explainAfterwards(ctx, { ...start, startedAt });
  return end;
}

async function runCommand(ctx: Context, flags: CdkxFlags): Promise<ChildEnd> {
  const reporter = createReporter(ctx, resolveCdkxSettings(flags, ctx.env).level);
  const { runCdkxCommand } = await import('./commands/index.ts');
  return runCdkxCommand(ctx, reporter, ctx.argv);
}

async function aboutCdkx(ctx: Context, flags: CdkxFlags): Promise<number> {
  const { helpText } = await import('./commands/help.ts');
  ctx.stdout.write(flags.help ? helpText(version) : `${version}\n`);
  return 0;
}
