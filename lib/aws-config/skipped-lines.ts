import { headerLine, readLines } from './ini.ts';
import type { ParsedIni } from './shared-config.ts';

/** A line that has no effect on `cdk`. `line` counts from 1. */
interface SkippedLine {
  readonly line: number;
  readonly reason: string;
}

/** The lines of a parsed file that `cdk` ignores, in the order of the file, each with the reason. Reads the whole text. */
export function findSkippedLines({ text, sections, blockedBy }: ParsedIni): SkippedLine[] {
  const reasons = new Map<number, string>();
  if (blockedBy !== undefined)
    reasons.set(blockedBy.start, 'A section named __proto__ makes cdk ignore the whole file.');
  else {
    const first = sections.find(({ header, end, bodyStart }) => header.kind !== 'ignored' || end > bodyStart);
    for (const { offset, text: line } of readLines(text, 0, first?.start ?? text.length))
      reasons.set(offset, line.startsWith('[') ? noEnd : 'It is before the first section.');
    for (const { bodyStart, end } of sections.filter((section) => section.header.kind !== 'ignored'))
      for (const { offset, text: line, key, value, isUsed } of readLines(text, bodyStart, end)) {
        if (key === '') reasons.set(offset, reasonToSkip(line));
        else if (value === '' && !isUsed) reasons.set(offset, `${JSON.stringify(key)} has no value.`);
      }
    for (const section of sections.filter(({ header }) => header.kind === 'ignored'))
      reasons.set(section.start, `The section ${headerLine(text, section)} is ignored. ${section.header.reason}`);
  }
  let offset = 0;
  return text.split('\n').flatMap((raw, index) => {
    const reason = reasons.get(offset);
    offset += raw.length + 1;
    return reason === undefined ? [] : [{ line: index + 1, reason }];
  });
}

const noEnd = 'The section header does not end with "]".';

function reasonToSkip(line: string): string {
  if (line.startsWith('[')) return noEnd;
  return line.startsWith('=') ? 'There is no key before "=".' : 'It is not "key = value".';
}
