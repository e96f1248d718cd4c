import type { ConfigDocument } from './config-document.ts';
import { stripLine } from './ini-body.ts';
import type { IniSection } from './shared-config-parser.ts';

/** A line of a section that has a key. */
export interface SectionLine {
  readonly index: number;
  readonly key: string;
  readonly value: string;
  readonly indent: string;
  /** `block` opens a block (`s3 =`), `nested` stands in one as the SDK sees it. */
  readonly role: 'key' | 'block' | 'nested';
  /** Of a block: whether anything stands in it. */
  isUsed: boolean;
  /** Of a nested line, and of a block's line where a value would be one: the block it stands in. */
  readonly block?: SectionLine;
}

/** The lines with keys of one section, told apart as `parseIni` of `@smithy/core/config` does. */
export function readSectionLines(document: ConfigDocument, section: IniSection): SectionLine[] {
  const found: SectionLine[] = [];
  let block: SectionLine | undefined;
  const end = document.lineAt(section.end);
  for (let index = document.lineAt(section.bodyStart); index < end; index += 1) {
    const raw = (document.lines[index] ?? '').replace(/\r?\n$/, '');
    const line = stripLine(raw);
    const equals = line.indexOf('=');
    if (equals <= 0) continue;
    const indent = /^\s*/.exec(raw)?.[0] ?? '';
    const shared = { index, indent, key: line.slice(0, equals).trimEnd(), value: line.slice(equals + 1).trimStart() };
    if (shared.value === '') {
      const outer = indent === '' ? undefined : block;
      block = { ...shared, role: 'block', isUsed: false, ...(outer !== undefined && { block: outer }) };
      found.push(block);
      continue;
    }
    if (indent === '') block = undefined;
    if (block !== undefined) block.isUsed = true;
    found.push(
      block === undefined
        ? { ...shared, role: 'key', isUsed: false }
        : { ...shared, role: 'nested', isUsed: false, block },
    );
  }
  return found;
}

/** The line with another key and value; indentation, the space around "=" and a comment stay. */
export function rewriteLine(raw: string, { indent, value: old }: SectionLine, key: string, value: string): string {
  const equals = raw.indexOf('=');
  const gap = raw.slice(raw.slice(0, equals).trimEnd().length, equals);
  const rest = raw.slice(equals + 1);
  const lead = old === '' ? ' ' : (/^\s*/.exec(rest)?.[0] ?? '');
  const tail = old === '' ? rest.trimStart() : rest.slice(lead.length + old.length);
  return `${indent}${key}${gap}=${lead}${value}${old === '' && tail !== '' ? ' ' : ''}${tail}`;
}
