// Finds the mutants of a TypeScript file: small changes, one at a time, that a test should notice.
import { createHash } from 'node:crypto';
import { parseSync } from '@swc/core';

/**
 * @typedef {object} Mutant
 * @property {string} id survives edits of other code: a hash of the file, the enclosing statement and the change
 * @property {string} file relative to the repository
 * @property {number} line
 * @property {string} kind
 * @property {number} start index in the source
 * @property {number} end
 * @property {string} before
 * @property {string} after
 * @property {string} within the enclosing statement, on one line
 * @property {{ at: number, end: number, form: 'statement' | 'block' | 'expression' }} probe the code to mark to see if it runs
 */

const comparisons = { '<': '<=', '<=': '<', '>': '>=', '>=': '>', '===': '!==', '!==': '===', '==': '!=', '!=': '==' };
const operators = { ...comparisons, '&&': '||', '||': '&&', '+': '-', '-': '+', '*': '/', '/': '*' };
const assignments = { '+=': '-=', '-=': '+=', '??=': '=', '||=': '&&=', '&&=': '||=' };
const methods = {
  endsWith: 'includes',
  startsWith: 'includes',
  some: 'every',
  every: 'some',
  toLowerCase: 'toUpperCase',
  toUpperCase: 'toLowerCase',
};
/** Calls that return what they were called on, changed: without them there is a value of the same type. */
const removable = new Set(['filter', 'sort', 'toSorted', 'reverse', 'toReversed', 'trim', 'trimEnd', 'trimStart']);
const statements = /Statement$|^VariableDeclaration$|Declaration$/;
const functions = /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|ClassMethod|PrivateMethod)$/;

/** A sentence is for people: tests check meaning, so a changed word is no defect that they should find. */
const isProse = (text) => /\S\s+\S/.test(text);
const onOneLine = (text) => text.replace(/\s+/g, ' ').trim();

