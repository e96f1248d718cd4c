import type { Scope } from './bindings.ts';
import { createPlaceFinder, type Place } from './places.ts';
import type { SourceFile } from './source.ts';
import type { Node } from './syntax.ts';
import { anything, concat, oneOf, type Text } from './text.ts';

/** Tells which texts an expression of the program can be, without running it. What cannot be told is {@link anything}. */
export interface Evaluator {
  text(node: Node, scope: Scope): Text;
  /** The texts that a function gives back. */
  returned(node: Node, scope: Scope): readonly Text[];
  /** Whether an expression is an object that is written out somewhere, and no text. */
  isObject(node: Node, scope: Scope): boolean;
}

export function createEvaluator(sources: ReadonlyMap<string, SourceFile>): Evaluator {
  const { find, returned } = createPlaceFinder(sources);
  const known = new Map<Node, Text>();

  function text(at: Place): Text {
    const found = find(at);
    return found === undefined ? anything : oneOf(found.map(written));
  }

  function written(at: Place): Text {
    const before = known.get(at.node);
    if (before !== undefined) return before;
    // Whoever comes back here meanwhile goes in a circle.
    known.set(at.node, anything);
    const found = writtenAnew(at);
    known.set(at.node, found);
    return found;
  }

  function writtenAnew({ node, scope }: Place): Text {
    const part = (member: unknown) => text({ node: member as Node, scope });
    if (node.type === 'StringLiteral') return concat([[String(node['value'])]]);
    if (node.type === 'TemplateLiteral') {
      const expressions = node['expressions'] as Node[];
      return concat(
        (node['quasis'] as Node[]).flatMap((quasi, index) => {
          const expression = expressions[index];
          const fixed: Text = [String(quasi['cooked'])];
          return expression === undefined ? [fixed] : [fixed, part(expression)];
        }),
      );
    }
    const isSum = node.type === 'BinaryExpression' && node['operator'] === '+';
    return isSum ? concat([part(node['left']), part(node['right'])]) : anything;
  }

  return {
    text: (node, scope) => text({ node, scope }),
    isObject: (node, scope) => {
      const found = find({ node, scope }) ?? [];
      return found.length > 0 && found.every((each) => each.node.type === 'ObjectExpression');
    },
    returned: (node, scope) => returned({ node, scope })?.map(written) ?? [anything],
  };
}
