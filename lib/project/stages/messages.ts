import type { MessageParts, NextStep } from '../../messages/errors.ts';
import { nearestNames } from '../../messages/nearest-names.ts';
import type { Stage } from '../block/block.ts';
import type { TargetKind } from './choose.ts';
import { isPlainName, matchesEverything } from './patterns.ts';
import { type Reach, type ReachInput, stagesOfStack } from './reach.ts';
import type { KnownStack } from './selection.ts';

/** How a suggested command differs from what was typed. */
export interface Change {
  readonly stage?: string | undefined;
  /** Stacks or environments instead of those that were typed, and of `--all`. */
  readonly words?: readonly string[];
  readonly options?: readonly string[];
}

/** A run as it was typed, and the stages that there are. */
export interface StageRun extends ReachInput {
  /** The command as the user typed it, for the message: `deploy`. */
  readonly command: string;
  readonly targets: TargetKind;
  /** The words after the command. */
  readonly names: readonly string[];
  /** `--all`. */
  readonly all: boolean;
  readonly stages: Readonly<Record<string, Stage>>;
  /** The context key that tells the app its stage; `stage` by default. */
  readonly stageContext?: string | undefined;
  /** The region of the environments that a stage is deployed to, as far as the project block sets it. */
  readonly regionOf: (stage: string) => string | undefined;
  readonly knownStacks: () => readonly KnownStack[] | undefined;
  /** The same command line with a change: `cdkx deploy --cdkx-stage=prod Prod`. */
  readonly rerun: (change: Change) => string;
  /** The command that synthesizes the same app. */
  readonly synthesize: string;
}

/** Why a run may not start. */
export interface AccidentalStage {
  /** The stages that it enters or could enter. */
  readonly stages: readonly string[];
  /** What its words could reach; none if it has no words. */
  readonly reaches: readonly Reach[];
  readonly problem: string;
}

const oneStage = 'cdkx runs one stage at a time, and only the stage that you choose.';

/** A stage would be entered that wasn't chosen, or two at once: names the stacks of each, to be run one by one. */
export function accidentalStageMessage(run: StageRun, { stages, reaches, problem }: AccidentalStage): MessageParts {
  const kind = run.targets === 'environments' ? 'environments' : 'stacks';
  const outside = reaches.filter((reach) => reach.stages.length === 0).map(({ word }) => word);
  const runs = stages.flatMap((stage) => {
    // A word that could reach several stages would only stop again.
    const own = reaches.filter((reach) => reach.stages.length === 1 && reach.stages[0] === stage);
    const narrow = own.map(({ word }) => word).filter((word) => !matchesEverything(word));
    return runOfStage(run, stage, narrow);
  });
  const ofNone = outside.length > 0 ? [run.rerun({ words: outside })] : reaches.length === 0 ? runsOfNone(run) : [];
  const commands = [...runs, ...ofNone.map((command) => ({ run: command }))];
  return {
    what: `${commandText(run)}: ${problem}`,
    why: oneStage,
    next:
      commands.length === 0
        ? [{ say: `Choose the stage with --cdkx-stage=${stages[0] ?? 'NAME'}, and name its ${kind}.` }]
        : [{ say: commands.length === 1 ? 'Run:' : 'Run one of these:' }, ...commands],
  };
}

/** All stacks of the app would be deployed with the credentials of one stage: it doesn't get the stage, or makes others all the same. */
export function tooBroadMessage(
  run: StageRun,
  entry: {
    readonly chosen: string;
    readonly said: string;
    readonly others: readonly string[];
    /** Where the context gives the app the stage. */
    readonly context: string | undefined;
  },
): MessageParts {
  const { chosen, said, others, context } = entry;
  const beyond = others.length === 0 ? 'stacks outside every stage' : `stacks of ${listStages(others)}`;
  return {
    what: `${commandText(run)}: ${said} also reaches ${beyond}, with the credentials of stage ${JSON.stringify(chosen)}`,
    why:
      context === undefined
        ? '--cdkx-stage and CDKX_STAGE don\'t change what your app synthesizes, unless "stageContext" is set.'
        : `Your app gets the stage (${context}), but its last synthesis has stacks of other stages.`,
    next: [
      ...steps('Name the stacks of the stage:', runOfStage(run, chosen, [])),
      ...(context === undefined
        ? [
            { say: 'Or pass the stage to your app, if it synthesizes only the stacks of that stage:' },
            { run: run.rerun({ options: ['-c', `${run.stageContext ?? 'stage'}=${chosen}`] }) },
          ]
        : [{ say: 'Or, if the app has changed since, synthesize it again:' }, { run: run.synthesize }]),
    ],
  };
}

