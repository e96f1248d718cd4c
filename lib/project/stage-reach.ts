import type { Stage } from './block.ts';
import { couldReach, isPlainName, matchesStack } from './stack-patterns.ts';
import type { TargetKind } from './target-kind.ts';

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
export function reachOf(word: string, input: ReachInput): Reach {
  const isPlain = isPlainName(word);
  const isReached = (name: string) => reaches(word, isPlain, input, input.stages[name] ?? {});
  return { word, isPlain, stages: Object.keys(input.stages).filter(isReached) };
}

function reaches(word: string, isPlain: boolean, input: ReachInput, stage: Stage): boolean {
  if (input.targets === 'environments') return environmentReaches(word, stage.account, input.baseAccount);
  if (stage.stacks === undefined) return false;
  const { stacks } = stage;
  const names = input.targets === 'paths' ? pathAndParents(word) : [word];
  return names.some((name) => (isPlain ? matchesStack(stacks, name) : couldReach(name, stacks)));
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
