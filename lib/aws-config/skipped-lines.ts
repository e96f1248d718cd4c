import { forEachLine, readBody, stripLine } from './ini.ts';
import { headerLine, type ParsedIni } from './shared-config.ts';

/** A line that has no effect on `cdk`. `line` counts from 1, as editors do. */
export interface SkippedLine {
  readonly line: number;
  readonly reason: string;
}

/** The lines of a parsed file that `cdk` passes over, in the order of the file, each with its reason. For verbose mode: reads the whole text. */
export function findSkippedLines({ text, sections, blockedBy }: ParsedIni): SkippedLine[] {
  const lineOf = createLineCounter(text);
  if (blockedBy !== undefined) {
    const reason = 'a section named __proto__ makes cdk take the whole file for empty';
    return [{ line: lineOf(blockedBy.start), reason }];
  }
  const found: { readonly offset: number; readonly reason: string }[] = [];
  const headers = new Set(sections.map(({ start }) => start));
  const onSkipped = (offset: number, reason: string): void => {
    // A header that is glued to its comment is told of as the section it is.
    if (!headers.has(offset)) found.push({ offset, reason });
  };
  const preamble = sections.find(({ end, bodyStart, header }) => header.kind !== 'ignored' || end > bodyStart);
  forEachLine(text, 0, preamble?.start ?? text.length, (raw, offset) => {
    const line = stripLine(raw);
    if (line.startsWith('[')) onSkipped(offset, 'the section header does not end with "]"');
    else if (line !== '') onSkipped(offset, 'it stands before the first section');
  });
  for (const section of sections) {
    const { header, start, bodyStart, end } = section;
    if (header.kind !== 'ignored') readBody(text, bodyStart, end, {}, onSkipped);
    else found.push({ offset: start, reason: `the section ${headerLine(text, section)} is ignored: ${header.reason}` });
  }
  return found.sort((a, b) => a.offset - b.offset).map(({ offset, reason }) => ({ line: lineOf(offset), reason }));
}

/** Turns growing offsets into line numbers, in one pass over the text for all of them. */
function createLineCounter(text: string): (offset: number) => number {
  let line = 1;
  let counted = 0;
  return (offset) => {
    for (let at = text.indexOf('\n', counted); at !== -1 && at < offset; at = text.indexOf('\n', counted)) {
      line += 1;
      counted = at + 1;
    }
    return line;
  };
}
