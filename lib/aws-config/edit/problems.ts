import { UserError, type NextStep } from '../../messages/errors.ts';
import { toSentence } from '../../messages/format-message.ts';
import { safeText } from '../../messages/text.ts';
import { readableName, type SectionKind } from '../ini.ts';
import { headerLine, type IniSection } from '../shared-config.ts';
import { type ConfigDocument, findSections } from './document.ts';
import type { ConfigEdit } from './types.ts';

/** Throws UserError 78 for a name or value that the tools would read differently than it is meant. */
export function checkWords(edit: ConfigEdit, shownPath: string): void {
  const { kind, name } = edit;
  if (!readableName.test(name) || name === '__proto__') {
    throw refuse(`${JSON.stringify(name)} cannot be the name of a ${kind} in ${shownPath}.`, {
      why: 'cdk cannot read names with spaces or other characters than letters, digits and . _ - @ + % : /',
      next: [{ say: `Choose another name, for example ${name.replace(/[^\w\-@+.%:/]+/g, '-')}.` }],
    });
  }
  for (const [key, value] of edit.action === 'set' ? Object.entries(edit.values) : []) {
    const isOneValue = value !== '' && value === value.trim() && !/[\r\n]|(?:^|\s)[;#]/.test(value);
    // What would be shown in another way than it is written: control characters, direction marks.
    if (isOneValue && safeText(value, Infinity) === value) continue;
    throw refuse(`${JSON.stringify(value)} cannot be the ${key} of ${kind} "${name}" in ${shownPath}.`, {
      why: 'A value in that file is not empty, stands on one line without control characters, and ends where " #" or " ;" begins a comment.',
      next: [{ say: 'Give another value.' }],
    });
  }
}

/** Throws UserError 78 where the file has something in the section's place that a careful person would first look at. */
export function checkSurroundings(document: ConfigDocument, { kind, name }: ConfigEdit, shownPath: string): void {
  const { text, sections, blockedBy } = document.parsed;
  const where = (section: IniSection) => `line ${document.lineAt(section.start) + 1} of ${shownPath}`;
  if (blockedBy !== undefined) {
    throw refuse(`${where(blockedBy)} has a section named __proto__.`, {
      why: 'cdk takes the whole file for empty because of it, so nothing that is added would count.',
      next: [{ say: 'Remove that section.' }],
    });
  }
  const own = findSections(document, kind, name);
  const foreign = sections.find(
    (section) =>
      own.length === 0 &&
      isMeant(section, kind, name) &&
      /^\[\s*(?:profile|sso-session)\b/.test(headerLine(text, section)),
  );
  if (foreign !== undefined) {
    const { reason } = foreign.header;
    throw refuse(
      `${where(foreign)} defines ${kind} "${name}" in a form that only the AWS CLI can read: ${headerLine(text, foreign)}`,
      {
        why: `${toSentence(reason ?? '')} A second section of that name would break the AWS CLI.`,
        next: [{ say: `Write that line as [${kind} ${name}].` }],
      },
    );
  }
  const glued = sections.find((section) =>
    own.some(({ bodyStart, end }) => section.start >= bodyStart && section.start < end),
  );
  if (glued !== undefined) {
    throw refuse(`${where(glued)} is in the way of changing ${kind} "${name}": ${headerLine(text, glued)}`, {
      why: `${toSentence(glued.header.reason ?? '')} Which lines belong to "${name}" differs between tools.`,
      next: [{ say: 'Put a space before the comment on that line.' }],
    });
  }
}

/** The session of that name is another one. */
export function otherSession(
  name: string,
  here: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
  shownPath: string,
): UserError {
  return refuse(`[sso-session ${name}] in ${shownPath} is another session than the one to be written.`, {
    why: [
      `In the file: ${here['sso_start_url']} in ${here['sso_region']}.`,
      `To be written: ${wanted['sso_start_url']} in ${wanted['sso_region']}.`,
    ],
    next: [{ say: 'Choose another name for the session, or change the section by hand.' }],
  });
}

/** The key to be set opens a block of other keys. */
export function keyIsBlock(key: string, section: string, line: number, shownPath: string): UserError {
  return refuse(`line ${line} of ${shownPath} has ${key} of ${section} as a block with keys below it.`, {
    why: `${key} holds one value; the keys below would change their meaning.`,
    next: [{ say: 'Give it a value, or remove the indentation below it.' }],
  });
}

/** The section could not be changed without changing another meaning: a file that tools read differently. */
export function refuse(what: string, parts: { why: string | string[]; next: readonly NextStep[] }): UserError {
  return new UserError('ConfigNotEditable', { what, ...parts });
}

function isMeant({ header }: IniSection, kind: SectionKind, name: string): boolean {
  return header.meant === kind && header.name === name;
}
