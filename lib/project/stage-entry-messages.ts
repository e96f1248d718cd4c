import { shellWord } from '../terminal/shell-word.ts';
import type { MessageParts } from '../terminal/user-error.ts';
import type { Stage } from './block.ts';
import { reachesEverything } from './stack-patterns.ts';
import type { Reach } from './stage-reach.ts';
import type { TargetKind } from './target-kind.ts';

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
export interface AccidentalEntry {
  /** The stages that it enters or could enter. */
  readonly stages: readonly string[];
  /** What its words could reach; none where it has no words. */
  readonly reaches: readonly Reach[];
  readonly problem: string;
}

/** A stage would be entered that nobody chose, or two at once: names the stacks of each, to be run one by one. */
export function entersByAccident(run: StageRun, { stages, reaches, problem }: AccidentalEntry): MessageParts {
  const kind = run.targets === 'environments' ? 'environments' : 'stacks';
  const outside = reaches.filter((reach) => reach.stages.length === 0);
  const runs = stages.map((name) => {
    // A word that reaches everything would only stop again.
    const reaching = reaches.filter((reach) => reach.stages.includes(name) && !reachesEverything(reach.word));
    const words = reaching.length === 0 ? ownStacks(run, name) : reaching.map(quoted);
    return `    cdkx ${[run.command, `--cdkx-stage=${shellWord(name)}`, ...words].join(' ')}`;
  });
  const isEverything = reaches.every(({ word }) => reachesEverything(word));
  return {
    what: `${commandText(run)}: ${problem}`,
    why: 'A stage is never entered by accident: one run is for one stage, or for what belongs to none.',
    next: [
      isEverything && run.targets === 'stacks'
        ? 'Name the stacks that you mean, of one stage or of none:'
        : `Name ${kind} of one stage only, and say which stage is meant:`,
      ...(isEverything && run.targets === 'stacks' ? [`    cdkx ${run.command} STACK`] : []),
      ...runs,
      ...(outside.length === 0 ? [] : [`    cdkx ${[run.command, ...outside.map(quoted)].join(' ')}`]),
    ],
  };
}

/** With a stage that the app is not told of, all its stacks would be deployed with the credentials of that stage. */
export function reachesTooMuch(
  run: StageRun,
  { chosen, said, others }: { readonly chosen: string; readonly said: string; readonly others: readonly string[] },
): MessageParts {
  const beyond = others.length === 0 ? 'stacks of no stage' : listStages(others);
  return {
    what: `${commandText(run)}: ${said} reaches ${beyond} too, with the credentials of stage ${JSON.stringify(chosen)}`,
    why: 'The app is not told of --cdkx-stage and CDKX_STAGE, so its stacks are those of every stage and of none.',
    next: [
      'Name the stacks of the stage, or tell the app its stage if it makes only those:',
      `    cdkx ${[run.command, `--cdkx-stage=${shellWord(chosen)}`, ...ownStacks(run, chosen)].join(' ')}`,
      `    cdkx ${run.command} -c ${shellWord(`${run.stageContext ?? 'stage'}=${chosen}`)} --all`,
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
