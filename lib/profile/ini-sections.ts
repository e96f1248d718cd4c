import { stripLine } from './ini-body.ts';
import { readGluedHeader, readHeader, type SectionHeader, type SharedFileKind } from './ini-header.ts';

/** One header with its lines, as offsets into the text. */
export interface IniSection {
  readonly header: SectionHeader;
  /** Where the header's line begins. */
  readonly start: number;
  /** Where the line after the header begins. */
  readonly bodyStart: number;
  /** Where the next section begins, or the text ends. */
  readonly end: number;
}

/**
 * Every header in the order of the file, repetitions and ignored ones included; one that `cdk` does not see as such has no body.
 * Each line is looked at once, so the time is linear in the text.
 */
export function listSections(text: string, file: SharedFileKind): IniSection[] {
  const sections: { header: SectionHeader; start: number; bodyStart: number; end: number }[] = [];
  let open: { end: number } | undefined;
  for (let line = nextHeaderLine(text, 0); line !== undefined; line = nextHeaderLine(text, line.bodyStart)) {
    const { start, bodyStart } = line;
    const { header, isSeen } = readHeaderLine(text, line, file);
    if (header === undefined) continue;
    const section = { header, start, bodyStart, end: isSeen ? text.length : bodyStart };
    if (isSeen && open !== undefined) open.end = start;
    if (isSeen) open = section;
    sections.push(section);
  }
  return sections;
}

/** A header ends with its name, in quotes or not. */
const endings = [']', '"]', "']"];

/**
 * The sections with that name that `cdk` sees, in the order of the file, without a list of all: of ten thousand profiles a run needs
 * two or three, and a search within the text costs neither objects nor code that gets hot. Linear in the text as well.
 */
export function findSections(text: string, file: SharedFileKind, name: string): IniSection[] {
  const found = new Map<number, IniSection>();
  for (const ending of endings) {
    for (let at = text.indexOf(name + ending); at !== -1;) {
      const line = lineAround(text, at);
      const section = seenSection(text, file, line);
      if (section?.header.name === name) found.set(section.start, section);
      // What else stands on that line is of no interest: it would be looked at once for each occurrence.
      at = text.indexOf(name + ending, line.bodyStart);
    }
  }
  return [...found.values()].sort((a, b) => a.start - b.start);
}

function seenSection(text: string, file: SharedFileKind, line: Line): IniSection | undefined {
  if (!text.slice(line.start, line.bodyStart).trimStart().startsWith('[')) return undefined;
  const { header, isSeen } = readHeaderLine(text, line, file);
  if (!isSeen || header === undefined || header.kind === 'ignored') return undefined;
  return { header, ...line, end: nextSeenHeader(text, line.bodyStart) };
}

/** The first section that holds `fragment` at `from` or later; `sections` in the order of the text, none within another. */
export function findSectionWith(
  text: string,
  sections: readonly IniSection[],
  fragment: string,
  from: number,
): IniSection | undefined {
  for (let at = text.indexOf(fragment, from); at !== -1; at = text.indexOf(fragment, at + 1)) {
    const section = sections[lastIndexBefore(sections, at)];
    if (section !== undefined && at < section.end) return section;
  }
  return undefined;
}

/** By bisection: the place of the last section that begins at `offset` or before; -1 without one. */
function lastIndexBefore(sections: readonly IniSection[], offset: number): number {
  let [low, high] = [-1, sections.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((sections[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

interface Line {
  readonly start: number;
  readonly bodyStart: number;
}

/** The next line, from the beginning of one, whose first character is `[`. */
function nextHeaderLine(text: string, from: number): Line | undefined {
  let bodyStart = from;
  for (let at = text.indexOf('[', from); at !== -1; at = text.indexOf('[', bodyStart)) {
    const line = lineAround(text, at);
    if (line.start === at || text.slice(line.start, at).trim() === '') return line;
    bodyStart = line.bodyStart;
  }
  return undefined;
}

function lineAround(text: string, at: number): Line {
  const start = at === 0 || text.charCodeAt(at - 1) === 10 ? at : text.lastIndexOf('\n', at) + 1;
  const newline = text.indexOf('\n', at);
  return { start, bodyStart: newline === -1 ? text.length : newline + 1 };
}

function nextSeenHeader(text: string, from: number): number {
  for (let line = nextHeaderLine(text, from); line !== undefined; line = nextHeaderLine(text, line.bodyStart)) {
    if (stripLine(text.slice(line.start, line.bodyStart)).endsWith(']')) return line.start;
  }
  return text.length;
}

/** The header that a line is, or was meant to be though `cdk` does not take it for one; none where it is neither. */
function readHeaderLine(text: string, { start, bodyStart }: Line, file: SharedFileKind) {
  const line = stripLine(text.slice(start, bodyStart));
  const isSeen = line.endsWith(']');
  return { header: isSeen ? readHeader(line.slice(1, -1), file) : readGluedHeader(line), isSeen };
}
