import type { AssignedRole } from '../../sso/identity-center/portal.ts';

/** The default template for profile names. */
export const defaultNameTemplate = '{accountName}-{roleName}';

/** The fields of a template. */
export const templateFields = ['accountName', 'accountId', 'roleName', 'session'] as const;
type TemplateField = (typeof templateFields)[number];

/** A parsed template: literal text and fields. */
export type NameTemplate = readonly ({ readonly text: string } | { readonly field: TemplateField })[];

/** Parses a name template such as `{accountName}-{roleName}`. Returns its parts, or a sentence with the problem. */
export function parseNameTemplate(template: string): NameTemplate | { readonly problem: string } {
  const parts: ({ text: string } | { field: TemplateField })[] = [];
  for (const [, field, text] of template.matchAll(/\{([^{}]*)\}|([^{}]+|[{}])/g)) {
    if (text === '{' || text === '}') return { problem: 'It contains an unmatched brace.' };
    if (text !== undefined) parts.push({ text });
    else if (isTemplateField(field)) parts.push({ field });
    else return { problem: `{${field ?? ''}} is not one of ${templateFields.map((name) => `{${name}}`).join(', ')}.` };
  }
  const hasField = parts.some((part) => 'field' in part && part.field !== 'session');
  return hasField
    ? parts
    : { problem: 'Every profile would get the same name; use {accountName}, {accountId} or {roleName}.' };
}

function isTemplateField(field: string | undefined): field is TemplateField {
  return templateFields.some((name) => name === field);
}

/** A name that differs from the template, and why. */
export interface NameChange {
  readonly role: AssignedRole;
  readonly wanted: string;
  readonly name: string;
  readonly reason: 'several-roles' | 'taken';
}

/** Names in the order of the roles, and those that had to differ from the template. */
export interface ProfileNames {
  readonly names: readonly string[];
  readonly changes: readonly NameChange[];
}

/** Names a profile for each role. If a name is shared or taken, appends the account ID, then a number; independent of the order of the roles. */
export function nameProfiles(
  roles: readonly AssignedRole[],
  template: NameTemplate,
  session: string,
  isTaken: (name: string, role: AssignedRole) => boolean = () => false,
): ProfileNames {
  const wanted = roles.map((role) => fillTemplate(template, role, session));
  const uses = countEach(wanted);
  const given = new Set<string>();
  const changes: NameChange[] = [];
  const isFree = (name: string, role: AssignedRole) => !given.has(name) && !reserved.has(name) && !isTaken(name, role);
  const names = roles.map((role, index) => {
    const first = wanted[index] ?? '';
    const isShared = (uses.get(first) ?? 0) > 1;
    const candidates = [...(isShared ? [] : [first]), ...longerNames(first, role)];
    const name = candidates.find(
      (candidate) => isFree(candidate, role) && (candidate === first || !uses.has(candidate)),
    );
    const chosen = name ?? numbered(first, role, (candidate) => isFree(candidate, role) && !uses.has(candidate));
    given.add(chosen);
    if (chosen !== first)
      changes.push({ role, wanted: first, name: chosen, reason: isShared ? 'several-roles' : 'taken' });
    return chosen;
  });
  return { names, changes };
}

/** Reserved names: the default profile, and the name that makes the SDK ignore the whole file. */
const reserved: ReadonlySet<string> = new Set(['default', '__proto__']);

function longerNames(name: string, role: AssignedRole): string[] {
  return name.includes(role.accountId) ? [] : [`${name}-${role.accountId}`];
}

function numbered(name: string, role: AssignedRole, isFree: (candidate: string) => boolean): string {
  const [base = name] = longerNames(name, role);
  for (let number = 2; ; number += 1) {
    if (isFree(`${base}-${number}`)) return `${base}-${number}`;
  }
}

/** AWS limits account names to 50 and role names to 64 characters. */
const longestField = 100;

function fillTemplate(template: NameTemplate, role: AssignedRole, session: string): string {
  const values = { ...role, accountName: role.accountName || role.accountId, session };
  const name = safeProfileName(
    template
      .map((part) => ('text' in part ? part.text : safeProfileName(values[part.field].slice(0, longestField))))
      .join(''),
  );
  return name === '' ? `${role.accountId}-${safeProfileName(role.roleName.slice(0, longestField))}` : name;
}

/** Converts text to a name that every tool can read: other characters become hyphens, accents go. The result can be empty. */
export function safeProfileName(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_.@+%:/-]+/g, '-')
    .replace(/-{2,}/g, '-')
    .replace(/^-+|-+$/g, '');
}

function countEach(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
