import { UserError, type NextStep } from '../../messages/errors.ts';
import { safeText } from '../../messages/text.ts';
import { headerLine, type IniSection, readableName, type SectionKind } from '../ini.ts';
import { type ConfigDocument, findSections } from './document.ts';
import type { ConfigEdit } from './types.ts';

/** Throws UserError 78 for a name or value that the tools would not read as it is. */
export function checkNames(edit: ConfigEdit, shownPath: string): void {
  const { kind, name } = edit;
  if (!readableName.test(name) || name === '__proto__') {
    throw refuse(`${JSON.stringify(name)} is not a valid name for a ${kind} in ${shownPath}`, {
      why: 'Names can contain letters, digits and . _ - @ + % : / only; cdk ignores others.',
      next: [{ say: `Choose another name, for example ${name.replace(/[^\w\-@+.%:/]+/g, '-')}.` }],
    });
  }
  for (const [key, value] of edit.action === 'set' ? Object.entries(edit.values) : []) {
    const isOneValue = value !== '' && value === value.trim() && !/[\r\n]|(?:^|\s)[;#]/.test(value);
    // What would be shown in another way than it is written: control characters, direction marks.
    if (isOneValue && safeText(value, Infinity) === value) continue;
    throw refuse(`${JSON.stringify(value)} is not a valid ${key} for ${kind} "${name}" in ${shownPath}`, {
      why: 'A value in that file must not be empty, must be on one line without control characters, and must not contain " #" or " ;", which begin a comment.',
      next: [{ say: 'Use another value.' }],
    });
  }
}

/** Throws UserError 78 if the file has something instead of the section that you have to check first. */
export function checkSurroundings(document: ConfigDocument, { kind, name }: ConfigEdit, shownPath: string): void {
  const { text, sections, blockedBy } = document.parsed;
  const where = (section: IniSection) => `line ${document.lineAt(section.start) + 1} of ${shownPath}`;
  if (blockedBy !== undefined) {
    throw refuse(`${where(blockedBy)} has a section named __proto__`, {
      why: 'Because of it, cdk ignores the whole file, so a new section would have no effect.',
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
        why: `${reason ?? ''} A second section of that name would break the AWS CLI.`,
        next: [{ say: `Write that line as [${kind} ${name}].` }],
      },
    );
  }
  const glued = sections.find((section) =>
    own.some(({ bodyStart, end }) => section.start >= bodyStart && section.start < end),
  );
  if (glued !== undefined) {
    throw refuse(`${where(glued)} makes it unclear what belongs to ${kind} "${name}": ${headerLine(text, glued)}`, {
      why: `${glued.header.reason ?? ''} Tools differ on which lines belong to "${name}".`,
      next: [{ say: 'Put a space before the comment on that line.' }],
    });
  }
}

/** The session of that name has a different start URL or region. */
export function otherSession(
  name: string,
  here: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
  shownPath: string,
): UserError {
  return refuse(`[sso-session ${name}] in ${shownPath} already exists with a different start URL or region`, {
    why: [
      `In the file: ${here['sso_start_url']} in ${here['sso_region']}.`,
      `To be written: ${wanted['sso_start_url']} in ${wanted['sso_region']}.`,
    ],
    next: [{ say: 'Choose another name for the session, or edit the section yourself.' }],
  });
}

/** The key to set opens a block of other keys. */
export function keyIsBlock(key: string, section: string, line: number, shownPath: string): UserError {
  return refuse(`line ${line} of ${shownPath} has keys below ${key} of ${section}`, {
    why: `${key} takes a single value, and setting it would change the meaning of the keys below.`,
    next: [{ say: 'Set its value yourself, or remove the indentation below it.' }],
  });
}

/** The file can't be changed safely, because tools read it differently. */
export function refuse(what: string, parts: { why: string | string[]; next: readonly NextStep[] }): UserError {
  return new UserError('ConfigNotEditable', { what, ...parts });
}

function isMeant({ header }: IniSection, kind: SectionKind, name: string): boolean {
  return header.meant === kind && header.name === name;
}
