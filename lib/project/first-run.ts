import { findIgnoredSection, type SharedConfig } from '../aws-config/shared-config.ts';
import type { Environment } from '../context.ts';
import type { MessageParts } from '../messages/errors.ts';
import { resolveCredentialSource } from '../profile/resolve-source.ts';
import { isSameStartUrl, suggestSessionName } from '../sso/start-url.ts';
import { matchProfiles } from '../profile/detect/match.ts';
import type { Pin } from './block/block.ts';
import type { RoleChoice } from './block/effective-block.ts';

/** What the first run on a fresh laptop would write. */
export type FirstRunPlan =
  /** The block is incomplete; `missing` lists the keys. */
  | { readonly outcome: 'incomplete'; readonly missing: readonly string[] }
  | { readonly outcome: 'stop'; readonly message: MessageParts }
  /** The profile of the command's role first, unless it exists. None if the project has two roles and both have profiles. */
  | { readonly outcome: 'add'; readonly profiles: readonly NewProfile[]; readonly session: NewSession };

export interface NewProfile {
  readonly name: string;
  readonly account: string;
  readonly role: string;
  readonly region?: string;
  /** Whether a settings-only section of that name is completed in place. */
  readonly completes: boolean;
}

export interface NewSession {
  readonly name: string;
  readonly startUrl: string;
  readonly region: string;
  /** Whether the session is defined here already, and only used. */
  readonly exists: boolean;
}

/**
 * Plans the profile and the session that a project's pin needs; with two roles, a profile for each that has none. Uses a session of the same
 * start URL and region.
 */
export function planFirstRun(
  pin: Omit<Pin, 'role'> & RoleChoice,
  config: SharedConfig,
  env: Environment,
): FirstRunPlan {
  const { account, role, otherRole, roleUse, region, ssoSession: { startUrl, region: ssoRegion } = {} } = pin;
  if (account === undefined || role === undefined || startUrl === undefined || ssoRegion === undefined) {
    const wanted = { account, role, 'ssoSession.startUrl': startUrl, 'ssoSession.region': ssoRegion };
    return {
      outcome: 'incomplete',
      missing: Object.entries(wanted).flatMap(([key, value]) => (value === undefined ? [key] : [])),
    };
  }
  const isTaken = (taken: string) =>
    config.profiles.has(taken) || findIgnoredSection(config, 'profile', taken) !== undefined;
  const session = planSession({ ...pin.ssoSession, startUrl, region: ssoRegion }, config);
  const hasCredentials = (name: string) =>
    config.profiles.has(name) && resolveCredentialSource(config, name, env).kind !== 'none';
  const profile = (itsRole: string, wanted: string | undefined): NewProfile => {
    const name = wanted ?? freeName(asName(`${itsRole}-${account}`), isTaken);
    return { name, account, role: itsRole, region, completes: config.profiles.has(name) };
  };
  if (pin.profile === 'default') return { outcome: 'stop', message: isDefault(account) };
  const isUsed = pin.profile !== undefined && hasCredentials(pin.profile);
  if (otherRole !== undefined) {
    const changeRole = roleUse === 'change' ? role : otherRole;
    const missing = [role, otherRole].filter(
      (each) => matchProfiles(config, { account, role: each, startUrl }, env).length === 0,
    );
    // A name is that of the profile that changes something.
    const profiles = missing.map((each) => profile(each, each === changeRole && !isUsed ? pin.profile : undefined));
    return { outcome: 'add', profiles, session };
  }
  if (isUsed) return { outcome: 'stop', message: definedAlready(pin.profile, account, config.files.config.shownPath) };
  return { outcome: 'add', profiles: [profile(role, pin.profile)], session };
}

function planSession(
  { name: wanted, startUrl, region }: { name?: string; startUrl: string; region: string },
  config: SharedConfig,
): NewSession {
  const isSame = (candidate: string) => {
    const { sso_start_url: url, sso_region: itsRegion } = config.ssoSessions.get(candidate) ?? {};
    return url !== undefined && itsRegion === region && isSameStartUrl(url, startUrl);
  };
  const name = wanted ?? suggestSessionName(startUrl);
  // If the wanted one is defined otherwise, the editor of the file refuses it.
  const isOther = wanted !== undefined && config.ssoSessions.has(wanted);
  const same = [name, ...(isOther ? [] : config.ssoSessions.keys())].find(isSame);
  if (same !== undefined) return { name: same, startUrl, region, exists: true };
  const isUsed = (candidate: string) =>
    config.ssoSessions.has(candidate) || findIgnoredSection(config, 'sso-session', candidate) !== undefined;
  return { name: wanted ?? freeName(name, isUsed), startUrl, region, exists: false };
}

/** A name that `cdk` can read between brackets. */
function asName(text: string): string {
  return text.replace(/[^\w\-@+.%:/]/g, '-');
}

function freeName(name: string, isUsed: (name: string) => boolean): string {
  if (!isUsed(name)) return name;
  for (let number = 2; ; number++) {
    if (!isUsed(`${name}-${number}`)) return `${name}-${number}`;
  }
}

/** Tools without an explicit profile use `default`: one project must not change it for all others. */
function isDefault(account: string): MessageParts {
  return {
    what: 'the profile of this project is named "default", which cdkx does not create',
    why: `Every AWS tool without an explicit profile would use account ${account}.`,
    next: [
      {
        say: 'Give the profile in context.cdkx of cdk.json another name, or create one for that account under any name:',
      },
      { run: 'cdkx sso configure' },
    ],
  };
}

/** The wanted name belongs to a profile that works. */
function definedAlready(name: string, account: string, shownPath: string): MessageParts {
  return {
    what: `profile ${JSON.stringify(name)} already exists in ${shownPath} for a different account than ${account}`,
    why: 'cdkx does not change existing profiles.',
    next: [{ say: 'Rename the existing profile, or create one for that account:' }, { run: 'cdkx sso configure' }],
  };
}
