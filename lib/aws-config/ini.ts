/** Keys and values of a section; a key in an indented block is `block.key`. Keys are case-sensitive, as in the SDK. */
export type IniValues = Readonly<Record<string, string>>;

const comment = /(?:^|\s)[;#]/;

/** Removes the comment and outer white space from a line. `#` and `;` begin a comment only at the start and after white space. */
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

/** Why a line without a key before "=" has no effect. */
function reasonToSkip(line: string): string {
  if (line.startsWith('[')) return 'The section header does not end with "]".';
  return line.startsWith('=') ? 'There is no key before "=".' : 'It is not "key = value".';
}

/**
 * Reads the keys of one section's lines into `values`, as `parseIni` of `@smithy/core/config` does: the last one wins, `key =` opens a block,
 * an unindented key ends it. `onSkipped` is called with the offset of each line without effect.
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
    // A key without a value has no effect unless the block that it opens contains something.
    if (block?.used === false) onSkipped?.(block.offset, `${JSON.stringify(block.name)} has no value.`);
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

/** Which of the two files a text is: their profile headers differ. */
export type SharedFileKind = 'config' | 'credentials';

/** The kind of a section. `cdk` doesn't read `ignored` sections. */
export type SectionKind = 'profile' | 'sso-session' | 'services' | 'ignored';

/** A section's header as `cdk` reads it; if `cdk` ignores it, with the probable intent. */
export interface SectionHeader {
  readonly kind: SectionKind;
  /** The name of the section; of an ignored section, its probable name. */
  readonly name: string;
  /** The probable kind of an ignored section. */
  readonly meant?: Exclude<SectionKind, 'ignored'>;
  /** Why `cdk` ignores the section, as a sentence. */
  readonly reason?: string;
}

/** The SDK's own expression for `[prefix name]`: one white space, optional quotes, no spaces in the name. */
const prefixedName = /^([\w-]+)\s(["'])?([\w\-@+.%:/]+)\2$/;
const isPlainName = /^profile [\w-]+$/;
const meantPrefix = /^\s*(profile|sso-session|services)\s+(.*)$/s;
const kinds: ReadonlyMap<string, SectionKind> = new Map([
  ['profile', 'profile'],
  ['sso-session', 'sso-session'],
  ['services', 'services'],
]);

/** Names of profiles and sessions that every tool can read. */
export const readableName = /^[\w\-@+.%:/]+$/;

/**
 * Reads the text between the brackets as `parseIni` and `getConfigData` of `@smithy/core/config` do, oddities included:
 * `[profile.x]` is profile x, `[ profile x ]` is nothing, and in the credentials file `[profile x]` is a profile named `profile.x`.
 */
export function readHeader(inside: string, file: SharedFileKind): SectionHeader {
  // Nearly every header of a large file is of this form.
  if (file === 'config' && inside.startsWith('profile ') && isPlainName.test(inside)) {
    return { kind: 'profile', name: inside.slice(8) };
  }
  const match = prefixedName.exec(inside);
  if (match === null) return inside === '' ? ignored('', 'It has no name.') : readKey(inside, inside, file);
  const [, prefix = '', , name = ''] = match;
  if (kinds.has(prefix)) return readKey(`${prefix}.${name}`, inside, file);
  return ignored(inside, `${JSON.stringify(prefix)} is not a section type that cdk knows.`);
}

function readKey(key: string, inside: string, file: SharedFileKind): SectionHeader {
  const dot = key.indexOf('.');
  const kind = dot === -1 ? undefined : kinds.get(key.slice(0, dot));
  if (file === 'credentials') {
    if (kind === undefined) return { kind: 'profile', name: key };
    const name = key.slice(dot + 1);
    return {
      ...ignored(name, `The credentials file can only contain profiles, as [${name}].`),
      meant: kind as 'profile',
    };
  }
  if (kind !== undefined) return { kind, name: key.slice(dot + 1) };
  return key === 'default' ? { kind: 'profile', name: 'default' } : explainIgnored(inside);
}

function explainIgnored(inside: string): SectionHeader {
  const [, meant, rest = ''] = meantPrefix.exec(inside) ?? [];
  if (meant === undefined) {
    const reason = `In the config file, the header of a profile is [profile ${inside.trim()}].`;
    return { ...ignored(inside.trim(), reason), meant: 'profile' };
  }
  const name = unquote(rest.trim());
  const reason = readableName.test(name)
    ? `cdk reads it only if it is written exactly [${meant} ${name}].`
    : 'cdk can only read names of letters, digits and . _ - @ + % : /';
  return { ...ignored(name, reason), meant: meant as 'profile' };
}

/** The SDK doesn't read `[profile x];comment` as a header (a comment needs a space before it): the next lines belong to the previous section. */
const gluedComment = /^\[\s*(profile|sso-session|services)\s([^\]]*)\]\s*[;#]|^\[([^\]\s]+)\][;#]/;

/** The header that a line probably is, although the SDK doesn't read it as one. */
export function readGluedHeader(trimmedLine: string): SectionHeader | undefined {
  const match = gluedComment.exec(trimmedLine);
  if (match === null) return undefined;
  const [, meant = 'profile', name, bare] = match;
  const reason =
    'There is no space between "]" and the comment, so cdk reads its lines as part of the previous section.';
  return { ...ignored(unquote((name ?? bare ?? '').trim()), reason), meant: meant as 'profile' };
}

function unquote(text: string): string {
  return /^(["']).*\1$/s.test(text) ? text.slice(1, -1) : text;
}

function ignored(name: string, reason: string): SectionHeader {
  return { kind: 'ignored', name, reason };
}

/** One header with its lines, as offsets into the text. */
export interface IniSection {
  readonly header: SectionHeader;
  /** Start of the header's line. */
  readonly start: number;
  /** Start of the line after the header. */
  readonly bodyStart: number;
  /** Start of the next section, or end of the text. */
  readonly end: number;
}

/**
 * Every header in the order of the file, including repeated and ignored ones; one that `cdk` doesn't read as a header has no body.
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

/** A header ends with its name, optionally in quotes. */
const endings = [']', '"]', "']"];

/**
 * Finds the sections with that name that `cdk` reads, in the order of the file, without listing all: of ten thousand profiles a run needs
 * two or three, and a search within the text costs neither objects nor code that gets hot. Linear in the text as well.
 */
export function findSections(text: string, file: SharedFileKind, name: string): IniSection[] {
  const found = new Map<number, IniSection>();
  for (const ending of endings) {
    for (let at = text.indexOf(name + ending); at !== -1;) {
      const line = lineAround(text, at);
      const section = seenSection(text, file, line);
      if (section?.header.name === name) found.set(section.start, section);
      // Skip the rest of the line, which would otherwise be read once for each occurrence.
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

/** The first section that contains `fragment` at `from` or later; `sections` in the order of the text. */
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

/** Index of the last section that begins at `offset` or before, by bisection; -1 if there is none. */
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

/** The next line that begins with `[`, searching from the beginning of a line. */
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

/** The header of a line, including one that `cdk` doesn't read as a header; `undefined` if there is none. */
function readHeaderLine(text: string, { start, bodyStart }: Line, file: SharedFileKind) {
  const line = stripLine(text.slice(start, bodyStart));
  const isSeen = line.endsWith(']');
  return { header: isSeen ? readHeader(line.slice(1, -1), file) : readGluedHeader(line), isSeen };
}
