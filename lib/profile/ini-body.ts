/** Keys and values of a section; a key in an indented block is `block.key`. Keys are case-sensitive, as the SDK takes them. */
export type IniValues = Readonly<Record<string, string>>;

const comment = /(?:^|\s)[;#]/;

/** A line without comment and outer white space: `#` and `;` begin a comment only at its start and after white space. */
export function stripLine(raw: string): string {
  const start = raw.includes('#') || raw.includes(';') ? raw.search(comment) : -1;
  return (start === -1 ? raw : raw.slice(0, start)).trim();
}

/**
 * Calls `visit` for each line of `text` between two offsets, `start` being the beginning of a line. Lines end with \n or \r\n
 * as in the SDK's reader: a carriage return elsewhere stays in the line.
 */
export function forEachLine(
  text: string,
  start: number,
  end: number,
  visit: (raw: string, offset: number) => void,
): void {
  for (let offset = start; offset < end;) {
    const newline = text.indexOf('\n', offset);
    const next = newline === -1 || newline >= end ? end : newline + 1;
    const stop = newline === -1 ? end : newline;
    const hasReturn = newline > offset && text.charCodeAt(newline - 1) === 13;
    visit(text.slice(offset, hasReturn ? stop - 1 : stop), offset);
    offset = next;
  }
}

/** Why a line sets nothing that has no key before an equals sign. */
function reasonToSkip(line: string): string {
  if (line.startsWith('[')) return 'the section header does not end with "]"';
  return line.startsWith('=') ? 'there is nothing before "="' : 'it is not "key = value"';
}

/**
 * Reads the keys of one section's lines into `values`, as `parseIni` of `@smithy/core/config` does: the last one wins, `key =` opens a block,
 * an unindented key ends it. `onSkipped` hears of each line without effect, by its offset.
 */
export function readBody(
  text: string,
  start: number,
  end: number,
  values: Record<string, string>,
  onSkipped?: (offset: number, reason: string) => void,
): void {
  let block: { readonly name: string; readonly offset: number; used: boolean } | undefined;
  const closeBlock = (): void => {
    // A key without a value sets nothing unless something stands in the block that it opens.
    if (block?.used === false)
      onSkipped?.(block.offset, `${JSON.stringify(block.name)} has no value, which sets nothing`);
    block = undefined;
  };
  forEachLine(text, start, end, (raw, offset) => {
    const line = stripLine(raw);
    if (line === '') return;
    const equals = line.indexOf('=');
    if (equals <= 0) {
      onSkipped?.(offset, reasonToSkip(line));
      return;
    }
    const name = line.slice(0, equals).trimEnd();
    const value = line.slice(equals + 1).trimStart();
    if (value === '') {
      closeBlock();
      block = { name, offset, used: false };
      return;
    }
    if (block !== undefined && raw.trimStart() === raw) closeBlock();
    if (block !== undefined) block.used = true;
    values[block === undefined ? name : `${block.name}.${name}`] = value;
  });
  closeBlock();
}
