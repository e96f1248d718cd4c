import type { MessageParts } from '../messages/errors.ts';
import { isSameStartUrl, suggestSessionName } from '../sso/start-url.ts';
import type { Pin } from './block/block.ts';

/** What the first run on a fresh laptop would write. */
export type FirstRunPlan =
  /** The block is incomplete; `missing` lists the keys. */
  | { readonly outcome: 'incomplete'; readonly missing: readonly string[] }
  | { readonly outcome: 'stop'; readonly message: MessageParts }
  | { readonly outcome: 'add'; readonly profile: NewProfile; readonly session: NewSession };

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

/** Plans the profile and the session that a project's pin needs, without touching what is there. Uses a session of the same start URL and region. */
export function planFirstRun(pin: Pin, local: LocalConfig): FirstRunPlan {
  const { account, role, ssoSession: { startUrl, region: ssoRegion } = {} } = pin;
  if (account === undefined || role === undefined || startUrl === undefined || ssoRegion === undefined) {
    const wanted = { account, role, 'ssoSession.startUrl': startUrl, 'ssoSession.region': ssoRegion };
    return {
      outcome: 'incomplete',
      missing: Object.entries(wanted).flatMap(([key, value]) => (value === undefined ? [key] : [])),
    };
  }
  const session = planSession({ ...pin.ssoSession, startUrl, region: ssoRegion }, local);
  if ('what' in session) return { outcome: 'stop', message: session };
  const name = pin.profile ?? freeName(asName(`${role}-${account}`), (taken) => isTaken(taken, local));
  if (name === 'default') return { outcome: 'stop', message: isDefault(account) };
  const unreadable = local.unreadableProfiles.get(name);
  if (unreadable !== undefined)
    return { outcome: 'stop', message: unreadableSection(`profile ${name}`, unreadable, local) };
  const existing = local.profiles.get(name);
  if (existing?.hasCredentials === true) return { outcome: 'stop', message: definedAlready(name, account, local) };
  const { region } = pin;
  return { outcome: 'add', profile: { name, account, role, region, completes: existing !== undefined }, session };
}

function planSession(
  wanted: { name?: string; startUrl: string; region: string },
  local: LocalConfig,
): NewSession | MessageParts {
  const { startUrl, region } = wanted;
  const name = wanted.name ?? suggestSessionName(startUrl);
  const unreadable = local.unreadableSessions.get(name);
  if (unreadable !== undefined) return unreadableSection(`sso-session ${name}`, unreadable, local);
  const same = local.sessions.get(name);
  if (same !== undefined && isSameSession(same, wanted)) return { name, startUrl, region, exists: true };
  if (same !== undefined && wanted.name !== undefined) return otherSession(name, same, wanted, local);
  const [twin] = [...local.sessions].find(([, session]) => isSameSession(session, wanted)) ?? [];
  if (twin !== undefined) return { name: twin, startUrl, region, exists: true };
  const isUsed = (candidate: string) => local.sessions.has(candidate) || local.unreadableSessions.has(candidate);
  return { name: wanted.name ?? freeName(name, isUsed), startUrl, region, exists: false };
}

function isSameSession(
  session: { startUrl?: string | undefined; region?: string | undefined },
  wanted: { startUrl: string; region: string },
) {
  return (
    session.startUrl !== undefined &&
    session.region === wanted.region &&
    isSameStartUrl(session.startUrl, wanted.startUrl)
  );
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

function isTaken(name: string, local: LocalConfig): boolean {
  return local.profiles.has(name) || local.unreadableProfiles.has(name);
}

/** What the AWS config file already has. */
export interface LocalConfig {
  /** Profiles as `cdk` reads them, and whether each has a credential source. */
  readonly profiles: ReadonlyMap<string, { readonly hasCredentials: boolean }>;
  readonly sessions: ReadonlyMap<
    string,
    { readonly startUrl?: string | undefined; readonly region?: string | undefined }
  >;
  /** Sections that only the AWS CLI can read (`[ profile x ]`), as written between the brackets, by name. */
  readonly unreadableProfiles: ReadonlyMap<string, string>;
  readonly unreadableSessions: ReadonlyMap<string, string>;
  /** The file for people: `~/.aws/config`. */
  readonly shownPath: string;
}

/** A session of that name exists with different settings. */
export function otherSession(
  name: string,
  here: { startUrl?: string | undefined; region?: string | undefined },
  wanted: { startUrl: string; region: string },
  local: LocalConfig,
): MessageParts {
  return {
    what: `SSO session ${JSON.stringify(name)} in ${local.shownPath} does not match the one this project uses`,
    why: [
      `In the file: ${here.startUrl ?? 'no start URL'} in ${here.region ?? 'no Region'}.`,
      `In the project: ${wanted.startUrl} in ${wanted.region}.`,
    ],
    next: [
      {
        say: `Rename one of them: [sso-session ${name}] in ${local.shownPath}, or ssoSession.name in context.cdkx of cdk.json.`,
      },
    ],
  };
}

/** A section that only the AWS CLI can read has that name: adding another would define it twice. */
export function unreadableSection(wanted: string, written: string, local: LocalConfig): MessageParts {
  return {
    what: `${local.shownPath} has a section [${written}] that cdk ignores`,
    why: `The project needs [${wanted}]; adding it would define it twice for the AWS CLI.`,
    next: [{ say: `Write the section as [${wanted}] and run the command again.` }],
  };
}

/** Tools without an explicit profile use `default`: one project must not change it for all others. */
function isDefault(account: string): MessageParts {
  return {
    what: 'the profile of this project is called "default", which cdkx does not write for a project',
    why: `Every AWS tool without an explicit profile would use account ${account}.`,
    next: [
      {
        say: 'Give the profile in context.cdkx of cdk.json another name, or make one for that account, under any name:',
      },
      { run: 'cdkx sso configure' },
    ],
  };
}

/** The wanted name belongs to a profile that works. */
export function definedAlready(name: string, account: string, local: LocalConfig): MessageParts {
  return {
    what: `profile ${JSON.stringify(name)} already exists in ${local.shownPath} for a different account than ${account}`,
    why: 'cdkx does not change existing profiles.',
    next: [{ say: 'Rename the existing profile, or create one for that account:' }, { run: 'cdkx sso configure' }],
  };
}
