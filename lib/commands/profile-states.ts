import type { Context } from '../context.ts';
import { leafSource } from '../profile/credential-source.ts';
import type { SharedConfig } from '../profile/shared-config.ts';
import { formatDuration } from '../terminal/duration.ts';
import { otherCredentials } from './other-credentials.ts';
import { listProfiles, listSessions } from './session-overview.ts';

/** Where the credentials of a profile stand: those of its SSO session, or its own that end. */
export interface ProfileState {
  readonly state: string;
  readonly expiresAt?: string;
}

/** The state of every profile whose credentials end, role chains included, from files alone. */
export function profileStates(
  ctx: Pick<Context, 'env' | 'home' | 'clock'>,
  config: SharedConfig,
): Map<string, ProfileState> {
  const profiles = listProfiles(ctx, config);
  const states = new Map<string, ProfileState>();
  for (const { profile, state, expiresAt } of otherCredentials(ctx, profiles)) {
    states.set(profile, entryOf(state, expiresAt));
  }
  for (const { profiles: users, state, expiresAt } of listSessions(ctx, config, profiles)) {
    for (const user of users) states.set(user, entryOf(state, expiresAt));
  }
  for (const { name, source } of profiles) {
    const ofLeaf = states.get(leafSource(source).profile);
    if (!states.has(name) && ofLeaf !== undefined) states.set(name, ofLeaf);
  }
  return states;
}

function entryOf(state: string, expiresAt: Date | undefined): ProfileState {
  return { state, ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }) };
}

const words: Readonly<Record<string, string>> = {
  valid: 'valid',
  ending: 'ends soon',
  refreshable: 'renewed at the next use',
  renewable: 'renewed at the next use',
  'signed-out': 'signed out',
  unknown: 'end not known',
};

/** A state for people, with the time that is left. */
export function stateLine(
  { clock }: Pick<Context, 'clock'>,
  { state, expiresAt }: Partial<ProfileState>,
): string | undefined {
  if (state === undefined) return undefined;
  const text = words[state] ?? state;
  if (expiresAt === undefined) return text;
  const seconds = (Date.parse(expiresAt) - clock.now()) / 1000;
  return seconds > 0 ? `${text}, ${formatDuration(seconds)} left` : `${text}, ended ${formatDuration(-seconds)} ago`;
}
