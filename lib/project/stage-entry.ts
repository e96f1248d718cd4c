import type { MessageParts } from '../terminal/user-error.ts';
import { reachesEverything } from './stack-patterns.ts';
import {
  entersByAccident,
  listStages,
  reachesTooMuch,
  type AccidentalEntry,
  type StageRun,
} from './stage-entry-messages.ts';
import { reachOf, type Reach, type ReachInput } from './stage-reach.ts';
import type { StageChoice } from './stages.ts';

export interface StageEntryInput extends StageRun, ReachInput {
  /** Whether the command is of the class **required**; others enter no stage. */
  readonly required: boolean;
  readonly choice: StageChoice;
  /** Whether `accounts` holds: then several stages may be reached in one run. */
  readonly hasAccounts: boolean;
}

export type StageEntry =
  /** `stages`: every stage that the run enters or could enter; those that are protected must be confirmed. */
  | { readonly outcome: 'ok'; readonly stages: readonly string[] }
  | { readonly outcome: 'stop'; readonly stages: readonly string[]; readonly message: MessageParts };

/**
 * "A stage is never entered by accident": decides, from the command line alone, whether a required command may start.
 * Stops on stacks of two stages, of a stage and of none, of another stage than the chosen one; and, where stages have stacks and none
 * was chosen, on `--all`, no names, and globs that could reach a stage. Where cdkx alone knows the chosen stage, `--all` stops too. With `accounts` none of these stops, and all that could be reached is named.
 */
export function decideStageEntry(input: StageEntryInput): StageEntry {
  const chosen = input.choice.kind === 'chosen' ? input.choice.name : undefined;
  const entered = chosen === undefined ? [] : [chosen];
  if (!input.required || input.targets === 'nothing') return { outcome: 'ok', stages: entered };
  const withStacks = Object.keys(input.stages).filter((name) => input.stages[name]?.stacks !== undefined);
  const isEverything = input.all || input.names.length === 0;
  const reaches = isEverything ? [] : input.names.map((word) => reachOf(word, input));
  const reached = unique([...entered, ...(isEverything ? withStacks : reaches.flatMap(({ stages }) => stages))]);
  if (input.hasAccounts) return { outcome: 'ok', stages: reached };
  if (isEverything) {
    if (chosen !== undefined)
      return input.all ? entryOfEverything(input, chosen, '--all') : { outcome: 'ok', stages: entered };
    if (withStacks.length === 0) return { outcome: 'ok', stages: entered };
    const said = input.all ? '--all' : 'a command without names';
    const problem = `${said} could reach ${listStages(withStacks)}`;
    return stop(input, { stages: withStacks, reaches: [], problem });
  }
  const everything = reaches.find(({ isPlain, word }) => !isPlain && reachesEverything(word));
  if (chosen !== undefined && everything !== undefined && input.targets === 'stacks') {
    const entry = entryOfEverything(input, chosen, JSON.stringify(everything.word));
    if (entry.outcome === 'stop') return entry;
  }
  const problem = chosen !== undefined ? conflictWithChosen(chosen, reaches) : accidentalEntry(reaches);
  if (problem === undefined) return { outcome: 'ok', stages: entered };
  return stop(input, { stages: reached, reaches, problem });
}

/**
 * Every stack, with a stage chosen. An app that is told the stage (`-c stage=dev`) makes that stage's stacks; one that is not
 * makes them all, and those of the other stages and of none would be deployed with the credentials of this one.
 */
function entryOfEverything(input: StageEntryInput, chosen: string, said: string): StageEntry {
  const isTold = input.choice.kind === 'chosen' && input.choice.by === 'context';
  const others = Object.keys(input.stages).filter(
    (name) => name !== chosen && input.stages[name]?.stacks !== undefined,
  );
  const patterns = input.stages[chosen]?.stacks;
  const isAll = patterns === undefined || patterns.some((pattern) => reachesEverything(pattern));
  if (isTold || (others.length === 0 && isAll) || input.targets !== 'stacks')
    return { outcome: 'ok', stages: [chosen] };
  const message = reachesTooMuch(input, { chosen, said, others });
  return { outcome: 'stop', stages: [chosen, ...others], message };
}

/** What is wrong with the words where a stage was chosen: one of another stage, or some of it and some of none. */
function conflictWithChosen(chosen: string, reaches: readonly Reach[]): string | undefined {
  // A glob like `**` asks for what `--all` does: see `entryOfEverything`.
  const narrow = reaches.filter(({ isPlain, word }) => isPlain || !reachesEverything(word));
  const other = narrow.find(({ stages }) => stages.length > 0 && !stages.includes(chosen));
  if (other === undefined) return mixOfOneAndNone(narrow);
  return `${show(other)} ${listStages(other.stages)}, but the stage chosen is ${JSON.stringify(chosen)}`;
}

/** What is wrong with the words where no stage was chosen, or where their names chose one. */
function accidentalEntry(reaches: readonly Reach[]): string | undefined {
  const glob = reaches.find(({ isPlain, stages }) => !isPlain && stages.length > 0);
  if (glob !== undefined) return `${show(glob)} ${listStages(glob.stages)}`;
  const stages = unique(reaches.flatMap((reach) => reach.stages));
  if (stages.length > 1) return `these belong to ${listStages(stages)}`;
  return (
    mixOfOneAndNone(reaches) ??
    (stages.length === 0 ? undefined : `this belongs to ${listStages(stages)}, which was not chosen`)
  );
}

function mixOfOneAndNone(reaches: readonly Reach[]): string | undefined {
  const plain = reaches.filter(({ isPlain }) => isPlain);
  const member = plain.find(({ stages }) => stages.length > 0);
  const outsider = plain.find(({ stages }) => stages.length === 0);
  if (member === undefined || outsider === undefined) return undefined;
  return `${show(member)} ${listStages(member.stages)}, but ${JSON.stringify(outsider.word)} belongs to none`;
}

function show({ word, isPlain }: Reach): string {
  return `${JSON.stringify(word)} ${isPlain ? 'belongs to' : 'could reach'}`;
}

function stop(run: StageRun, entry: AccidentalEntry): StageEntry {
  return { outcome: 'stop', stages: entry.stages, message: entersByAccident(run, entry) };
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
