import { parseTree, type Node } from 'jsonc-parser';

/** How a JSON text is laid out: its line ends and indentation, or all on one line. */
interface Layout {
  /** Absent in a text without line breaks. */
  readonly eol?: string;
  readonly indent: string;
  /** What stands after a colon or comma on one line. */
  readonly gap: string;
}

/**
 * Sets the value at `path` in a JSON text, or with `undefined` removes it, and changes no other byte.
 * Objects on the way are made where they are missing. What is new is laid out as the text is; an object on one line stays on it.
 */
export function setInJson(text: string, path: readonly string[], value: unknown): string {
  let parent = parseTree(text);
  let depth = 0;
  for (; parent !== undefined && depth < path.length - 1; depth++) {
    const child: Node | undefined = propertyOf(parent, path[depth])?.children?.[1];
    if (child?.type !== 'object') break;
    parent = child;
  }
  const key = path[depth];
  if (parent?.type !== 'object' || key === undefined) return text;
  const property = propertyOf(parent, key);
  if (value === undefined)
    return depth === path.length - 1 && property !== undefined ? remove(text, parent, property) : text;
  const content = path.slice(depth + 1).reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
  const layout = layoutOf(text);
  const old = property?.children?.[1];
  if (old !== undefined) return splice(text, old.offset, old.length, print(content, layout, depth + 1));
  return insert(text, parent, `${JSON.stringify(key)}:`, content, layout, depth + 1);
}

/** Adds a property behind the others. */
function insert(text: string, parent: Node, label: string, content: unknown, layout: Layout, depth: number): string {
  const last = parent.children?.at(-1);
  const inner = text.slice(parent.offset, parent.offset + parent.length);
  if (last !== undefined) {
    const end = last.offset + last.length;
    const isOneLine = layout.eol === undefined || !/[\r\n]/.test(inner);
    if (isOneLine)
      return splice(text, end, 0, `,${layout.gap}${label}${layout.gap}${print(content, oneLine(layout), depth)}`);
    return splice(text, end, 0, `,${newLine(layout, depth)}${label} ${print(content, layout, depth)}`);
  }
  if (layout.eol === undefined)
    return splice(text, parent.offset, parent.length, `{${label}${layout.gap}${print(content, layout, depth)}}`);
  const body = `{${newLine(layout, depth)}${label} ${print(content, layout, depth)}${newLine(layout, depth - 1)}}`;
  return splice(text, parent.offset, parent.length, body);
}

/** Takes a property out, with the comma and white space that lead to it, or from it to the next. */
function remove(text: string, parent: Node, property: Node): string {
  const properties = parent.children ?? [];
  const index = properties.indexOf(property);
  const before = properties[index - 1];
  const after = properties[index + 1];
  const end = property.offset + property.length;
  if (before !== undefined) return splice(text, before.offset + before.length, end - before.offset - before.length, '');
  if (after !== undefined) return splice(text, property.offset, after.offset - property.offset, '');
  return splice(text, parent.offset, parent.length, '{}');
}

function propertyOf(object: Node, key: string | undefined): Node | undefined {
  return object.children?.find((property) => property.children?.[0]?.value === key);
}

function print(value: unknown, layout: Layout, depth: number): string {
  if (layout.eol !== undefined)
    return JSON.stringify(value, undefined, layout.indent).replaceAll('\n', newLine(layout, depth));
  if (layout.gap === '') return JSON.stringify(value);
  // No string in the value holds a line break as such: JSON escapes them.
  return JSON.stringify(value, undefined, 1).replace(/\n */g, ' ');
}

function newLine(layout: Layout, depth: number): string {
  return (layout.eol ?? '') + layout.indent.repeat(depth);
}

function oneLine({ indent, gap }: Layout): Layout {
  return { indent, gap };
}

/** Line ends and indentation as the text has them: those of its first line break and first indented line; two spaces where it has none. */
function layoutOf(text: string): Layout {
  const eol = /\r\n|\n|\r/.exec(text.trim() === '{}' ? text : text.trim())?.[0];
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  const isCompact = eol === undefined && !/":\s/.test(text);
  return { indent, gap: isCompact ? '' : ' ', ...(eol === undefined ? {} : { eol }) };
}

function splice(text: string, offset: number, length: number, content: string): string {
  return text.slice(0, offset) + content + text.slice(offset + length);
}
