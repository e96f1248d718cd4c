import { isFunction, loadedFile, siblingPath, type Node } from './syntax.ts';

/** The way from a value to one of its members; a name or an index that only a run knows is `undefined`. */
export type Path = readonly (string | undefined)[];

/** A value that is taken apart: what is meant stands at the end of the path, or is the default. */
interface Part {
  readonly path: Path;
  readonly fallback?: Node | undefined;
  readonly scope: Scope;
}

/** What a name stands for. */
export type Binding =
  | (Part & { readonly kind: 'value'; readonly init: Node })
  | (Part & { readonly kind: 'parameter'; readonly of: Node; readonly index: number })
  | { readonly kind: 'function'; readonly node: Node }
  | { readonly kind: 'import'; readonly file: string; readonly name: string }
  | { readonly kind: 'unknown' };

/** The names of a file or of a function in it. Blocks have no scope of their own here: a name that two of them declare has two bindings. */
export interface Scope {
  readonly file: string;
  readonly names: Map<string, Binding[]>;
  readonly parent?: Scope;
  /** The function whose scope it is. */
  readonly of?: Node;
}

/** Notes the names that a node declares: in the scope around it, and of a function its parameters within. */
export function declare(node: Node, parent: Node | undefined, around: Scope, within: Scope): void {
  switch (node.type) {
    case 'VariableDeclarator':
      return declareVariable(node, parent?.['kind'] === 'const', around);
    case 'ForOfStatement':
    case 'ForInStatement': {
      const declared = (node['left'] as Node)['declarations'] as Node[] | undefined;
      for (const { name, ...part } of (declared ?? []).flatMap(({ id }) => takeApart(id as Node, [undefined]))) {
        const value: Binding = { kind: 'value', init: node['right'] as Node, ...part, scope: around };
        add(around, name, node.type === 'ForOfStatement' ? value : { kind: 'unknown' });
      }
      return;
    }
    case 'ImportDeclaration':
      return declareImports(node, around);
    case 'CatchClause':
      for (const { name } of node['param'] ? takeApart(node['param'] as Node) : []) {
        add(around, name, { kind: 'unknown' });
      }
      return;
    default:
      if (isFunction(node)) declareFunction(node, around, within);
  }
}

function declareVariable(node: Node, isConstant: boolean, scope: Scope): void {
  const init = node['init'] as Node | null;
  // A constant without a value is that of a loop.
  if (init === null && isConstant) return;
  const file = init === null ? undefined : loadedFile(init, scope.file);
  for (const { name, ...part } of takeApart(node['id'] as Node)) {
    const [member] = part.path;
    if (file !== undefined && member !== undefined) add(scope, name, { kind: 'import', file, name: member });
    // What may be assigned anew is not known.
    else add(scope, name, init !== null && isConstant ? { kind: 'value', init, ...part, scope } : { kind: 'unknown' });
  }
}

function declareFunction(node: Node, around: Scope, within: Scope): void {
  const name = (node['identifier'] as Node | null | undefined)?.['value'];
  if (typeof name === 'string') add(around, name, { kind: 'function', node });
  for (const [index, given] of ((node['params'] as Node[] | undefined) ?? []).entries()) {
    const pattern = given.type === 'Parameter' ? (given['pat'] as Node) : given;
    for (const { name: parameter, ...part } of takeApart(pattern)) {
      add(within, parameter, { kind: 'parameter', of: node, index, ...part, scope: within });
    }
  }
}

function declareImports(node: Node, scope: Scope): void {
  const from = String((node['source'] as Node)['value']);
  for (const specifier of node['specifiers'] as Node[]) {
    const local = specifier['local'] as Node;
    const imported = (specifier['imported'] as Node | null | undefined) ?? local;
    const file = from.startsWith('.') ? siblingPath(scope.file, from) : from;
    add(scope, String(local['value']), { kind: 'import', file, name: String(imported['value']) });
  }
}

function add(scope: Scope, name: string, binding: Binding): void {
  scope.names.set(name, [...(scope.names.get(name) ?? []), binding]);
}

function isEmpty(node: Node): boolean {
  return [node['properties'], node['elements']].flat().filter(Boolean).length === 0;
}

/** The names that a pattern binds, each with the way to its value. */
function takeApart(pattern: Node, path: Path = [], fallback?: Node): ({ name: string } & Omit<Part, 'scope'>)[] {
  if (pattern.type !== 'Identifier' && fallback !== undefined && !isEmpty(fallback)) {
    throw new Error('the default of a whole pattern is followed only where it is {} or []');
  }
  switch (pattern.type) {
    case 'Identifier':
      return [{ name: String(pattern['value']), path, fallback }];
    case 'AssignmentPattern':
      return takeApart(pattern['left'] as Node, path, pattern['right'] as Node);
    case 'RestElement':
      return takeApart(pattern['argument'] as Node, [...path, undefined]);
    case 'ArrayPattern':
      return (pattern['elements'] as (Node | null)[]).flatMap((element) =>
        element === null ? [] : takeApart(element, [...path, undefined]),
      );
    case 'ObjectPattern':
      return (pattern['properties'] as Node[]).flatMap((property) => {
        if (property.type === 'RestElement') return takeApart(property, path);
        const key = property['key'] as Node;
        const inner = [...path, key.type === 'Computed' ? undefined : String(key['value'])];
        if (property.type === 'KeyValuePatternProperty') return takeApart(property['value'] as Node, inner);
        const byDefault = (property['value'] as Node | null) ?? undefined;
        return [{ name: String(key['value']), path: inner, fallback: byDefault }];
      });
    default:
      return [];
  }
}
