import { dirname, resolve } from 'node:path';

/** A node of the syntax tree, as swc gives it; its members depend on `type`. */
export interface Node {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** Expressions that are what stands within them. */
const wrappers: ReadonlySet<string> = new Set([
  'AwaitExpression',
  'ParenthesisExpression',
  'TsAsExpression',
  'TsConstAssertion',
  'TsNonNullExpression',
  'TsSatisfiesExpression',
]);

/** An expression without brackets, `await` and assertions of its type around it. */
export function unwrap(node: Node): Node {
  return wrappers.has(node.type) ? unwrap((node['expression'] ?? node['argument']) as Node) : node;
}

const functions: ReadonlySet<string> = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'Constructor',
  'ClassMethod',
  'MethodProperty',
]);

export function isFunction(node: Node): boolean {
  return functions.has(node.type);
}

/** One argument of a call, or element of a list; `spread` where three dots stand before it. */
export interface Entry {
  readonly spread: unknown;
  readonly expression: Node;
}

/** The arguments of a call, or the elements of a list. */
export function entriesOf(node: Node): readonly Entry[] {
  return (node['arguments'] ?? node['elements'] ?? []) as Entry[];
}

/** The value of a member of an object that is written out: `{ name: value }`, or `{ name }`. */
export function memberOf(object: Node, name: string): Node | undefined {
  for (const each of object['properties'] as Node[]) {
    if (each.type === 'KeyValueProperty' && (each['key'] as Node)['value'] === name) return each['value'] as Node;
    if (each.type === 'Identifier' && each['value'] === name) return each;
  }
  return undefined;
}

/** The name after the dot of `object.name`; `undefined` for `object[name]`. */
export function propertyName(member: Node): string | undefined {
  const property = member['property'] as Node;
  return property.type === 'Computed' ? undefined : String(property['value']);
}

/** The file that `import('./file.ts')` in `importer` loads; `undefined` for packages and other expressions. */
export function loadedFile(expression: Node, importer: string): string | undefined {
  const node = unwrap(expression);
  if (node.type !== 'CallExpression' || (node['callee'] as Node).type !== 'Import') return undefined;
  const path = entriesOf(node)[0]?.expression['value'];
  return typeof path === 'string' && path.startsWith('.') ? siblingPath(importer, path) : undefined;
}

/** `lib/a/b.ts` as `lib/c/d.ts` names it: `../a/b.ts`. */
export function siblingPath(importer: string, path: string): string {
  return resolve('/', dirname(importer), path).slice(1).replaceAll('\\', '/');
}
