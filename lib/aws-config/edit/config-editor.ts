import { isSameStartUrl } from '../../sso/start-url.ts';
import { headerLine, type IniLine, type IniSection, readLines } from '../ini.ts';
import { closeDocument, type ConfigDocument, findSections, openDocument } from './document.ts';
import { checkSurroundings, checkNames, keyIsBlock, otherSession } from './problems.ts';
import type { ConfigEdit, EditedConfig, SetSection } from './types.ts';

/** Edits AWS config text and keeps every other byte. Throws a UserError (78) for what `cdk` can't read, or for a session of that name that differs. */
export function editConfig(text: string, edits: readonly ConfigEdit[], shownPath: string): EditedConfig {
  const document = openDocument(text);
  for (const edit of mergeEdits(edits)) {
    checkNames(edit, shownPath);
    checkSurroundings(document, edit, shownPath);
    const sections = findSections(document, edit.kind, edit.name);
    if (edit.action === 'remove') for (const section of sections) removeSection(document, section);
    else if (sections.length === 0) appendSection(document, edit);
    else setKeys(document, sections, wantedValues(document, edit, shownPath), shownPath);
  }
  return closeDocument(document);
}

function mergeEdits(edits: readonly ConfigEdit[]): ConfigEdit[] {
  const merged = new Map<string, ConfigEdit>();
  for (const edit of edits) {
    const key = `${edit.kind} ${edit.name}`;
    const known = merged.get(key);
    const both = known?.action === 'set' && edit.action === 'set';
    merged.set(key, both ? { ...known, ...edit, values: { ...known.values, ...edit.values } } : edit);
  }
  return [...merged.values()];
}

/** Keeps start URL and region of an existing session as written; throws if they differ. */
function wantedValues({ parsed }: ConfigDocument, { kind, name, values }: SetSection, shownPath: string) {
  if (kind === 'profile') return values;
  const here = parsed.ssoSessions.get(name) ?? {};
  const { sso_start_url: startUrl, sso_region: region, ...rest } = values;
  const [hereUrl, hereRegion] = [here['sso_start_url'], here['sso_region']];
  const isOther =
    (startUrl !== undefined && hereUrl !== undefined && !isSameStartUrl(startUrl, hereUrl)) ||
    (region !== undefined && hereRegion !== undefined && region !== hereRegion);
  if (isOther) throw otherSession(name, here, values, shownPath);
  return {
    ...(startUrl !== undefined && hereUrl === undefined && { sso_start_url: startUrl }),
    ...(region !== undefined && hereRegion === undefined && { sso_region: region }),
    ...rest,
  };
}

function appendSection({ lines, appended }: ConfigDocument, { kind, name, values, comment }: SetSection): void {
  const isFirst = appended.length === 0;
  const last = lines.findLast((line) => line !== '') ?? '';
  // A byte order mark counts as white space.
  if (!isFirst || last.trim() !== '') appended.push('');
  appended.push(kind === 'profile' && name === 'default' ? '[default]' : `[${kind} ${name}]`);
  if (comment !== undefined) appended.push(comment);
  appended.push(...Object.entries(values).map(([key, value]) => `${key} = ${value}`));
}

