import type { MessageParts } from '../../messages/errors.ts';
import type { StageChoice } from './choose.ts';
import {
  accidentalStageMessage,
  addedStacksMessage,
  listStages,
  overwrittenStackMessage,
  type StageRun,
  appStageMessage,
  tooBroadMessage,
  unknownStacksMessage,
} from './messages.ts';
import { matchesEverything, matchStack } from './patterns.ts';
import { type Reach, reachableStages, selectingWords, stagesBeyond, stagesOfStack, stagesReachedBy } from './reach.ts';
import { addedStacks, selectionRule } from './selection.ts';

export type { Change } from './messages.ts';

export interface StageEntryInput extends StageRun {
  /** Whether the command is of the class **required**; others enter no stage. */
  readonly required: boolean;
  /** Whether the command is known to change nothing. */
  readonly isReadOnly: boolean;
  readonly choice: StageChoice;
  /** `--exclusively`: then `cdk` adds no stacks to those that are named. */
  readonly exclusively: boolean;
  /** The stack that `cdk` deploys over because of an option (`bootstrap --toolkit-stack-name`); `**` if it could be any. */
  readonly overwrites: readonly string[];
  /** Whether `--app` names a cloud assembly: no app gets anything then, and the known stacks are all that there are. */
  readonly isAssembly: boolean;
  /** Whether `accounts` is set: then several stages may be reached in one run. */
  readonly hasAccounts: boolean;
}

export type StageEntry =
  /** `stages`: every stage that the run enters or could enter; those that are protected must be confirmed. */
  | { readonly outcome: 'ok'; readonly stages: readonly string[] }
  | { readonly outcome: 'stop'; readonly stages: readonly string[]; readonly message: MessageParts }
  /** Which stacks `cdk` takes can't be known without a synthesis, and they could be those of a stage that must not be entered unseen. */
  | { readonly outcome: 'unknown'; readonly stages: readonly string[]; readonly message: MessageParts };

/** Why a run may not start, and the stages that it would enter besides the chosen one. */
interface Problem {
  readonly stages: readonly string[];
  readonly message: MessageParts;
  /** Whether a synthesis could solve it. */
  readonly isUnknown?: boolean;
}

/** A run with what is known about it. */
interface Entry extends StageEntryInput {
  readonly chosen: string | undefined;
  readonly reaches: readonly Reach[];
  /** `--all`, or no words. */
  readonly isEverything: boolean;
  /** Whether the app makes the stacks of the chosen stage only, so that there are no others to reach. */
  readonly isOnlyChosen: () => boolean;
}

/**
 * "A stage is never entered by accident": decides whether a required command may start. It stops on stacks of two stages, of a stage and of
 * none, of a stage other than the chosen one, including those that `cdk` adds; and, if stages have stacks and none was chosen, on
 * `--all`, no names, and globs that could reach a stage. What can't be known without a synthesis doesn't start without one if it could be a
 * protected stage. With `accounts` only that stops, and all that could be reached is named.
 */
export function decideStageEntry(input: StageEntryInput): StageEntry {
  const chosen = input.choice.kind === 'chosen' ? input.choice.name : undefined;
  const entered = chosen === undefined ? [] : [chosen];
  if (!input.required || input.targets === 'nothing' || Object.keys(input.stages).length === 0)
    return { outcome: 'ok', stages: entered };
  const entry: Entry = {
    ...input,
    chosen,
    reaches: selectingWords(input.names).map((word) => stagesReachedBy(word, input)),
    isEverything: input.all || input.names.length === 0,
    isOnlyChosen: () => chosen !== undefined && synthesizesOnly(input, chosen),
  };
  const added = findAdded(entry);
  if (input.hasAccounts) {
    const everything = entry.isEverything && !entry.isOnlyChosen() ? reachableStages(input) : [];
    const reaches = [...entry.reaches, ...added.reaches, ...overwrittenBy(input)].flatMap(({ stages }) => stages);
    const appStage = appStageOf(input);
    const stages = unique([...entered, ...everything, ...reaches, ...(appStage === undefined ? [] : [appStage.name])]);
    return answer(unknownProblem(entry, added, stages), stages);
  }
  const problem = findProblem(entry, added, entered);
  const getsChosen = chosen !== undefined && appStageOf(input)?.name === chosen && !input.isAssembly;
  if (problem === undefined || !getsChosen || entry.isOnlyChosen()) return answer(problem, entered);
  // The last synthesis may be one without the stage: a new one shows what the app makes of it.
  const isStale =
    findProblem({ ...entry, isOnlyChosen: () => true }, { reaches: [], isUnknown: false }, entered) === undefined;
  return answer({ ...problem, isUnknown: problem.isUnknown === true || isStale }, entered);
}

