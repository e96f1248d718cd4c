/** Keys and values of a section; a key in an indented block is `block.key`. Keys are case-sensitive, as in the SDK. */
export type IniValues = Readonly<Record<string, string>>;

const comment = /(?:^|\s)[;#]/;

/** Removes the comment and outer white space from a line. `#` and `;` begin a comment only at the start and after white space. */
function stripLine(raw: string): string {
  const start = raw.includes('#') || raw.includes(';') ? raw.search(comment) : -1;
  return (start === -1 ? raw : raw.slice(0, start)).trim();
}

/** A line of a section that is neither empty nor a comment. */
export interface IniLine {
  readonly offset: number;
  readonly indent: string;
  /** The line without its comment and outer white space. */
  readonly text: string;
  /** Empty if the line has no effect. */
  readonly key: string;
  /** Empty if the line opens a block. */
  readonly value: string;
  /** The block that contains the line; also of an indented line that opens another one. */
  readonly block: IniLine | undefined;
  /** Of a line that opens a block: whether the block contains a key. */
  isUsed: boolean;
}

/** Reads lines as `parseIni` of `@smithy/core/config` does: `key =` opens a block, an unindented key ends it. `start` begins a line. */
export function readLines(text: string, start: number, end: number): IniLine[] {
  const lines: IniLine[] = [];
  let block: IniLine | undefined;
  let offset = start;
  for (const raw of text.slice(start, end).split('\n')) {
    const stripped = stripLine(raw);
    if (stripped !== '') {
      const indent = raw.slice(0, raw.length - raw.trimStart().length);
      const equals = Math.max(0, stripped.indexOf('='));
      const key = stripped.slice(0, equals).trimEnd();
      const value = stripped.slice(equals + 1).trimStart();
      if (key !== '' && indent === '') block = undefined;
      const line: IniLine = { offset, indent, text: stripped, key, value, block, isUsed: false };
      if (key !== '' && value === '') block = line;
      else if (key !== '' && block !== undefined) block.isUsed = true;
      lines.push(line);
    }
    offset += raw.length + 1;
  }
  return lines;
}

/** The keys of sections; the last one wins. */
export function readValues(text: string, sections: readonly IniSection[]): IniValues {
  const values: Record<string, string> = {};
  for (const { bodyStart, end } of sections)
    for (const { key, value, block } of readLines(text, bodyStart, end))
      if (key !== '' && value !== '') values[block === undefined ? key : `${block.key}.${key}`] = value;
  return values;
}

/** Which of the two files a text is: their profile headers differ. */
export type SharedFileKind = 'config' | 'credentials';

/** The kind of a section. `cdk` doesn't read `ignored` sections. */
export type SectionKind = 'profile' | 'sso-session' | 'services' | 'ignored';

/** A section's header as `cdk` reads it; if `cdk` ignores it, with the probable intent. */
interface SectionHeader {
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

/** Reads the text between the brackets as `parseIni` and `getConfigData` of `@smithy/core/config` do: `[profile.x]` is profile x. */
function readHeader(inside: string, file: SharedFileKind): SectionHeader {
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

/** The SDK reads a header only if nothing follows but a comment with a space before it: the next lines belong to the previous section. */
const gluedComment = /^\[\s*(profile|sso-session|services)\s([^\]]*)\]\s*\S|^\[([^\]\s]+)\][;#]/;

/** The header that a line probably is, although the SDK doesn't read it as one. */
function readGluedHeader(trimmedLine: string): SectionHeader | undefined {
  const match = gluedComment.exec(trimmedLine);
  if (match === null) return undefined;
  const [, meant = 'profile', name, bare] = match;
  const reason =
    'Text follows "]" (a comment needs a space before it), so cdk reads its lines as part of the previous section.';
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
  readonly start: number;
  readonly bodyStart: number;
  readonly end: number;
}

/** A line that begins with `[`, with the line break before it. */
const headerLines = /(?:^|\n)[^\S\n]*\[[^\n]*/g;

/** Every header in order; one that `cdk` doesn't read as a header has no body. With a name, those that could have it. Linear in the text. */
export function listSections(text: string, file: SharedFileKind, name?: string): IniSection[] {
  const lines =
    name === undefined
      ? headerLines
      : new RegExp(
          `${headerLines.source}${name.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)}["']?\\][^\\n]*`,
          'g',
        );
  return [...text.matchAll(lines)].flatMap((match) => {
    const line = stripLine(match[0]);
    const bodyStart = Math.min(text.length, match.index + match[0].length + 1);
    const isSeen = line.endsWith(']');
    const header = isSeen ? readHeader(line.slice(1, -1), file) : readGluedHeader(line);
    if (header === undefined) return [];
    return [{ header, start: startOf(match), bodyStart, end: isSeen ? nextHeader(text, bodyStart) : bodyStart }];
  });
}

function startOf({ index, 0: line }: RegExpExecArray): number {
  return line.startsWith('\n') ? index + 1 : index;
}

/** Where the next header that `cdk` sees starts. */
function nextHeader(text: string, bodyStart: number): number {
  const lines = new RegExp(headerLines);
  lines.lastIndex = bodyStart - 1;
  for (let match = lines.exec(text); match !== null; match = lines.exec(text))
    if (stripLine(match[0]).endsWith(']')) return startOf(match);
  return text.length;
}

/** A section's header line, without comment and outer white space. */
export function headerLine(text: string, { start, bodyStart }: IniSection): string {
  return stripLine(text.slice(start, bodyStart));
}