/** All mutants of a file, in the order of the source. */
export function mutantsOf(file, source) {
  const spans = indexes(source);
  const program = parseSync(source, { syntax: 'typescript', target: 'es2022' });
  const found = [];
  const range = (node) => {
    const span = node.span ?? node.expression?.span;
    return { start: spans(span.start), end: spans(span.end) };
  };
  const text = (node) => source.slice(range(node).start, range(node).end);

  visit(program, []);
  return named(file, source, found);

  function add(kind, ancestors, { start, end }, after) {
    const before = source.slice(start, end);
    if (before === after) return;
    const probe = probeOf(ancestors);
    if (probe === undefined) return;
    const own = ancestors.findLast((each) => statements.test(each.type) && range(each).start <= start);
    const within = own === undefined ? before : text(own);
    const offset = own === undefined ? 0 : start - range(own).start;
    found.push({ kind, start, end, before, after, within, offset, probe });
  }

  function between(left, right, token) {
    const [from, to] = [range(left).end, range(right).start];
    const blank = source.slice(from, to).replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, (comment) => ' '.repeat(comment.length));
    const at = blank.indexOf(token);
    return at < 0 ? undefined : { start: from + at, end: from + at + token.length };
  }

  function visit(node, above) {
    if (Array.isArray(node)) {
      for (const each of node) visit(each, above);
      return;
    }
    if (node === null || typeof node !== 'object') return;
    const { type } = node;
    if (typeof type === 'string') {
      if (/^Ts(?!AsExpression|SatisfiesExpression|NonNullExpression|ConstAssertion)/.test(type)) return;
      if (type === 'ImportDeclaration' || type === 'ExportAllDeclaration' || type === 'ExportNamedDeclaration') return;
      if (type === 'KeyValueProperty' && node.key.type !== 'Computed') {
        visit(node.value, [...above, node]);
        return;
      }
      mutate(node, [...above, node]);
    }
    if (type === 'CallExpression' && node.callee.type === 'Import') return;
    const next = typeof type === 'string' ? [...above, node] : above;
    for (const [name, child] of Object.entries(node)) {
      if (name === 'span' || name === 'typeAnnotation' || name === 'typeParameters') continue;
      if (name === 'returnType' || name === 'typeArguments' || name === 'superTypeParams') continue;
      visit(child, next);
    }
  }

  function mutate(node, ancestors) {
    const parent = ancestors.at(-2);
    switch (node.type) {
      case 'IfStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'ConditionalExpression':
        add('condition negated', [...ancestors, node.test], range(node.test), `!(${text(node.test)})`);
        if (node.type === 'IfStatement' && !node.alternate) removeStatement(node, ancestors);
        return;
      case 'BinaryExpression': {
        const negatedAlready = parent.test === node && /^[=!]==?$/.test(node.operator);
        const at = between(node.left, node.right, node.operator);
        if (at === undefined || negatedAlready) return;
        if (node.operator === '??') {
          add('fallback removed', ancestors, range(node), `(${text(node.left)})`);
          add('fallback always', ancestors, range(node), `(${text(node.right)})`);
          return;
        }
        const isText = [node.left, node.right].some(({ type }) => /^(?:StringLiteral|TemplateLiteral)$/.test(type));
        const other = node.operator === '+' && isText ? undefined : operators[node.operator];
        if (other !== undefined) add(kindOf(node.operator), ancestors, at, other);
        return;
      }
      case 'UnaryExpression':
        if (node.operator === '!' && parent.test !== node) {
          add('negation removed', ancestors, range(node), `(${text(node.argument)})`);
        }
        return;
      case 'UpdateExpression':
        add(
          'arithmetic',
          ancestors,
          range(node),
          text(node).replace(/\+\+|--/, (sign) => (sign === '++' ? '--' : '++')),
        );
        return;
      case 'AssignmentExpression': {
        const other = assignments[node.operator];
        const at = other === undefined ? undefined : between(node.left, node.right, node.operator);
        if (at !== undefined) add('assignment', ancestors, at, other);
        return;
      }
      case 'BooleanLiteral':
        add('boolean', ancestors, range(node), String(!node.value));
        return;
      case 'NumericLiteral':
        add('number', ancestors, range(node), String(node.value + 1));
        return;
      case 'StringLiteral':
        if (parent.type === 'ExpressionStatement' || isProse(node.value)) return;
        add('string', ancestors, range(node), node.value === '' ? "'mutant'" : "''");
        return;
      case 'TemplateLiteral':
        if (parent.type === 'TaggedTemplateExpression' || node.quasis.some(({ cooked }) => isProse(cooked))) return;
        add('string', ancestors, range(node), '``');
        return;
      case 'RegExpLiteral':
        if (node.pattern.startsWith('^'))
          add('anchor removed', ancestors, range(node), text(node).replace('/^', '/(?:)'));
        if (/[^\\]\$$/.test(node.pattern))
          add('anchor removed', ancestors, range(node), text(node).replace(/\$(\/\w*)$/, '$1'));
        return;
      case 'ArrayExpression':
        if (node.elements.length > 0) add('list emptied', ancestors, range(node), '[]');
        return;
      case 'ObjectExpression':
        if (node.properties.length > 0) add('object emptied', ancestors, range(node), '{}');
        return;
      case 'OptionalChainingExpression': {
        const from = node.base.object ?? node.base.callee;
        const at = node.optional ? { start: range(from).end, end: range(from).end + 2 } : undefined;
        if (at === undefined || source.slice(at.start, at.end) !== '?.') return;
        add('optional chaining', ancestors, at, /[[(]/.test(source[at.end]) ? '' : '.');
        return;
      }
      case 'CallExpression':
        mutateCall(node, ancestors);
        return;
      case 'ReturnStatement':
        if (node.argument && !/^(?:Identifier|.*Literal)$/.test(node.argument.type)) {
          add('returns nothing', ancestors, range(node), 'return undefined;');
        }
        return;
      case 'ExpressionStatement':
        if (
          /^(?:CallExpression|AwaitExpression|AssignmentExpression|UpdateExpression|Optional)/.test(
            node.expression.type,
          )
        ) {
          removeStatement(node, ancestors);
        }
        return;
      case 'ThrowStatement':
      case 'BreakStatement':
      case 'ContinueStatement':
        removeStatement(node, ancestors);
        return;
      default:
        if (functions.test(node.type)) emptyFunction(node, ancestors);
    }
  }

  function mutateCall(node, ancestors) {
    const { callee } = node;
    if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
    const name = callee.property.value;
    if (callee.object.type === 'Identifier' && callee.object.value === 'Math') {
      const other = { min: 'max', max: 'min', floor: 'ceil', ceil: 'floor' }[name];
      if (other !== undefined) add('method', ancestors, range(callee.property), other);
    } else if (Object.hasOwn(methods, name)) add('method', ancestors, range(callee.property), methods[name]);
    else if (removable.has(name) && ancestors.at(-2).type !== 'OptionalChainingExpression') {
      add('method removed', ancestors, range(node), text(callee.object));
    }
  }

  function removeStatement(node, ancestors) {
    if (text(node).startsWith('super(')) return;
    add('statement removed', ancestors, range(node), '{}');
  }

  function emptyFunction(node, ancestors) {
    const body = node.function?.body ?? node.body;
    const list = body?.stmts;
    if (!Array.isArray(list) || list.length < 2) return;
    add('function emptied', [...ancestors, body, list[0]], range(body), '{}');
  }

  /** The nearest code around a change that can be marked: a statement of a list or of an `if`, or the value of an arrow function. */
  function probeOf(ancestors) {
    for (let index = ancestors.length - 1; index > 0; index -= 1) {
      const [node, parent] = [ancestors[index], ancestors[index - 1]];
      if (parent.type === 'ArrowFunctionExpression' && parent.body === node && !Array.isArray(node.stmts)) {
        return { at: range(node).start, end: range(node).end, form: 'expression' };
      }
      const lists = [parent.stmts, parent.body, parent.consequent, parent.block?.stmts].filter(Array.isArray);
      const isModule = parent.type === 'Module';
      if (lists.some((list) => list.includes(node)) && !/^Class/.test(parent.type)) {
        if (!isModule && !statements.test(node.type)) continue;
        return { at: range(node).start, end: range(node).end, form: 'statement' };
      }
      const isBranch = [parent.consequent, parent.alternate].includes(node) && parent.type === 'IfStatement';
      const isBody = parent.body === node && /^(?:For|While|DoWhile)/.test(parent.type);
      if ((isBranch || isBody) && node.type !== 'BlockStatement' && statements.test(node.type)) {
        return { at: range(node).start, end: range(node).end, form: 'block' };
      }
    }
    return undefined;
  }
}

function kindOf(operator) {
  if (operator === '&&' || operator === '||') return 'and, or';
  return Object.hasOwn(comparisons, operator) ? 'comparison' : 'arithmetic';
}

/** Gives each mutant an identity of its own: of two that are alike in all, the second has another than the first. */
function named(file, source, found) {
  const seen = new Map();
  return found
    .toSorted((one, other) => one.start - other.start || one.end - other.end)
    .map(({ within, offset, ...mutant }) => {
      const place = onOneLine(within.slice(0, offset)).length;
      const text = [
        file,
        onOneLine(within),
        place,
        mutant.kind,
        onOneLine(mutant.before),
        onOneLine(mutant.after),
      ].join('\0');
      const count = seen.get(text) ?? 0;
      seen.set(text, count + 1);
      const id = createHash('sha256').update(`${text}\0${count}`).digest('hex').slice(0, 12);
      const line = source.slice(0, mutant.start).split('\n').length;
      return { id, file, line, within: onOneLine(within), ...mutant };
    });
}

/** swc counts bytes of UTF-8, from 1. */
function indexes(source) {
  if (Buffer.byteLength(source) === source.length) return (offset) => offset - 1;
  const table = [];
  let index = 0;
  for (const character of source) {
    for (let byte = Buffer.byteLength(character); byte > 0; byte -= 1) table.push(index);
    index += character.length;
  }
  table.push(index);
  return (offset) => table[offset - 1];
}

/** The source with that change. */
export function mutated(source, { start, end, after }) {
  return source.slice(0, start) + after + source.slice(end);
}

/**
 * The source with marks that tell which of the mutants' places run: jest's process collects their numbers (environment.mjs), other
 * processes write them to a file.
 */
export function probed(source, numbered, log) {
  const write = `process.getBuiltinModule('node:fs').appendFileSync(${JSON.stringify(log)},n+'\\n')`;
  const first = `((s)=>(n)=>{if(s.has(n))return;s.add(n);try{${write}}catch{}})(new Set())`;
  const marks = new Map();
  for (const { number, probe } of numbered) {
    const at = `${probe.at}:${probe.end}:${probe.form}`;
    marks.set(at, { probe, numbers: [...(marks.get(at)?.numbers ?? []), number] });
  }
  const inserts = [...marks.values()].flatMap(({ probe, numbers }) => {
    const calls = numbers.map((number) => `(globalThis.__mutantReached??=${first})(${number})`).join(',');
    const size = probe.end - probe.at;
    if (probe.form === 'statement') return [{ at: probe.at, size, text: `;${calls};` }];
    const [open, close] = probe.form === 'block' ? [`{${calls};`, '}'] : [`(${calls},(`, '))'];
    return [
      { at: probe.at, size, text: open },
      { at: probe.end, size, text: close, closes: true },
    ];
  });
  // From the end on, so that places stay. At one place the outer text comes first, and what closes comes before what opens.
  const ordered = inserts.toSorted((one, other) => {
    if (one.at !== other.at) return other.at - one.at;
    if (one.closes !== other.closes) return one.closes ? 1 : -1;
    return one.closes ? other.size - one.size : one.size - other.size;
  });
  return ordered.reduce((text, { at, text: added }) => text.slice(0, at) + added + text.slice(at), source);
}