function findProblem(entry: Entry, added: Added, entered: readonly string[]): Problem | undefined {
  const { chosen } = entry;
  return (
    appStageProblem(entry) ??
    overwriteProblem(entry) ??
    (entry.isEverything ? everythingProblem(entry) : undefined) ??
    (chosen === undefined ? accidentalProblem(entry) : chosenProblem(entry, chosen)) ??
    addedProblem(entry, added) ??
    unknownProblem(entry, added, entered)
  );
}

function answer(problem: Problem | undefined, stages: readonly string[]): StageEntry {
  if (problem === undefined) return { outcome: 'ok', stages };
  const outcome = problem.isUnknown === true ? 'unknown' : 'stop';
  return { outcome, stages: unique([...stages, ...problem.stages]), message: problem.message };
}

function appStageOf({ choice }: StageEntryInput) {
  return choice.kind === 'chosen' ? choice.appStage : undefined;
}

/**
 * Whether there are no stacks of other stages: the context tells the app the chosen stage, or the assembly that `--app` names has no others.
 * An app that makes the stacks of others as well shows it in its last synthesis: it reads its stage from elsewhere.
 */
function synthesizesOnly(input: StageEntryInput, chosen: string): boolean {
  const getsChosen = appStageOf(input)?.name === chosen;
  if (!getsChosen && !input.isAssembly) return false;
  const stacks = input.knownStacks();
  const known = (stacks ?? []).map(({ name }) => stagesOfStack(name, input));
  const hasOthers = known.some((reach) => stagesBeyond(reach, chosen, input).length > 0);
  if (input.isAssembly)
    return stacks !== undefined && !hasOthers && (getsChosen || known.every(({ certain }) => certain.includes(chosen)));
  return !(hasOthers && known.some(({ stages }) => stages.includes(chosen)));
}

/** The app makes the stacks of the stage that the context names, and they would get the credentials of the chosen one. */
function appStageProblem(entry: Entry): Problem | undefined {
  const appStage = appStageOf(entry);
  if (appStage === undefined || entry.chosen === undefined || appStage.name === entry.chosen || entry.isReadOnly)
    return undefined;
  return { stages: [appStage.name], message: appStageMessage(entry, entry.chosen, appStage) };
}

/** What is wrong with `--all`, or with no words. */
function everythingProblem(entry: Entry): Problem | undefined {
  const { chosen, all, targets } = entry;
  const reachable = reachableStages(entry);
  if (chosen === undefined) {
    if (reachable.length === 0) return undefined;
    const said = all ? 'this' : `a command without ${whatIsNamed(targets)}`;
    return accident(entry, reachable, [], `${said} could reach ${listStages(reachable)}`);
  }
  const { withoutWords } = selectionRule(entry.command);
  if (targets === 'paths' || entry.isOnlyChosen()) return undefined;
  if (targets === 'stacks' && all) return tooBroadProblem(entry, chosen, '--all');
  if (entry.isReadOnly) return undefined;
  if (targets === 'stacks' && withoutWords === 'all')
    return tooBroadProblem(entry, chosen, 'a command without stack names');
  // `bootstrap` and `gc` take every environment of the app, the others the only stack: of which stage it is can't be known.
  const others = reachable.filter((name) => name !== chosen && (targets === 'environments' || isRisk(entry, name)));
  if (others.length === 0) return undefined;
  return accident(
    entry,
    [chosen, ...others],
    [],
    `a command without ${whatIsNamed(targets)} could reach ${listStages(others)}`,
  );
}

