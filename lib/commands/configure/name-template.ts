import type { AssignedRole } from '../../sso/identity-center/portal.ts';

/** The template that profiles are named by unless another is given. */
export const defaultNameTemplate = '{accountName}-{roleName}';

/** What a template can name. */
export const templateFields = ['accountName', 'accountId', 'roleName', 'session'] as const;
type TemplateField = (typeof templateFields)[number];

/** A template as its parts: text as it stands, and fields. */
export type NameTemplate = readonly ({ readonly text: string } | { readonly field: TemplateField })[];

/**
 * Reads a name template such as `{accountName}-{roleName}`. The result is either its parts or one clause
 * on what is wrong: an unknown field, an unclosed brace, or a template that names every role of every account the same.
 */
export function parseNameTemplate(template: string): NameTemplate | { readonly problem: string } {
  const parts: ({ text: string } | { field: TemplateField })[] = [];
  for (const [, field, text] of template.matchAll(/\{([^{}]*)\}|([^{}]+|[{}])/g)) {
    if (text === '{' || text === '}') return { problem: `a brace in it has no partner` };
    if (text !== undefined) parts.push({ text });
    else if (isTemplateField(field)) parts.push({ field });
    else return { problem: `{${field ?? ''}} is not one of ${templateFields.map((name) => `{${name}}`).join(', ')}` };
  }
  const hasField = parts.some((part) => 'field' in part && part.field !== 'session');
  return hasField
    ? parts
    : { problem: 'it names every profile the same: it needs {accountName}, {accountId} or {roleName}' };
}

function isTemplateField(field: string | undefined): field is TemplateField {
  return templateFields.some((name) => name === field);
}

/** A name that was not the template's own, and why. */
export interface NameChange {
  readonly role: AssignedRole;
  readonly wanted: string;
  readonly name: string;
  readonly reason: 'several-roles' | 'taken';
}

/** Names in the order of the roles, with those that had to differ from the template. */
export interface ProfileNames {
  readonly names: readonly string[];
  readonly changes: readonly NameChange[];
}

/**
 * Names a profile for each role: by the template, with only characters that `cdk` can read. Roles whose names would be the same, and names for
 * which `isTaken` says that another profile has them already, get the account's id added, then a number. No two names are the same,
 * and the order of the roles does not matter for collisions between accounts.
 */
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

/** Names that mean something else: the profile that needs no name, and the one at which the SDK gives up the whole file. */
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

/** The names of accounts and roles are shorter at AWS (50 and 64 characters). */
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

/**
 * A text as a name that `cdk`, the AWS CLI and every SDK read: letters, digits and `. _ - @ + % : /`. Accents are taken off,
 * everything else becomes a hyphen; hyphens do not repeat, begin or end a name. May be empty.
 */
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
