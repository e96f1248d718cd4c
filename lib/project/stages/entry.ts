import type { MessageParts } from '../../messages/errors.ts';
import { shellWord } from '../../messages/text.ts';
import type { Stage } from '../block/block.ts';
import type { StageChoice, TargetKind } from './choose.ts';
import { couldMatch, isPlainName, matchesStack, matchesEverything } from './patterns.ts';

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
  const reaches = isEverything ? [] : input.names.map((word) => stagesReachedBy(word, input));
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
  const everything = reaches.find(({ isPlain, word }) => !isPlain && matchesEverything(word));
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
  const isAll = patterns === undefined || patterns.some((pattern) => matchesEverything(pattern));
  if (isTold || (others.length === 0 && isAll) || input.targets !== 'stacks')
    return { outcome: 'ok', stages: [chosen] };
  const message = tooBroadMessage(input, { chosen, said, others });
  return { outcome: 'stop', stages: [chosen, ...others], message };
}

/** What is wrong with the words where a stage was chosen: one of another stage, or some of it and some of none. */
function conflictWithChosen(chosen: string, reaches: readonly Reach[]): string | undefined {
  // A glob like `**` asks for what `--all` does: see `entryOfEverything`.
  const narrow = reaches.filter(({ isPlain, word }) => isPlain || !matchesEverything(word));
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

function stop(run: StageRun, entry: AccidentalStage): StageEntry {
  return { outcome: 'stop', stages: entry.stages, message: accidentalStageMessage(run, entry) };
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

/** What one word on the command line could reach. */
export interface Reach {
  readonly word: string;
  /** Whether it means one thing only, or could mean several. */
  readonly isPlain: boolean;
  readonly stages: readonly string[];
}

/** What the stages of a project are compared with. */
export interface ReachInput {
  readonly targets: TargetKind;
  readonly stages: Readonly<Record<string, Stage>>;
  /** The account that the settings without a stage mean. */
  readonly baseAccount?: string | undefined;
}

/** Which stages a word on the command line could reach: a stack, a path within one, or an environment, as `targets` says. */
export function stagesReachedBy(word: string, input: ReachInput): Reach {
  const isPlain = isPlainName(word);
  const isReached = (name: string) => reaches(word, isPlain, input, input.stages[name] ?? {});
  return { word, isPlain, stages: Object.keys(input.stages).filter(isReached) };
}

function reaches(word: string, isPlain: boolean, input: ReachInput, stage: Stage): boolean {
  if (input.targets === 'environments') return environmentReaches(word, stage.account, input.baseAccount);
  if (stage.stacks === undefined) return false;
  const { stacks } = stage;
  const names = input.targets === 'paths' ? pathAndParents(word) : [word];
  return names.some((name) => (isPlain ? matchesStack(stacks, name) : couldMatch(name, stacks)));
}

/** `aws://ACCOUNT/REGION` reaches the stage of that account, unless the base means the same account; a glob over environments could be any. */
function environmentReaches(word: string, account: string | undefined, baseAccount: string | undefined): boolean {
  if (account === undefined || account === baseAccount) return false;
  const named = /^aws:\/\/(\d{12})\//.exec(word)?.[1];
  return named === undefined ? !isPlainName(word) : named === account;
}

/** `Prod/Api/Bucket` lies in the stack `Prod/Api`, or in `Prod`. */
function pathAndParents(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** A run as it was typed, and the stages that there are. */
export interface StageRun {
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
}

/** Why a run may not start. */
export interface AccidentalStage {
  /** The stages that it enters or could enter. */
  readonly stages: readonly string[];
  /** What its words could reach; none where it has no words. */
  readonly reaches: readonly Reach[];
  readonly problem: string;
}

/** A stage would be entered that nobody chose, or two at once: names the stacks of each, to be run one by one. */
export function accidentalStageMessage(run: StageRun, { stages, reaches, problem }: AccidentalStage): MessageParts {
  const kind = run.targets === 'environments' ? 'environments' : 'stacks';
  const outside = reaches.filter((reach) => reach.stages.length === 0);
  const runs = stages.map((name) => {
    // A word that reaches everything would only stop again.
    const reaching = reaches.filter((reach) => reach.stages.includes(name) && !matchesEverything(reach.word));
    const words = reaching.length === 0 ? ownStacks(run, name) : reaching.map(quoted);
    return { run: `cdkx ${[run.command, `--cdkx-stage=${shellWord(name)}`, ...words].join(' ')}` };
  });
  const isEverything = reaches.every(({ word }) => matchesEverything(word));
  return {
    what: `${commandText(run)}: ${problem}`,
    why: 'A stage is never entered by accident: one run is for one stage, or for what belongs to none.',
    next: [
      isEverything && run.targets === 'stacks'
        ? { say: 'Name the stacks that you mean, of one stage or of none:' }
        : { say: `Name ${kind} of one stage only, and say which stage is meant:` },
      ...(isEverything && run.targets === 'stacks' ? [{ run: `cdkx ${run.command} STACK` }] : []),
      ...runs,
      ...(outside.length === 0 ? [] : [{ run: `cdkx ${[run.command, ...outside.map(quoted)].join(' ')}` }]),
    ],
  };
}

/** With a stage that the app is not told of, all its stacks would be deployed with the credentials of that stage. */
export function tooBroadMessage(
  run: StageRun,
  { chosen, said, others }: { readonly chosen: string; readonly said: string; readonly others: readonly string[] },
): MessageParts {
  const beyond = others.length === 0 ? 'stacks of no stage' : listStages(others);
  return {
    what: `${commandText(run)}: ${said} reaches ${beyond} too, with the credentials of stage ${JSON.stringify(chosen)}`,
    why: 'The app is not told of --cdkx-stage and CDKX_STAGE, so its stacks are those of every stage and of none.',
    next: [
      { say: 'Name the stacks of the stage, or tell the app its stage if it makes only those:' },
      { run: `cdkx ${[run.command, `--cdkx-stage=${shellWord(chosen)}`, ...ownStacks(run, chosen)].join(' ')}` },
      { run: `cdkx ${run.command} -c ${shellWord(`${run.stageContext ?? 'stage'}=${chosen}`)} --all` },
    ],
  };
}

/** `stage "dev"`, `stages "dev" and "prod"`. */
export function listStages(names: readonly string[]): string {
  const quoted = names.map((name) => JSON.stringify(name));
  if (quoted.length < 2) return `stage ${quoted.join('')}`;
  return `stages ${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}

/** The stacks of a stage as words for the command line, or a gap to fill. */
function ownStacks({ stages, targets }: StageRun, name: string): string[] {
  const patterns = targets === 'stacks' ? stages[name]?.stacks : undefined;
  return patterns?.map((pattern) => shellWord(pattern)) ?? ['…'];
}

function commandText({ command, all, names }: StageRun): string {
  return [command, ...(all ? ['--all'] : []), ...names].join(' ');
}

const quoted = ({ word }: Reach): string => shellWord(word);
