import type { ConfigChange } from '../../aws-config/edit/edit-config.ts';
import { cdkxMark, type PrunableProfile } from '../../aws-config/edit/prune.ts';
import type { ConfigEdit, SetSection } from '../../aws-config/edit/types.ts';
import { findIgnoredSection, type SharedConfig } from '../../aws-config/shared-config.ts';
import type { Environment } from '../../context.ts';
import type { MessageParts } from '../../messages/errors.ts';
import { shellWord } from '../../messages/text.ts';
import { resolveCredentialSource } from '../../profile/resolve-source.ts';
import { type AssignedRole, roleKey } from '../../sso/identity-center/portal.ts';
import type { SsoSession } from '../../sso/session.ts';
import { isSameStartUrl } from '../../sso/start-url.ts';
import { type NameChange, nameProfiles, type NameTemplate } from './name-template.ts';

/** The planned change of the AWS config file. */
export interface ConfigurePlan {
  readonly edits: readonly ConfigEdit[];
  readonly written: readonly string[];
  readonly kept: readonly { readonly role: AssignedRole; readonly profile: string }[];
  readonly renamed: readonly NameChange[];
}

/** A named session, and the missing values of its section. */
export interface SessionToWrite {
  readonly session: SsoSession & { readonly name: string };
  readonly values: Readonly<Record<string, string>>;
}

export interface PlanRequest {
  readonly config: SharedConfig;
  readonly env: Environment;
  readonly target: SessionToWrite;
  readonly roles: readonly AssignedRole[];
  readonly template: NameTemplate;
  readonly region?: string | undefined;
  /** Name of the single profile to write, which may exist; otherwise the template is used. */
  readonly profile?: string | undefined;
  readonly prunable?: readonly PrunableProfile[];
}

/** Plans the edit of the AWS config file. Pure and idempotent: planned again on its own result, it writes nothing. */
export function planConfigure(request: PlanRequest): ConfigurePlan {
  const { config, env, target, roles, template, region, profile, prunable = [] } = request;
  const existing = profile === undefined ? profilesByRole(config, target.session.startUrl) : new Map<string, string>();
  const kept = roles.flatMap((role) => {
    const known = existing.get(roleKey(role));
    return known === undefined ? [] : [{ role, profile: known }];
  });
  const fresh = roles.filter((role) => !existing.has(roleKey(role)));
  const { names, changes } =
    profile === undefined
      ? nameProfiles(fresh, template, target.session.name, (name) => isTaken(config, env, name))
      : { names: fresh.map(() => profile), changes: [] };
  const profiles = fresh.map((role, index) =>
    profileSection(config, names[index] ?? '', role, target.session.name, region),
  );
  const changed = profiles.filter(({ name, values }) => differs(config.files.config.parsed.profiles.get(name), values));
  return {
    edits: [
      ...sessionSection(config, target),
      ...changed,
      ...prunable.map(({ name }) => ({ action: 'remove', kind: 'profile', name }) as const),
    ],
    written: changed.map(({ name }) => name),
    kept,
    renamed: changes,
  };
}

/** Profiles in the config file by account and role, for sessions with that start URL; the first of several. */
export function profilesByRole({ files }: SharedConfig, startUrl: string): ReadonlyMap<string, string> {
  const { profiles, ssoSessions } = files.config.parsed;
  const found = new Map<string, string>();
  for (const name of profiles.keys()) {
    const { sso_session: session, sso_account_id: accountId, sso_role_name: roleName } = profiles.get(name) ?? {};
    if (session === undefined || accountId === undefined || roleName === undefined) continue;
    const url = ssoSessions.get(session)?.['sso_start_url'];
    const key = roleKey({ accountId, roleName });
    if (url !== undefined && isSameStartUrl(url, startUrl) && !found.has(key)) found.set(key, name);
  }
  return found;
}

/** A name is taken by a profile that has, or should have, credentials. A section with only settings is completed in place. */
function isTaken(config: SharedConfig, env: Environment, name: string): boolean {
  if (findIgnoredSection(config, 'profile', name) !== undefined) return true;
  return config.profiles.has(name) && resolveCredentialSource(config, name, env).kind !== 'none';
}

function sessionSection(config: SharedConfig, { session, values }: SessionToWrite): SetSection[] {
  const isSame = !differs(config.files.config.parsed.ssoSessions.get(session.name), values);
  return isSame ? [] : [{ action: 'set', kind: 'sso-session', name: session.name, values }];
}

function profileSection(
  config: SharedConfig,
  name: string,
  { accountId, roleName }: AssignedRole,
  session: string,
  region: string | undefined,
): SetSection {
  return {
    action: 'set',
    kind: 'profile',
    name,
    values: {
      sso_session: session,
      sso_account_id: accountId,
      sso_role_name: roleName,
      ...(region === undefined ? {} : { region }),
    },
    ...(config.files.config.parsed.profiles.has(name) ? {} : { comment: cdkxMark }),
  };
}

function differs(
  current: Readonly<Record<string, string>> | undefined,
  wanted: Readonly<Record<string, string>>,
): boolean {
  return current === undefined || Object.entries(wanted).some(([key, value]) => current[key] !== value);
}

const namedAtMost = 5;

/** Messages about a plan: before the change is shown (changed names, roles that have a profile), and after it is written. */
export function describePlan(
  { edits, written, kept, renamed }: ConfigurePlan,
  { isChanged, shownPath }: Pick<ConfigChange, 'isChanged' | 'shownPath'>,
): { readonly before: readonly string[]; readonly after: MessageParts } {
  const removed = edits.filter(({ action }) => action === 'remove').length;
  const changes = renamed.map(({ wanted, name, reason }) => {
    return `${reason === 'taken' ? `profile "${wanted}" already exists` : `several roles would be named "${wanted}"`}: using ${name}`;
  });
  const more = changes.length - namedAtMost;
  const keptLine =
    kept.length === 0
      ? []
      : [
          `${kept.length} ${kept.length === 1 ? 'role already has a profile' : 'roles already have profiles'}: ${list(kept.map(({ profile }) => profile))}`,
        ];
  const nothing = isChanged ? [] : [`nothing to write: ${shownPath} is up to date`];
  const first = written[0];
  return {
    before: [
      ...changes.slice(0, namedAtMost),
      ...(more > 0 ? [`and ${more} more names with the account ID appended`] : []),
      ...keptLine,
      ...nothing,
    ],
    after: {
      what: `${shownPath}: wrote ${written.length} profile${written.length === 1 ? '' : 's'}${removed === 0 ? '' : `, removed ${removed}`}`,
      next:
        first === undefined
          ? []
          : [{ say: 'To pin one for a project, run:' }, { run: `cdkx profile pin ${shellWord(first)}` }],
    },
  };
}

function list(names: readonly string[]): string {
  const rest = names.length - namedAtMost;
  return [...names.slice(0, namedAtMost), ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
}
