import type { Scope } from './bindings.ts';
import { createEvaluator, type Evaluator } from './evaluate.ts';
import { readSources } from './source.ts';
import { entriesOf, memberOf, propertyName, type Node } from './syntax.ts';
import type { Text } from './text.ts';

/** A text of the program, and the file that it stands in. */
export interface ProgramText {
  readonly file: string;
  readonly text: Text;
}

/** What the program can say to a person, found in its source. */
export interface ProgramTexts {
  /** The first line of each failure, warning and notice; the lines along the way; the questions. */
  readonly said: readonly ProgramText[];
  /** Every text that is written in the source, whatever becomes of it. */
  readonly written: readonly ProgramText[];
  /** Failures without one of the three parts. */
  readonly incomplete: readonly ProgramText[];
  /** Files that write to stderr by themselves. */
  readonly writers: readonly string[];
}

/**
 * Reads `lib`. A failure, warning or notice has the type `MessageParts`, which the type checker holds: it began as an object with a member
 * `what` somewhere, and these objects are looked for, not the places that print them. Lines and questions are found by the calls that say them.
 */
export function readProgramTexts(): ProgramTexts {
  const sources = readSources();
  const evaluator = createEvaluator(sources);
  const ofEach = (find: (node: Node, scope: Scope) => readonly Text[]): ProgramText[] =>
    [...sources].flatMap(([file, { nodes }]) =>
      nodes.flatMap(({ node, scope }) => find(node, scope).map((text) => ({ file, text }))),
    );
  const writes = ofEach((node) => (isWriteToStderr(node) ? [[]] : []));
  return {
    said: [
      ...ofEach((node, scope) => firstLine(evaluator, node, scope)),
      ...ofEach((node, scope) => spokenLine(evaluator, node, scope)),
    ],
    written: ofEach((node, scope) => (isLiteral(node) ? [evaluator.text(node, scope)] : [])),
    incomplete: ofEach((node, scope) => incompleteFailure(evaluator, node, scope)),
    writers: [...new Set(writes.map(({ file }) => file))],
  };
}

function firstLine(evaluator: Evaluator, node: Node, scope: Scope): Text[] {
  const what = node.type === 'ObjectExpression' ? memberOf(node, 'what') : undefined;
  return what === undefined || isPassedOn(what, scope) ? [] : [evaluator.text(what, scope)];
}

/** A `new UserError(code, parts)` that does not say why, or what to run next. Whoever cancelled knows both. */
function incompleteFailure(evaluator: Evaluator, node: Node, scope: Scope): Text[] {
  const isFailure = node.type === 'NewExpression' && (node['callee'] as Node)['value'] === 'UserError';
  const [code, parts] = isFailure ? entriesOf(node).map(({ expression }) => expression) : [];
  if (code === undefined || parts?.type !== 'ObjectExpression') return [];
  const isCancelled = code.type === 'MemberExpression' && propertyName(code) === 'cancelled';
  const isWhole = ['why', 'next'].every((name) => memberOf(parts, name) !== undefined);
  const takesOver = (parts['properties'] as Node[]).some(({ type }) => type === 'SpreadElement');
  return isCancelled || isWhole || takesOver ? [] : firstLine(evaluator, parts, scope);
}

/** `what` taken out of another message by that name: that one is found where it was made. */
function isPassedOn(what: Node, scope: Scope): boolean {
  if (what.type !== 'Identifier') return false;
  const bindings = scope.names.get(String(what['value'])) ?? [];
  return bindings.some((binding) => binding.kind === 'parameter' && binding.path.at(-1) === 'what');
}

const reporterLines: ReadonlySet<string> = new Set(['info', 'notice', 'verbose']);
const questions: ReadonlySet<string> = new Set(['confirm', 'text', 'select', 'multiselect']);

/** What a call says: a line of the reporter, of a progress, a question with what it says to wrong answers. */
function spokenLine(evaluator: Evaluator, node: Node, scope: Scope): Text[] {
  if (node.type !== 'CallExpression') return [];
  const callee = node['callee'] as Node;
  const [first, second] = entriesOf(node).map(({ expression }) => expression);
  if (callee.type === 'MemberExpression') {
    const method = propertyName(callee) ?? '';
    const isProgress = (callee['object'] as Node)['value'] === 'progress' && method === 'update';
    const isLine = (isProgress || reporterLines.has(method)) && first !== undefined;
    return isLine && !evaluator.isObject(first, scope) ? [evaluator.text(first, scope)] : [];
  }
  const name = String(callee['value']);
  if (name === 'createProgress' && second !== undefined) return [evaluator.text(second, scope)];
  if (!questions.has(name) || second?.type !== 'ObjectExpression') return [];
  const [message, validate] = [memberOf(second, 'message'), memberOf(second, 'validate')];
  return [
    ...(message === undefined ? [] : [evaluator.text(message, scope)]),
    ...(validate === undefined ? [] : evaluator.returned(validate, scope)),
  ];
}

function isWriteToStderr(node: Node): boolean {
  if (node.type !== 'MemberExpression' || propertyName(node) !== 'write') return false;
  const stream = node['object'] as Node;
  return stream['value'] === 'stderr' || (stream.type === 'MemberExpression' && propertyName(stream) === 'stderr');
}

function isLiteral({ type }: Node): boolean {
  return type === 'StringLiteral' || type === 'TemplateLiteral';
}
