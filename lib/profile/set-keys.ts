import { type ConfigDocument, insertAfter } from './config-document.ts';
import { keyIsBlock } from './config-edit-problems.ts';
import { stripLine } from './ini-body.ts';
import { readSectionLines, rewriteLine, type SectionLine } from './section-lines.ts';
import type { IniSection } from './shared-config-parser.ts';

/** Sets keys in sections of one name: in the line where a key is (the last one counts), else in a new line of the first section. */
export function setKeys(
  document: ConfigDocument,
  sections: readonly IniSection[],
  values: Readonly<Record<string, string>>,
  shownPath: string,
): void {
  const lines = sections.flatMap((section) => readSectionLines(document, section));
  for (const [key, value] of Object.entries(values)) {
    const same = lines.filter((line) => line.key.toLowerCase() === key.toLowerCase());
    const keys = same.filter(({ role }) => role === 'key');
    const current = keys.findLast((line) => line.key === key) ?? keys.at(-1);
    const block = same.find(({ role }) => role === 'block');
    if (current !== undefined) {
      // Readers that ignore case must find no other value: where no line has the right letters, all are written with them.
      const twins = current.key === key ? [] : keys.filter((line) => line !== current);
      for (const line of twins) replaceKey(document, line, key, value);
      replaceKey(document, current, key, value);
    } else if (block?.isUsed === true) throw keyIsBlock(key, sectionOf(document, sections), block.index + 1, shownPath);
    else if (block !== undefined && block.block === undefined) replaceKey(document, block, key, value);
    else insertKey(document, sections, lines, key, value);
  }
}

function replaceKey(document: ConfigDocument, line: SectionLine, key: string, value: string): void {
  if (line.key === key && line.value === value) return;
  const raw = (document.lines[line.index] ?? '').replace(/\r?\n$/, '');
  document.replaced.set(line.index, rewriteLine(raw, line, key, value));
}

/**
 * Where keys are not indented, a new one goes after the last line: it ends any block. Where all are, it goes before the first block, which it would
 * otherwise fall into. A line that the AWS CLI takes for this key, though the SDK sees it in a block, is moved out of it; so is one without a value.
 */
function insertKey(
  document: ConfigDocument,
  sections: readonly IniSection[],
  all: readonly SectionLine[],
  key: string,
  value: string,
): void {
  const astray = all.find(
    (line) =>
      line.block !== undefined &&
      line.key.toLowerCase() === key.toLowerCase() &&
      (line.role === 'block' || line.indent.length <= line.block.indent.length),
  );
  if (astray !== undefined) document.replaced.set(astray.index, undefined);
  const section = sections[0] as IniSection;
  const lines = readSectionLines(document, section);
  const indent =
    lines.reduce<string | undefined>(
      (least, line) => (least === undefined || line.indent.length < least.length ? line.indent : least),
      undefined,
    ) ?? '';
  const firstBlock = lines.findIndex(({ role }) => role === 'block');
  const before = indent === '' || firstBlock === -1 ? lines : lines.slice(0, firstBlock);
  const anchor = before.at(-1)?.index ?? document.lineAt(section.bodyStart) - 1;
  insertAfter(document, lastContinuation(document, section, anchor, indent), [`${indent}${key} = ${value}`]);
}

/** The AWS CLI takes more deeply indented lines for the rest of a value: nothing goes between. */
function lastContinuation(document: ConfigDocument, section: IniSection, anchor: number, indent: string): number {
  let last = anchor;
  const end = document.lineAt(section.end);
  for (let index = anchor + 1; index < end && last >= document.lineAt(section.bodyStart); index += 1) {
    const raw = document.lines[index] ?? '';
    if (stripLine(raw) === '') continue;
    if ((/^\s*/.exec(raw)?.[0] ?? '').length <= indent.length || stripLine(raw).includes('=')) break;
    last = index;
  }
  return last;
}

function sectionOf({ parsed }: ConfigDocument, [section]: readonly IniSection[]): string {
  return section === undefined ? '' : stripLine(parsed.text.slice(section.start, section.bodyStart));
}
