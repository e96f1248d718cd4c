import type { Stage } from '../block/block.ts';
import type { TargetKind } from './choose.ts';
import { couldMatch, globsOverlap, isNegated, isPlainName, type Match, matchStack } from './patterns.ts';

/** What one word on the command line, or one stack that `cdk` adds, could reach. */
export interface Reach {
  readonly word: string;
  /** Whether it means one thing only, or could mean several. */
  readonly isPlain: boolean;
  /** The stages that it could reach. */
  readonly stages: readonly string[];
  /** Those of them that it belongs to for certain. */
  readonly certain: readonly string[];
}

/** What the stages of a project are compared with. */
export interface ReachInput {
  readonly targets: TargetKind;
  readonly stages: Readonly<Record<string, Stage>>;
  /** The account that the settings without a stage use. */
  readonly baseAccount?: string | undefined;
  /** The accounts of the stages, by their own `account` or that of their profile. */
  readonly accounts: Readonly<Record<string, string | undefined>>;
}

/** The stages that the words of a command can reach at all: those with `stacks`, or for environments those with an account. */
export function reachableStages({ targets, stages, accounts, baseAccount }: ReachInput): string[] {
  const hasOwnAccount = (name: string) => accounts[name] !== undefined && accounts[name] !== baseAccount;
  const isReachable = (name: string) =>
    targets === 'environments' ? hasOwnAccount(name) : stages[name]?.stacks !== undefined;
  return Object.keys(stages).filter(isReachable);
}

/** Which stages a word on the command line could reach: a stack, a path within one, or an environment, as `targets` says. */
export function stagesReachedBy(word: string, input: ReachInput): Reach {
  const { targets, accounts } = input;
  // For `cdk`, a construct path is never a pattern, and an environment only with an asterisk.
  const isPlain = targets === 'paths' || (targets === 'environments' ? !word.includes('*') : isPlainName(word));
  const matchOf = (name: string): Match => {
    if (targets === 'environments') return reachesAccount(word, accounts[name] ?? '') ? 'yes' : 'no';
    const stacks = input.stages[name]?.stacks ?? [];
    if (targets === 'stacks' && !isPlain) return couldMatch(word, stacks) ? 'maybe' : 'no';
    const matches = (targets === 'paths' ? pathAndParents(word) : [word]).map((path) => matchStack(stacks, path));
    return matches.find((match) => match === 'yes') ?? matches.find((match) => match === 'maybe') ?? 'no';
  };
  return { word, isPlain, ...stagesBy(matchOf, input) };
}

/** Which stages a stack belongs to, by its name as it is. */
export function stagesOfStack(name: string, input: ReachInput): Reach {
  const matchOf = (stage: string) => matchStack(input.stages[stage]?.stacks ?? [], name);
  return { word: name, isPlain: true, ...stagesBy(matchOf, input) };
}

function stagesBy(matchOf: (stage: string) => Match, input: ReachInput): Pick<Reach, 'stages' | 'certain'> {
  const matches = reachableStages(input).map((name) => ({ name, match: matchOf(name) }));
  const those = (isOne: (match: Match) => boolean) =>
    matches.filter(({ match }) => isOne(match)).map(({ name }) => name);
  return { stages: those((match) => match !== 'no'), certain: those((match) => match === 'yes') };
}

/** Which other stages a word could reach by what doesn't belong to the chosen one as well. */
export function stagesBeyond({ word, isPlain, stages, certain }: Reach, chosen: string, input: ReachInput): string[] {
  const others = stages.filter((name) => name !== chosen);
  if (isPlain) return certain.includes(chosen) ? [] : others;
  if (input.targets !== 'stacks') return others;
  const own = input.stages[chosen]?.stacks;
  return others.filter((name) => couldMatch(word, input.stages[name]?.stacks ?? [], own));
}

/** The words that select something: next to others, `!x` only excludes. */
export function selectingWords(words: readonly string[]): readonly string[] {
  const positive = words.filter((word) => !isNegated(word));
  return positive.length > 0 ? positive : words;
}

/** `aws://ACCOUNT/REGION` or `ACCOUNT/REGION` is one environment; with an asterisk it could be any that it matches. */
function reachesAccount(word: string, account: string): boolean {
  if (word.includes('*')) return globsOverlap(word, `aws://${account}/*`);
  return word.replace(/^aws:\/\//, '').split('/')[0] === account;
}

/** `Prod/Api/Bucket` is in the stack `Prod/Api`, or in `Prod`. */
function pathAndParents(path: string): string[] {
  const parts = path.replace(/^\//, '').split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