/** The app synthesizes one stage, and another one was chosen. */
export function appStageMessage(
  run: StageRun,
  chosen: string,
  appStage: { readonly name: string; readonly where: string },
): MessageParts {
  const isTyped = appStage.where.startsWith('-c ');
  const option = `${run.stageContext ?? 'stage'}=${chosen}`;
  return {
    what: `${commandText(run)}: the stage chosen is ${JSON.stringify(chosen)}, but your app gets stage ${JSON.stringify(appStage.name)} (${appStage.where})`,
    why: `The stacks of stage ${JSON.stringify(appStage.name)} would get the credentials of stage ${JSON.stringify(chosen)}.`,
    next: [
      { say: 'Choose one stage for both:' },
      { run: run.rerun({ stage: appStage.name }) },
      ...(isTyped ? [] : [{ run: run.rerun({ stage: chosen, options: ['-c', option] }) }]),
    ],
  };
}

/** `cdk` would take a stack that wasn't named. */
export function addedStacksMessage(
  run: StageRun,
  added: Reach & { readonly by: string },
  chosen: string | undefined,
): MessageParts {
  const { word, stages, by } = added;
  const belongs = stages.length === 0 ? 'no stage' : listStages(stages);
  const isDestroy = run.command === 'destroy';
  const credentials =
    chosen === undefined || stages.length > 0 ? '' : `, with the credentials of stage ${JSON.stringify(chosen)}`;
  return {
    what: `${commandText(run)}: cdk would also ${run.command} ${JSON.stringify(word)}, which belongs to ${belongs}${credentials}`,
    why: [
      isDestroy
        ? `${JSON.stringify(word)} depends on ${JSON.stringify(by)}.`
        : `${JSON.stringify(by)} depends on ${JSON.stringify(word)}.`,
      oneStage,
    ],
    next: [
      { say: `To ${run.command} only the stacks that you name:` },
      { run: run.rerun({ stage: chosen, options: ['--exclusively'] }) },
      { say: isDestroy ? 'Before that, what depends on them:' : 'Before that, what they depend on:' },
      ...(stages.length === 0 ? [{ run: run.rerun({ words: [word] }) }] : runOfStage(run, stages[0] ?? '', [word])),
    ],
  };
}

/** `bootstrap` would deploy its own stack over one of the app. */
export function overwrittenStackMessage(run: StageRun, stages: readonly string[]): MessageParts {
  return {
    what: `${commandText(run)}: the toolkit stack could overwrite a stack of ${listStages(stages)}`,
    why: 'cdk deploys its bootstrap resources to the stack in --toolkit-stack-name (or toolkitStackName in cdk.json).',
    next: [{ say: 'Use a name that no stack of the app has. To see their names, run:' }, { run: 'cdkx list --long' }],
  };
}

