import { isSameStartUrl } from '../sso/start-url.ts';
import { closeDocument, type ConfigDocument, findSections, openDocument } from './config-document.ts';
import { checkSurroundings, checkWords, otherSession } from './config-edit-problems.ts';
import type { ConfigEdit, EditedConfig, SetSection } from './config-edit-types.ts';
import { setKeys } from './set-keys.ts';
import type { IniSection } from './shared-config-parser.ts';

/**
 * Edits AWS config text as a careful person would: sections are found by the name that `cdk` reads, comments, order, indentation, line ends and
 * nested blocks stay, a key that is there is changed in its line, one that differs only in case is not added a second time. Pure.
 *
 * @throws UserError 78 for names that cdk cannot read, and where the file has the section in a form that only the AWS CLI reads,
 * or a session of that name with another start URL or region.
 */
export function editConfig(text: string, edits: readonly ConfigEdit[], shownPath: string): EditedConfig {
  const document = openDocument(text);
  for (const edit of mergeEdits(edits)) {
    checkWords(edit, shownPath);
    checkSurroundings(document, edit, shownPath);
    const sections = findSections(document, edit.kind, edit.name);
    if (edit.action === 'remove') for (const section of sections) removeSection(document, section);
    else if (sections.length === 0) appendSection(document, edit);
    else setKeys(document, sections, wantedValues(document, edit, shownPath), shownPath);
  }
  return closeDocument(document);
}

/** Several wishes for one section are one. */
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

/** Start URL and region of a session that is there stay as written; if they mean another session, it must not be changed. */
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
  if (isFirst ? stripBom(last).trim() !== '' : true) appended.push('');
  appended.push(kind === 'profile' && name === 'default' ? '[default]' : `[${kind} ${name}]`);
  if (comment !== undefined) appended.push(comment);
  appended.push(...Object.entries(values).map(([key, value]) => `${key} = ${value}`));
}

function stripBom(line: string): string {
  return line.replace(/^\uFEFF/, '');
}

/** Removes header, keys and the blank lines after them; comments below the last key may belong to what follows and stay. */
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
