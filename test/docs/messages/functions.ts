import type { Binding, Scope } from './bindings.ts';
import type { Place } from './places.ts';
import type { SourceFile } from './source.ts';
import { entriesOf, loadedFile, unwrap, type Node } from './syntax.ts';

/** Who calls whom in a program, with what, and what names stand for. */
export interface FunctionIndex {
  /** What a name stands for, imports followed. */
  readonly lookUp: (name: string, scope: Scope) => readonly Binding[];
  /** The functions that an expression is, by name or written out. */
  readonly called: (at: Place) => Node[];
  /** What a function gives back. */
  readonly returns: (target: Node) => readonly Place[];
  /** The arguments for a parameter in every call; `undefined` where not all calls are seen. */
  readonly argumentsFor: (parameter: Extract<Binding, { kind: 'parameter' }>) => readonly Place[] | undefined;
}

export function createFunctionIndex(sources: ReadonlyMap<string, SourceFile>): FunctionIndex {
  const scopes = new Map([...sources.values()].flatMap((file) => [...file.scopes]));
  const returned = new Map<Node, Place[]>();
  const calls = new Map<Node, Place[]>();
  /** Functions that are handed on as values: nobody sees what they are called with. */
  const handedOn = new Set<Node>();

  function lookUp(name: string, scope: Scope | undefined): readonly Binding[] {
    if (scope === undefined) return [{ kind: 'unknown' }];
    const found = scope.names.get(name);
    if (found === undefined) return lookUp(name, scope.parent);
    return found.flatMap((binding) => (binding.kind === 'import' ? exported(binding.file, binding.name) : [binding]));
  }

  function exported(file: string, name: string): readonly Binding[] {
    return lookUp(name, sources.get(file)?.scope);
  }

  function called({ node: expression, scope }: Place): Node[] {
    const node = unwrap(expression);
    if (node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression') return [node];
    return bindingsOf(node, scope).flatMap((binding) => {
      if (binding.kind === 'function') return [binding.node];
      return binding.kind === 'value' && binding.path.length === 0
        ? called({ node: binding.init, scope: binding.scope })
        : [];
    });
  }

  function bindingsOf(node: Node, scope: Scope): readonly Binding[] {
    if (node.type === 'Identifier') return lookUp(String(node['value']), scope);
    const file = node.type === 'MemberExpression' ? loadedFile(node['object'] as Node, scope.file) : undefined;
    return file === undefined ? [] : exported(file, String((node['property'] as Node)['value']));
  }

  function note({ node, scope, parent }: SourceFile['nodes'][number]): void {
    const value = node['argument'] as Node | null;
    if (node.type === 'ReturnStatement' && scope.of !== undefined && value !== null) {
      append(returned, scope.of, { node: value, scope });
    } else if (node.type === 'CallExpression') {
      for (const target of called({ node: node['callee'] as Node, scope })) append(calls, target, { node, scope });
    } else if (node.type === 'Identifier' && parent !== undefined && isValue(node, parent)) {
      for (const target of called({ node, scope })) handedOn.add(target);
    }
  }
  for (const { nodes } of sources.values()) nodes.forEach(note);

  return {
    lookUp,
    called,
    returns: (target) => {
      const [body, within] = [target['body'] as Node, scopes.get(target)];
      const isShort = body.type !== 'BlockStatement' && body.type !== 'FunctionBody';
      return isShort && within !== undefined ? [{ node: body, scope: within }] : (returned.get(target) ?? []);
    },
    argumentsFor: ({ of, index, fallback, path }) => {
      if (handedOn.has(of) || !calls.has(of)) return undefined;
      const given = (calls.get(of) ?? []).map(({ node, scope }) => ({ entry: entriesOf(node)[index], scope }));
      const isLeftOut = given.some(({ entry }) => entry === undefined);
      if (given.some(({ entry }) => entry?.spread) || (isLeftOut && (fallback === undefined || path.length > 0))) {
        return undefined;
      }
      return given.flatMap(({ entry, scope }) => (entry === undefined ? [] : [{ node: entry.expression, scope }]));
    },
  };
}

function append(map: Map<Node, Place[]>, key: Node, place: Place): void {
  map.set(key, [...(map.get(key) ?? []), place]);
}

const declarations: ReadonlySet<string> = new Set([
  'FunctionDeclaration',
  'ImportSpecifier',
  'ExportSpecifier',
  'Parameter',
  'AssignmentPatternProperty',
]);

/** Whether a name is used as a value here: not called, not declared, not the name of a member. */
function isValue(node: Node, parent: Node): boolean {
  if (declarations.has(parent.type)) return false;
  if (parent.type === 'CallExpression') return parent['callee'] !== node;
  if (parent.type === 'MemberExpression') return parent['object'] === node;
  if (parent.type === 'VariableDeclarator') return parent['init'] === node;
  return parent.type !== 'KeyValueProperty' || parent['value'] === node;
}
