import { isPlainName, matchStack } from './patterns.ts';

/** A stack of the last synthesis. */
export interface KnownStack {
  readonly name: string;
  /** `aws://ACCOUNT/REGION`, placeholders if the app doesn't set them. */
  readonly environment?: string;
  /** The names of the stacks that it depends on. */
  readonly dependencies: readonly string[];
}

/** What `cdk` selects beyond the words of a command. */
export type Expansion = 'dependencies' | 'dependents' | 'none';

/** What a command selects without words: the only stack, or all of them; some `cdk` refuses. */
export interface SelectionRule {
  readonly adds: Expansion;
  readonly withoutWords: 'only' | 'all' | 'refused';
}

/** How the commands that change stacks select them, in aws-cdk 2.1148. One that is not here selects all, and adds what others depend on. */
const rules: Readonly<Record<string, SelectionRule>> = {
  deploy: { adds: 'dependencies', withoutWords: 'only' },
  watch: { adds: 'dependencies', withoutWords: 'only' },
  destroy: { adds: 'dependents', withoutWords: 'only' },
  rollback: { adds: 'none', withoutWords: 'only' },
  import: { adds: 'none', withoutWords: 'only' },
  refactor: { adds: 'none', withoutWords: 'all' },
  orphan: { adds: 'none', withoutWords: 'refused' },
};

/** How a command selects its stacks. */
export function selectionRule(command: string): SelectionRule {
  const rule = Object.hasOwn(rules, command) ? rules[command] : undefined;
  return rule ?? { adds: 'dependencies', withoutWords: 'all' };
}

/** The stacks that `cdk` adds to the selected ones, each with the one that brings it in. `undefined` if a word names none of the assembly. */
export function addedStacks(
  words: readonly string[],
  adds: Expansion,
  assembly: readonly KnownStack[],
): { readonly name: string; readonly by: string }[] | undefined {
  const isHere = (word: string) => assembly.some(({ name }) => isSelected([word], name));
  if (!words.every(isHere)) return undefined;
  const selected = assembly.filter(({ name }) => isSelected(words, name)).map(({ name }) => name);
  const seen = new Set(selected);
  const added: { name: string; by: string }[] = [];
  // Each stack is looked at once; those that it brings in are looked at after it.
  for (const first of selected) {
    const waiting = [first];
    for (let by = waiting.shift(); by !== undefined; by = waiting.shift()) {
      for (const name of neighbors(by)) {
        if (seen.has(name)) continue;
        seen.add(name);
        added.push({ name, by });
        waiting.push(name);
      }
    }
  }
  return added;

  function neighbors(of: string): readonly string[] {
    if (adds === 'dependencies') return assembly.find(({ name }) => name === of)?.dependencies ?? [];
    return assembly.filter(({ dependencies }) => dependencies.includes(of)).map(({ name }) => name);
  }
}

function isSelected(words: readonly string[], name: string): boolean {
  return (
    words.some((word) => isPlainName(word) && word.replace(/^(\.\/)+/, '') === name) || matchStack(words, name) !== 'no'
  );
}