/** No synthesis shows which stacks `cdk` would add to the named ones. */
export function unknownStacksMessage(
  run: StageRun,
  risks: readonly string[],
  chosen: string | undefined,
): MessageParts {
  const isDestroy = run.command === 'destroy';
  const known = run.knownStacks()?.map(({ name }) => name);
  const missing = run.names.filter((name) => isPlainName(name) && known?.includes(name) === false);
  if (known !== undefined && missing.length > 0) return missingStacksMessage(run, missing, known);
  return {
    what: `${commandText(run)}: cdk may also ${run.command} stacks of ${listStages(risks)}`,
    why: [
      isDestroy
        ? 'cdk also destroys the stacks that depend on the ones you name.'
        : 'cdk also takes the stacks that the ones you name depend on.',
      "The app hasn't been synthesized yet, so cdkx doesn't know which these are.",
    ],
    next: [
      { say: 'Synthesize the app, then run the command again:' },
      { run: run.synthesize },
      { say: `Or ${run.command} only the stacks that you name:` },
      { run: run.rerun({ stage: chosen, options: ['--exclusively'] }) },
    ],
  };
}

/** The app doesn't have what was named, as far as its last synthesis shows. */
function missingStacksMessage(run: StageRun, missing: readonly string[], known: readonly string[]): MessageParts {
  const meant = run.names.map((name) => (missing.includes(name) ? (nearestNames(name, known)[0] ?? name) : name));
  return {
    what: `${commandText(run)}: the app has no stack ${missing.map((name) => JSON.stringify(name)).join(' or ')}`,
    why: `Its stacks, as last synthesized: ${known.slice(0, 10).join(', ')}${known.length > 10 ? ` and ${known.length - 10} more` : ''}.`,
    next: [
      ...(meant.every((name) => !missing.includes(name))
        ? [{ say: 'Did you mean:' }, { run: run.rerun({ words: meant }) }]
        : []),
      { say: 'If you have added a stack since, synthesize the app, then run the command again:' },
      { run: run.synthesize },
    ],
  };
}

/** `stage "dev"`, `stages "dev" and "prod"`. */
export function listStages(names: readonly string[]): string {
  const quoted = names.map((name) => JSON.stringify(name));
  if (quoted.length < 2) return `stage ${quoted.join('')}`;
  return `stages ${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}

function steps(say: string, runs: readonly NextStep[]): NextStep[] {
  return runs.length === 0 ? [] : [{ say }, ...runs];
}

/** The command for one stage: with the words that were typed, or else with all that belongs to it. None if that isn't known. */
function runOfStage(run: StageRun, stage: string, typed: readonly string[]): NextStep[] {
  const words =
    typed.length > 0 ? typed : run.targets === 'environments' ? environmentsOf(run, stage) : run.stages[stage]?.stacks;
  if (words === undefined || words.length === 0 || run.targets === 'paths') return [];
  return [{ run: run.rerun({ stage, words }) }];
}

/** The environments of a stage's account: those of the last synthesis, else the one of the project block. */
function environmentsOf(run: StageRun, stage: string): readonly string[] {
  const account = run.accounts[stage];
  if (account === undefined) return [];
  const found = environmentsOfAccount(run, account);
  const region = run.regionOf(stage);
  return found.length > 0 || region === undefined ? found : [`aws://${account}/${region}`];
}

function environmentsOfAccount(run: StageRun, account: string): string[] {
  const environments = (run.knownStacks() ?? []).flatMap(({ environment }) => environment ?? []);
  return [...new Set(environments)].filter((each) => each.startsWith(`aws://${account}/`) && !each.includes('unknown'));
}

/** What belongs to no stage, where it is known. */
function runsOfNone(run: StageRun): string[] {
  if (run.targets === 'environments') {
    if (run.baseAccount === undefined) return [];
    const region = run.regionOf('');
    const found = environmentsOfAccount(run, run.baseAccount);
    const words = found.length > 0 || region === undefined ? found : [`aws://${run.baseAccount}/${region}`];
    return words.length === 0 ? [] : [run.rerun({ words })];
  }
  const isOfNone = (name: string) => isPlainName(name) && stagesOfStack(name, run).stages.length === 0;
  const words = (run.knownStacks() ?? [])
    .map(({ name }) => name)
    .filter(isOfNone)
    .slice(0, 3);
  return words.length === 0 ? [] : [run.rerun({ words })];
}

function commandText({ command, all, names }: StageRun): string {
  return [command, ...(all ? ['--all'] : []), ...names].join(' ');
}