/** Removes header, keys and the blank lines after them. Keeps comments below the last key, which may belong to the next section. */
function removeSection(document: ConfigDocument, section: IniSection): void {
  const header = document.lineAt(section.start);
  const end = document.lineAt(section.end);
  const isComment = (index: number) => /^\s*[#;]/.test(document.lines[index] ?? '');
  const isBlank = (index: number) => (document.lines[index] ?? '').trim() === '';
  let last = header;
  for (let index = header + 1; index < end; index += 1) if (!isComment(index) && !isBlank(index)) last = index;
  let to = last + 1;
  while (to < end && isBlank(to)) to += 1;
  let from = header;
  if (to >= document.lines.length) while (from > 0 && isBlank(from - 1)) from -= 1;
  for (let index = from; index < to; index += 1) document.replaced.set(index, undefined);
}

/** The lines with keys of one section. */
function keyLines({ parsed: { text } }: ConfigDocument, { bodyStart, end }: IniSection): IniLine[] {
  return readLines(text, bodyStart, end).filter(({ key }) => key !== '');
}

/** Sets keys in sections of one name: in the last line that has the key, otherwise in a new line of the first section. */
function setKeys(
  document: ConfigDocument,
  sections: readonly IniSection[],
  values: Readonly<Record<string, string>>,
  shownPath: string,
): void {
  const lines = sections.flatMap((section) => keyLines(document, section));
  for (const [key, value] of Object.entries(values)) {
    const same = lines.filter((line) => line.key.toLowerCase() === key.toLowerCase());
    const keys = same.filter((line) => line.value !== '' && line.block === undefined);
    const current = keys.findLast((line) => line.key === key) ?? keys.at(-1);
    const opening = same.find((line) => line.value === '');
    if (current !== undefined) {
      // Readers that ignore case must not find another value: if no line has the exact key, rewrite all of them.
      const twins = current.key === key ? [] : keys.filter((line) => line !== current);
      for (const line of [...twins, current]) replaceKey(document, line, key, value);
    } else if (opening?.isUsed === true) {
      const [section] = sections as [IniSection];
      throw keyIsBlock(key, headerLine(document.parsed.text, section), document.lineAt(opening.offset) + 1, shownPath);
    } else if (opening !== undefined && opening.block === undefined) replaceKey(document, opening, key, value);
    else insertKey(document, sections, lines, key, value);
  }
}

/** Replaces key and value in a line. Keeps indentation, the space around "=" and a comment. */
function replaceKey(document: ConfigDocument, line: IniLine, key: string, value: string): void {
  const { indent, value: old } = line;
  if (line.key === key && old === value) return;
  const index = document.lineAt(line.offset);
  const raw = (document.lines[index] ?? '').replace(/\r?\n$/, '');
  const equals = raw.indexOf('=');
  const gap = raw.slice(raw.slice(0, equals).trimEnd().length, equals);
  const rest = raw.slice(equals + 1);
  const lead = old === '' ? ' ' : (/^\s*/.exec(rest)?.[0] ?? '');
  const tail = old === '' ? rest.trimStart() : rest.slice(lead.length + old.length);
  const text = `${indent}${key}${gap}=${lead}${value}${old === '' && tail !== '' ? ' ' : ''}${tail}`;
  document.replaced.set(index, text);
}

/** A new key goes where it is in no block. A line that only the AWS CLI reads as this key is moved out of its block. */
function insertKey(
  document: ConfigDocument,
  sections: readonly IniSection[],
  all: readonly IniLine[],
  key: string,
  value: string,
): void {
  const astray = all.find(
    (line) =>
      line.block !== undefined &&
      line.key.toLowerCase() === key.toLowerCase() &&
      (line.value === '' || line.indent.length <= line.block.indent.length),
  );
  if (astray !== undefined) document.replaced.set(document.lineAt(astray.offset), undefined);
  const [section] = sections as [IniSection];
  const lines = keyLines(document, section);
  const [indent = ''] = lines.map((line) => line.indent).toSorted((a, b) => a.length - b.length);
  const firstBlock = lines.findIndex((line) => line.value === '');
  const before = indent === '' || firstBlock === -1 ? lines : lines.slice(0, firstBlock);
  const last = before.at(-1);
  const after = last === undefined ? document.lineAt(section.start) : lastContinuation(document, section, last, indent);
  document.inserted.set(after, [...(document.inserted.get(after) ?? []), `${indent}${key} = ${value}`]);
}

/** The AWS CLI reads more deeply indented lines as the rest of a value, so nothing may go in between. */
function lastContinuation(document: ConfigDocument, section: IniSection, anchor: IniLine, indent: string): number {
  const following = readLines(document.parsed.text, section.bodyStart, section.end).filter(
    ({ offset }) => offset > anchor.offset,
  );
  const next = following.findIndex((line) => line.indent.length <= indent.length || line.text.includes('='));
  return document.lineAt((following.slice(0, next === -1 ? undefined : next).at(-1) ?? anchor).offset);
}
