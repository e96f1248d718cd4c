import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import swc from '@swc/core';
import { repository } from '../../helpers/cli.ts';
import { declare, type Scope } from './bindings.ts';
import { isFunction, type Node } from './syntax.ts';

/** A node in its place. */
export interface Found {
  readonly node: Node;
  readonly scope: Scope;
  readonly parent: Node | undefined;
}

/** A file of the program with all its nodes. */
export interface SourceFile {
  /** The names at its top. */
  readonly scope: Scope;
  readonly nodes: readonly Found[];
  /** The scopes within its functions. */
  readonly scopes: ReadonlyMap<Node, Scope>;
}

/** Every file of `lib`, by its path in the repository. */
export function readSources(): ReadonlyMap<string, SourceFile> {
  const names = readdirSync(join(repository, 'lib'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `lib/${name.replaceAll('\\', '/')}`);
  return new Map(names.map((file) => [file, parseSource(file, readFileSync(join(repository, file), 'utf8'))]));
}

/** A text of TypeScript or JavaScript as its nodes with their scopes. */
export function parseSource(file: string, text: string): SourceFile {
  const scope: Scope = { file, names: new Map() };
  const nodes: Found[] = [];
  const scopes = new Map<Node, Scope>();
  const visit = (value: unknown, parent: Node | undefined, around: Scope): void => {
    if (Array.isArray(value)) return value.forEach((each) => visit(each, parent, around));
    if (typeof value !== 'object' || value === null) return;
    const node = value as Node;
    const isNode = typeof node.type === 'string';
    let within = around;
    if (isNode) {
      if (isFunction(node)) scopes.set(node, (within = { file, names: new Map(), parent: around, of: node }));
      nodes.push({ node, scope: around, parent });
      declare(node, parent, around, within);
    }
    for (const member of Object.values(node)) visit(member, isNode ? node : parent, within);
  };
  visit(swc.parseSync(text, { syntax: 'typescript', target: 'es2022' }).body, undefined, scope);
  return { scope, nodes, scopes };
}
