import type { Binding, Path, Scope } from './bindings.ts';
import { createFunctionIndex } from './functions.ts';
import type { SourceFile } from './source.ts';
import { entriesOf, propertyName, unwrap, type Node } from './syntax.ts';

/** An expression in its scope. */
export interface Place {
  readonly node: Node;
  readonly scope: Scope;
}

/** No places where there is no value; `undefined` where they cannot be told, as in a circle. */
type Places = readonly Place[] | undefined;

/** Follows expressions to where their values are written. */
export interface PlaceFinder {
  /**
   * The expressions that an expression can come to: names, members, calls and conditions followed, through parameters to every call, and
   * from file to file.
   */
  readonly find: (at: Place) => Places;
  /** The elements of a list that is written out, or made of one by `map`, `filter` and the like. */
  readonly elements: (at: Place) => Places;
  /** What a function can give back. */
  readonly returned: (at: Place) => Places;
}

/** Methods that give some or all elements of a list. */
const sameElements: ReadonlySet<string> = new Set(['filter', 'slice', 'toSorted']);

/** Prepares a finder for a program. */
export function createPlaceFinder(sources: ReadonlyMap<string, SourceFile>): PlaceFinder {
  const functions = createFunctionIndex(sources);
  const known = new Map<Node, Places>();

  function find(at: Place): Places {
    if (known.has(at.node)) return known.get(at.node);
    // Whoever comes back here meanwhile goes in a circle.
    known.set(at.node, undefined);
    const found = follow(unwrap(at.node), at.scope);
    known.set(at.node, found);
    return found;
  }

  function follow(node: Node, scope: Scope): Places {
    const findMember = (name: string) => find({ node: node[name] as Node, scope });
    switch (node.type) {
      case 'ConditionalExpression':
        return together([findMember('consequent'), findMember('alternate')]);
      case 'BinaryExpression':
        if (node['operator'] === '&&') return findMember('right');
        return node['operator'] === '??' || node['operator'] === '||'
          ? together([findMember('left'), findMember('right')])
          : [{ node, scope }];
      case 'Identifier':
        return node['value'] === 'undefined'
          ? []
          : together(functions.lookUp(String(node['value']), scope).map((binding) => followBinding(binding)));
      case 'CallExpression': {
        const callee = { node: node['callee'] as Node, scope };
        return functions.called(callee).length === 0 ? [{ node, scope }] : returned(callee);
      }
      case 'MemberExpression': {
        const holders = findMember('object');
        return holders && together(holders.map((holder) => members(holder, [propertyName(node)])));
      }
      default:
        return [{ node, scope }];
    }
  }

  function followBinding(binding: Binding): Places {
    if (binding.kind !== 'value' && binding.kind !== 'parameter') return undefined;
    const { path, fallback, scope } = binding;
    const values = binding.kind === 'value' ? [{ node: binding.init, scope }] : functions.argumentsFor(binding);
    const byDefault = fallback === undefined ? [] : [find({ node: fallback, scope })];
    const given = values?.map((at) => {
      const found = find(at);
      return found && together(found.map((each) => members(each, path)));
    });
    return given && together([...byDefault, ...given]);
  }

  /** The values at the end of a path of members. Of a list, any element may be meant; of an object, by a name that only a run knows. */
  function members(at: Place, path: Path): Places {
    const [name, ...rest] = path;
    if (path.length === 0) return [at];
    const found = at.node.type === 'ObjectExpression' ? membersOf(at, name) : elements(at);
    return found && together(found.map((each) => members(each, rest)));
  }

  function membersOf({ node, scope }: Place, name: string | undefined): Places {
    const values = (node['properties'] as Node[]).map((property): Places => {
      const isShort = property.type === 'Identifier';
      const key = isShort ? property['value'] : (property['key'] as Node | undefined)?.['value'];
      // Spread members and computed names may be anything.
      if (key === undefined) return undefined;
      if (name !== undefined && key !== name) return [];
      const value = isShort ? property : (property['value'] as Node | undefined);
      return value && find({ node: value, scope });
    });
    return together(values);
  }

  function elements({ node, scope }: Place): Places {
    if (node.type === 'ArrayExpression') {
      return together(
        entriesOf(node).map(({ spread, expression }) => {
          const found = find({ node: expression, scope });
          return spread ? found && together(found.map(elements)) : found;
        }),
      );
    }
    const callee = node.type === 'CallExpression' ? (node['callee'] as Node) : undefined;
    if (callee?.type !== 'MemberExpression') return undefined;
    const method = propertyName(callee) ?? '';
    const action = entriesOf(node)[0]?.expression;
    if (method === 'map' && action !== undefined) return returned({ node: action, scope });
    const lists = sameElements.has(method) ? find({ node: callee['object'] as Node, scope }) : undefined;
    return lists && together(lists.map(elements));
  }

  function returned(at: Place): Places {
    const targets = functions.called(at);
    return targets.length === 0 ? undefined : together(targets.flatMap(functions.returns).map(find));
  }

  return { find, elements, returned };
}

/** All of the lists as one, or nothing where one of them is not known. */
function together(lists: readonly Places[]): Places {
  return lists.some((list) => list === undefined) ? undefined : lists.flatMap((list) => list ?? []);
}