/** An app that doesn't get the stage makes the stacks of all, which would be deployed with the credentials of this one. */
function tooBroadProblem(entry: Entry, chosen: string, said: string): Problem | undefined {
  const others = reachableStages(entry).filter((name) => name !== chosen);
  const patterns = entry.stages[chosen]?.stacks;
  const isAll = patterns === undefined || patterns.some((pattern) => matchesEverything(pattern));
  if (others.length === 0 && isAll) return undefined;
  return {
    stages: others,
    message: tooBroadMessage(entry, { chosen, said, others, context: appStageOf(entry)?.where }),
  };
}

/** What is wrong with the words if a stage was chosen: one of another stage, or some of it and some of none. */
function chosenProblem(entry: Entry, chosen: string): Problem | undefined {
  const { reaches, targets } = entry;
  const everything = reaches.find(({ isPlain, word }) => !isPlain && matchesEverything(word));
  if (everything !== undefined && targets === 'stacks' && !entry.isOnlyChosen()) {
    const problem = tooBroadProblem(entry, chosen, JSON.stringify(everything.word));
    if (problem !== undefined) return problem;
  }
  // A glob like `**` selects what `--all` does: see `tooBroadProblem`.
  const narrow = reaches.filter(({ isPlain, word }) => isPlain || targets !== 'stacks' || !matchesEverything(word));
  for (const reach of narrow) {
    // Such an app has no stacks of other stages for a glob that reaches its own.
    const isFine = !reach.isPlain && reach.stages.includes(chosen) && entry.isOnlyChosen();
    const others = isFine ? [] : stagesBeyond(reach, chosen, entry);
    if (others.length === 0) continue;
    return accident(
      entry,
      [chosen, ...others],
      reaches,
      `${show(reach, others)}, but the stage chosen is ${JSON.stringify(chosen)}`,
    );
  }
  return mixProblem(entry, narrow);
}

/** What is wrong with the words if no stage was chosen. */
function accidentalProblem(entry: Entry): Problem | undefined {
  const { reaches } = entry;
  const glob = reaches.find(({ isPlain, stages }) => !isPlain && stages.length > 0);
  const stages = unique(reaches.flatMap((reach) => reach.stages));
  if (glob !== undefined) return accident(entry, stages, reaches, show(glob, glob.stages));
  if (stages.length > 1) return accident(entry, stages, reaches, `these belong to ${listStages(stages)}`);
  const mix = mixProblem(entry, reaches);
  if (mix !== undefined || stages.length === 0) return mix;
  return accident(entry, stages, reaches, `this belongs to ${listStages(stages)}, which was not chosen`);
}

function mixProblem(entry: Entry, reaches: readonly Reach[]): Problem | undefined {
  const plain = reaches.filter(({ isPlain }) => isPlain);
  const member = plain.find(({ stages }) => stages.length > 0);
  const outsider = plain.find(({ stages }) => stages.length === 0);
  if (member === undefined || outsider === undefined) return undefined;
  const problem = `${show(member, member.stages)}, but ${JSON.stringify(outsider.word)} belongs to none`;
  return accident(entry, member.stages, entry.reaches, problem);
}

/** The stacks that `cdk` adds, each with the stack that brings it in. */
interface Added {
  readonly reaches: readonly (Reach & { readonly by: string })[];
  /** Whether there may be others. */
  readonly isUnknown: boolean;
}

