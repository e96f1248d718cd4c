import { forEachLine, readBody, stripLine } from './ini.ts';
import { headerLine, type ParsedIni } from './shared-config.ts';

/** A line that has no effect on `cdk`. `line` counts from 1. */
export interface SkippedLine {
  readonly line: number;
  readonly reason: string;
}

/** The lines of a parsed file that `cdk` ignores, in the order of the file, each with the reason. For verbose mode: reads the whole text. */
export function findSkippedLines({ text, sections, blockedBy }: ParsedIni): SkippedLine[] {
  const lineOf = createLineCounter(text);
  if (blockedBy !== undefined) {
    const reason = 'A section named __proto__ makes cdk ignore the whole file.';
    return [{ line: lineOf(blockedBy.start), reason }];
  }
  const found: { readonly offset: number; readonly reason: string }[] = [];
  const headers = new Set(sections.map(({ start }) => start));
  const onSkipped = (offset: number, reason: string): void => {
    // A header without a space before its comment is reported as a section.
    if (!headers.has(offset)) found.push({ offset, reason });
  };
  const preamble = sections.find(({ end, bodyStart, header }) => header.kind !== 'ignored' || end > bodyStart);
  forEachLine(text, 0, preamble?.start ?? text.length, (raw, offset) => {
    const line = stripLine(raw);
    if (line.startsWith('[')) onSkipped(offset, 'The section header does not end with "]".');
    else if (line !== '') onSkipped(offset, 'It is before the first section.');
  });
  for (const section of sections) {
    const { header, start, bodyStart, end } = section;
    if (header.kind !== 'ignored') readBody(text, bodyStart, end, {}, onSkipped);
    else found.push({ offset: start, reason: `The section ${headerLine(text, section)} is ignored. ${header.reason}` });
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
