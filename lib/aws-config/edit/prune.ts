import { type Assignments, roleKey } from '../../sso/identity-center/portal.ts';
import { isSameStartUrl } from '../../sso/start-url.ts';
import type { ParsedIni, SharedConfig } from '../shared-config.ts';

/** The comment below the header of a profile that `cdkx sso configure` wrote. Remove the comment to exclude a profile from `--prune`. */
export const cdkxMark = '# written by cdkx';

/** Finds the profiles in the config file that are defined once and have {@link cdkxMark}. */
export function findCdkxProfiles({ text, sections }: ParsedIni): ReadonlySet<string> {
  const profiles = sections.filter(({ header }) => header.kind === 'profile');
  const counts = new Map<string, number>();
  for (const { header } of profiles) counts.set(header.name, (counts.get(header.name) ?? 0) + 1);
  const isMarked = ({ bodyStart, end }: { bodyStart: number; end: number }) =>
    text.includes(cdkxMark, bodyStart) && markedLine.test(text.slice(bodyStart, end));
  return new Set(
    profiles
      .filter((section) => counts.get(section.header.name) === 1 && isMarked(section))
      .map(({ header }) => header.name),
  );
}

const markedLine = new RegExp(`^[ \\t]*${cdkxMark}[ \\t]*\\r?$`, 'm');

/** A profile that can be removed, with its account and role. */
export interface PrunableProfile {
  readonly name: string;
  readonly accountId: string;
  readonly roleName: string;
}

/** The profiles that cdkx wrote for the session (and `account`) whose role the portal no longer lists. Accounts that couldn't be read are kept. */
export function findPrunable(
  config: SharedConfig,
  session: { readonly name: string; readonly startUrl: string },
  assignments: Assignments,
  account?: string,
): readonly PrunableProfile[] {
  const { profiles, ssoSessions } = config.files.config.parsed;
  const offered = new Set(assignments.roles.map(roleKey));
  const unread = new Set(assignments.unread.map(({ account: { accountId } }) => accountId));
  return [...findCdkxProfiles(config.files.config.parsed)].flatMap((name) => {
    const { sso_session: sessionName, sso_account_id: accountId, sso_role_name: roleName } = profiles.get(name) ?? {};
    if (sessionName === undefined || accountId === undefined || roleName === undefined) return [];
    const startUrl = ssoSessions.get(sessionName)?.['sso_start_url'];
    const isOfSession =
      sessionName === session.name && startUrl !== undefined && isSameStartUrl(startUrl, session.startUrl);
    const isAsked = (account === undefined || account === accountId) && !unread.has(accountId);
    return isOfSession && isAsked && !offered.has(roleKey({ accountId, roleName }))
      ? [{ name, accountId, roleName }]
      : [];
  });
}