function findAdded(entry: Entry): Added {
  const { adds } = selectionRule(entry.command);
  const isNothing = entry.isReadOnly || entry.isEverything || entry.exclusively || adds === 'none';
  if (isNothing || entry.targets !== 'stacks' || reachableStages(entry).length === 0)
    return { reaches: [], isUnknown: false };
  const known = entry.knownStacks();
  const added = known && addedStacks(entry.names, adds, known);
  return {
    reaches: (added ?? []).map(({ name, by }) => ({ ...stagesOfStack(name, entry), by })),
    isUnknown: added === undefined,
  };
}

/**
 * A stack by its CloudFormation name: by its name in the app, if the last synthesis has it, else by all that such a name could come from.
 * Without a synthesis it could be any of them.
 */
export function deployedStack(
  stackName: string,
  known: readonly { readonly name: string; readonly stackName: string }[] | undefined,
  stages: StageEntryInput['stages'],
): string[] {
  if (known === undefined) return ['**'];
  const found = known.filter((stack) => stack.stackName === stackName).map(({ name }) => name);
  if (found.length > 0) return found;
  const nested = Object.values(stages).flatMap(({ stacks = [] }) => stacks.filter((pattern) => pattern.includes('/')));
  return [stackName, ...nested.filter((pattern) => matchStack([pattern.replaceAll('/', '-')], stackName) !== 'no')];
}

function overwrittenBy(input: StageEntryInput): Reach[] {
  return input.overwrites.map((word) => stagesReachedBy(word, { ...input, targets: 'stacks' }));
}

/** A stack that an option makes `cdk` deploy over counts as named; one that can't be known stops if it could be that of a protected stage. */
function overwriteProblem(entry: Entry): Problem | undefined {
  for (const reach of overwrittenBy(entry)) {
    const isUnknown = reach.word === '**';
    const others = reach.stages.filter((name) => name !== entry.chosen && (!isUnknown || isRisk(entry, name)));
    if (others.length > 0) return { stages: others, message: overwrittenStackMessage(entry, others), isUnknown };
  }
  return undefined;
}

/** Stacks that `cdk` adds count as named. */
function addedProblem(entry: Entry, { reaches }: Added): Problem | undefined {
  const { chosen } = entry;
  const hasStage = chosen !== undefined && entry.stages[chosen]?.stacks !== undefined;
  for (const reach of reaches) {
    const others = chosen === undefined ? reach.stages : stagesBeyond(reach, chosen, entry);
    if (others.length === 0 && !(hasStage && reach.stages.length === 0)) continue;
    return { stages: others, message: addedStacksMessage(entry, { ...reach, stages: others }, chosen) };
  }
  return undefined;
}

/** What may be added can't be known: it stops if it could be a protected stage, or be destroyed with one. */
function unknownProblem(entry: Entry, { isUnknown }: Added, entered: readonly string[]): Problem | undefined {
  if (!isUnknown || entry.isOnlyChosen()) return undefined;
  const risks = reachableStages(entry).filter((name) => !entered.includes(name) && isRisk(entry, name));
  if (risks.length === 0) return undefined;
  return { stages: risks, message: unknownStacksMessage(entry, risks, entry.chosen), isUnknown: true };
}

/** Whether a stage must not be reached unseen: it is protected, or its stacks would be destroyed. */
function isRisk({ command, stages }: Entry, name: string): boolean {
  return command === 'destroy' || stages[name]?.protected === true;
}

function whatIsNamed(targets: Entry['targets']): string {
  return targets === 'environments' ? 'environments' : 'stack names';
}

function accident(entry: Entry, stages: readonly string[], reaches: readonly Reach[], problem: string): Problem {
  return { stages, message: accidentalStageMessage(entry, { stages, reaches, problem }) };
}

function show({ word, isPlain }: Reach, stages: readonly string[]): string {
  return `${JSON.stringify(word)} ${isPlain ? 'belongs to' : 'could reach'} ${listStages(stages)}`;
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
