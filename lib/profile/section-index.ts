import { stripLine } from './ini-body.ts';
import {
  readGluedHeader,
  readHeader,
  type SectionHeader,
  type SectionKind,
  type SharedFileKind,
} from './ini-header.ts';

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

/** The kinds that `cdk` sees. */
export type SectionKindSeen = Exclude<SectionKind, 'ignored'>;

/** Where the sections of a text stand. Of thousands, a run needs two or three: only those become objects. */
export interface SectionIndex {
  /** The names of a kind, in the order of the file. */
  names(kind: SectionKindSeen): IterableIterator<string>;
  count(kind: SectionKindSeen): number;
  has(kind: SectionKindSeen, name: string): boolean;
  /** The sections of that kind and name, in the order of the file. */
  find(kind: SectionKindSeen, name: string): IniSection[];
  /** Every section, repetitions and ignored ones included; one that `cdk` does not see as such has no body. */
  all(): IniSection[];
}

/** Of a file that the SDK gives up on. */
export const noSections: SectionIndex = indexSections('', 'config');

/** Finds the lines whose first character is `[`. Each line is looked at once, so the time is linear in the text. */
export function indexSections(text: string, file: SharedFileKind): SectionIndex {
  const starts: number[] = [];
  const bodyStarts: number[] = [];
  const ends: number[] = [];
  /** The positions in these lists by name: a number, or several for a name that is repeated. */
  const places: Record<SectionKindSeen, Map<string, number | number[]>> = {
    profile: new Map(),
    'sso-session': new Map(),
    services: new Map(),
  };
  let open = -1;

  const add = (start: number, bodyStart: number, isSeen: boolean): number => {
    if (isSeen && open !== -1) ends[open] = start;
    const place = starts.push(start) - 1;
    bodyStarts.push(bodyStart);
    ends.push(isSeen ? text.length : bodyStart);
    if (isSeen) open = place;
    return place;
  };
  const note = (kind: SectionKindSeen, name: string, place: number): void => {
    const known = places[kind].get(name);
    if (known === undefined) places[kind].set(name, place);
    else if (typeof known === 'number') places[kind].set(name, [known, place]);
    else known.push(place);
  };

  for (let at = text.indexOf('['); at !== -1;) {
    const start = at === 0 || text.charCodeAt(at - 1) === 10 ? at : text.lastIndexOf('\n', at) + 1;
    const newline = text.indexOf('\n', at);
    const bodyStart = newline === -1 ? text.length : newline + 1;
    const plain = start === at && file === 'config' ? plainProfile(text, at, bodyStart) : undefined;
    if (plain !== undefined) note('profile', plain, add(start, bodyStart, true));
    else if (start === at || text.slice(start, at).trim() === '') {
      const { header, isSeen } = headerAt(text, start, bodyStart, file);
      const place = header && add(start, bodyStart, isSeen);
      if (place !== undefined && header !== undefined && header.kind !== 'ignored')
        note(header.kind, header.name, place);
    }
    at = text.indexOf('[', bodyStart);
  }

  const section = (place: number): IniSection => {
    const [start = 0, bodyStart = 0, end = 0] = [starts[place], bodyStarts[place], ends[place]];
    return { header: headerAt(text, start, bodyStart, file).header as SectionHeader, start, bodyStart, end };
  };
  return {
    names: (kind) => places[kind].keys(),
    count: (kind) => places[kind].size,
    has: (kind, name) => places[kind].has(name),
    find: (kind, name) => [places[kind].get(name) ?? []].flat().map(section),
    all: () => starts.map((_, place) => section(place)),
  };
}

/** The header that a line is, or was meant to be, though `cdk` does not take it for one. */
function headerAt(text: string, start: number, bodyStart: number, file: SharedFileKind) {
  const line = stripLine(text.slice(start, bodyStart));
  const isSeen = line.endsWith(']');
  return { header: isSeen ? readHeader(line.slice(1, -1), file) : readGluedHeader(line), isSeen };
}

const plainStart = '[profile ';

/** The name in a line that is exactly `[profile NAME]` with letters, digits, `_` and `-`: nearly every header of a large file. */
function plainProfile(text: string, at: number, bodyStart: number): string | undefined {
  if (!text.startsWith(plainStart, at)) return undefined;
  let close = bodyStart - 1;
  if (text.charCodeAt(close) === 10) close -= 1;
  if (text.charCodeAt(close) === 13) close -= 1;
  const nameStart = at + plainStart.length;
  if (text.charCodeAt(close) !== 93 || close === nameStart) return undefined;
  for (let index = nameStart; index < close; index += 1) if (!isWordOrDash(text.charCodeAt(index))) return undefined;
  return text.slice(nameStart, close);
}

function isWordOrDash(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    code === 45 ||
    code === 95
  );
}
