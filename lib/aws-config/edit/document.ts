import type { IniSection } from '../ini.ts';
import { effectiveDefaults, type ParsedIni, parseSharedConfig } from '../shared-config.ts';
import type { DiffLine } from '../../terminal/output.ts';
import type { EditedConfig } from './types.ts';

/** A config text as lines, with pending changes. Changes refer to the old lines, so that none moves another. */
export interface ConfigDocument {
  readonly parsed: ParsedIni;
  readonly lines: readonly string[];
  /** The line ending of new lines: that of most old lines. */
  readonly eol: string;
  /** New text of an old line, without its line ending; `undefined` removes it. */
  readonly replaced: Map<number, string | undefined>;
  readonly inserted: Map<number, string[]>;
  readonly appended: string[];
  lineAt(offset: number): number;
}

/** Reads a config text for editing. */
export function openDocument(text: string): ConfigDocument {
  const lines = text.split(/(?<=\n)/);
  const starts = new Map<number, number>();
  let offset = 0;
  for (const [index, line] of lines.entries()) {
    starts.set(offset, index);
    offset += line.length;
  }
  const windows = lines.filter((line) => line.endsWith('\r\n')).length;
  return {
    parsed: parseSharedConfig(text, 'config'),
    lines,
    eol: windows * 2 > lines.length ? '\r\n' : '\n',
    replaced: new Map(),
    inserted: new Map(),
    appended: [],
    lineAt: (at) => starts.get(at) ?? lines.length,
  };
}

/** The sections of that kind and name that `cdk` reads. */
export function findSections({ parsed }: ConfigDocument, kind: string, name: string): IniSection[] {
  const all = parsed.sections.filter(({ header }) => header.kind === kind && header.name === name);
  if (kind !== 'profile' || name !== 'default') return all;
  const effective = effectiveDefaults(parsed.text, all);
  return effective.length > 0 ? effective : all;
}

/** The new text, and its difference from the old one. Untouched lines keep every byte. */
export function closeDocument(document: ConfigDocument): EditedConfig {
  const { lines, eol, replaced, inserted, appended, parsed } = document;
  const output: string[] = [];
  const diff: DiffLine[] = [];
  const add = (texts: readonly string[]): void => {
    const last = output.at(-1);
    if (texts.length > 0 && last !== undefined && last !== '' && !last.endsWith('\n')) output.push(eol);
    for (const text of texts) {
      output.push(text + eol);
      diff.push({ sign: '+', text });
    }
  };
  for (const [index, line] of lines.entries()) {
    const text = line.replace(/\r?\n$/, '');
    if (replaced.has(index)) {
      diff.push({ sign: '-', text });
      const replacement = replaced.get(index);
      if (replacement !== undefined) {
        output.push(replacement + line.slice(text.length));
        diff.push({ sign: '+', text: replacement });
      }
    } else {
      output.push(line);
      if (line !== '') diff.push({ sign: ' ', text });
    }
    add(inserted.get(index) ?? []);
  }
  add(appended);
  const text = output.join('');
  return { text, diff, isChanged: text !== parsed.text };
}
