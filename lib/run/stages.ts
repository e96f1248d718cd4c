import { type AssemblyStack, assemblyFolder, givenAssembly, readAssembly } from '../cdk/assembly.ts';
import { isReadOnly } from '../cdk/command-line/command-class.ts';
import type { CdkCommandLine } from '../cdk/command-line/command-line.ts';
import type { OptionOf } from '../cdk/settings.ts';
import type { Context } from '../context.ts';
import { UserError } from '../messages/errors.ts';
import { quoteArguments } from '../messages/text.ts';
import { resolveCredentialSource } from '../profile/resolve-source.ts';
import { sourceAccount } from '../profile/source.ts';
import type { Pin } from '../project/block/block.ts';
import { targetKind } from '../project/stages/choose.ts';
import {
  type Change,
  decideStageEntry,
  deployedStack,
  type StageEntry,
  type StageEntryInput,
} from '../project/stages/entry.ts';
import type { ResolvedProject } from './project.ts';
import type { ProjectRun } from './types.ts';

/** The stages that this run enters; `unknown` if the app must be synthesized to know that. */
export function enterStages(ctx: Context, run: ProjectRun): readonly string[] | 'unknown' {
  const entry = stageEntry(ctx, run);
  if (entry.outcome === 'ok') return entry.stages;
  if (entry.outcome === 'unknown' && run.line.refusal === undefined) return 'unknown';
  throw new UserError('StageNotChosen', entry.message);
}

export const whyList = 'to see which ones this command reaches';

export async function enterSynthesizedStages(ctx: Context, run: ProjectRun): Promise<readonly string[]> {
  run.reporter.notice(`reading the stacks of your app with cdk list, ${whyList}`);
  await run.synthesize();
  const entry = stageEntry(ctx, run);
  if (entry.outcome === 'ok') return entry.stages;
  throw new UserError('StageNotChosen', entry.message);
}

/** Decides which stages a run enters. A project without stages has none to enter. */
export function stageEntry(
  ctx: Pick<Context, 'cwd' | 'env'>,
  { project, line, required }: Pick<ProjectRun, 'project' | 'line' | 'required'>,
): StageEntry {
  const {
    written: { stages = {}, account, profile, stageContext, region: baseRegion } = {},
    stage,
    effective,
  } = project.block ?? {};
  if (Object.keys(stages).length === 0 || line.command === undefined || stage === undefined) {
    return { outcome: 'ok', stages: [] };
  }
  const { command, positionals } = line;
  const accountOf = (pin: Pin) => accountOfPin(ctx, project, pin);
  let known: { readonly stacks: AssemblyStack[] | undefined } | undefined;
  const knownStacks = () => (known ??= { stacks: readAssembly(assemblyFolder(ctx, project.optionOf)) }).stacks;
  const deployed = (names: readonly string[]) => names.flatMap((name) => deployedStack(name, knownStacks(), stages));
  const input: StageEntryInput = {
    required,
    isReadOnly: isReadOnly(command),
    command,
    targets: targetKind(command),
    // Without stack names, all stacks are selected anyway.
    names: positionals.length === 0 ? [] : [...positionals, ...deployed(line.values('additional-stack-name'))],
    all: line.couldBeOn('all'),
    exclusively: line.option('exclusively') === true,
    overwrites: command === 'bootstrap' ? deployed(toolkitStack(project.optionOf)) : [],
    choice: stage,
    isAssembly: givenAssembly(ctx, project.optionOf) !== undefined,
    stages,
    accounts: Object.fromEntries(Object.entries(stages).map(([name, each]) => [name, accountOf(each)])),
    stageContext,
    baseAccount: accountOf({ account, profile }),
    hasAccounts: effective?.accounts !== undefined,
    knownStacks,
    regionOf: (name) => {
      const { region, profile: named } = stages[name] ?? {};
      const configured = (of: string | undefined) => of && project.config.profiles.get(of)?.['region'];
      return region ?? configured(named) ?? baseRegion ?? configured(profile);
    },
    rerun: (change) => rerun(line, change),
    synthesize: quoteArguments([
      'cdkx',
      'synth',
      '--quiet',
      ...(stage.kind === 'chosen' && stage.appStage?.assignment !== undefined ? [`--cdkx-stage=${stage.name}`] : []),
      ...Object.entries(line.context).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ]),
  };
  return decideStageEntry(input);
}

/** The name that an option gives to the toolkit stack. */
function toolkitStack(optionOf: OptionOf): string[] {
  const name = optionOf('toolkit-stack-name');
  return typeof name !== 'string' || name === '' || name === 'CDKToolkit' ? [] : [name];
}

/** The account of a pin, by itself or by its profile. */
export function accountOfPin(
  ctx: Pick<Context, 'env'>,
  { config }: ResolvedProject,
  { account, profile }: Pin,
): string | undefined {
  return account ?? (profile && sourceAccount(resolveCredentialSource(config, profile, ctx.env)));
}

/** The command line to paste: with other words, `--all` goes. */
export function rerun(line: CdkCommandLine, { stage, words, options = [] }: Change): string {
  const added = [...(stage === undefined ? [] : [`--cdkx-stage=${stage}`]), ...options];
  const args = line.withWords([...added, ...(words ?? line.positionals)]);
  return quoteArguments(['cdkx', ...(words === undefined ? args : args.filter((arg) => arg !== '--all'))]);
}
