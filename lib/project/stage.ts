import { inside, readBoolean, readKnownObject, type Place } from './schema.ts';
import { readAccountId, readPatterns, readProfileName, readRegion, readRoleName, readStartUrl } from './values.ts';

/** When cdkx logs in by itself. */
export type LoginMode = 'prompt' | 'auto' | 'never';

/** Account → profile for deployments into several accounts; `auto` finds the profiles by their accounts. */
export type AccountsRule = 'auto' | Readonly<Record<string, string>>;

/** The sign-in that a pin needs, enough to write an `[sso-session]` section on a fresh laptop. */
export interface SsoSessionPin {
  readonly name?: string;
  readonly startUrl?: string;
  readonly region?: string;
}

/** What a project says about where it deploys: a profile by name, and what that profile must lead to. */
export interface Pin {
  readonly profile?: string;
  readonly account?: string;
  readonly role?: string;
  /** The region of a profile that cdkx writes; nothing else. */
  readonly region?: string;
  readonly ssoSession?: SsoSessionPin;
}

/** One stage: what differs from the block, and when it is meant. */
export interface Stage extends Pin {
  readonly accounts?: AccountsRule;
  readonly login?: LoginMode;
  /** Globs over stack ids and paths, as `cdk` itself matches them. */
  readonly stacks?: readonly string[];
  /** Whether changing commands ask for the stage's name to be typed. */
  readonly protected?: boolean;
}

/** The keys of a {@link Pin}, in the order they are written and listed. */
export const pinKeys = ['profile', 'account', 'role', 'region', 'ssoSession'] as const;

/** The pin within a block or stage whose keys are known to be right. */
export function readPin(place: Place, object: Record<string, unknown>): Pin {
  const { profile, account, role, region, ssoSession } = object;
  return {
    ...(profile === undefined ? {} : { profile: readProfileName(inside(place, 'profile'), profile) }),
    ...(account === undefined ? {} : { account: readAccountId(inside(place, 'account'), account) }),
    ...(role === undefined ? {} : { role: readRoleName(inside(place, 'role'), role) }),
    ...(region === undefined ? {} : { region: readRegion(inside(place, 'region'), region) }),
    ...(ssoSession === undefined ? {} : { ssoSession: readSessionPin(inside(place, 'ssoSession'), ssoSession) }),
  };
}

/** The keys that only a stage has, and its pin. */
export function parseStage(place: Place, object: Record<string, unknown>): Stage {
  const { stacks } = object;
  return {
    ...readPin(place, object),
    ...(stacks === undefined ? {} : { stacks: readPatterns(inside(place, 'stacks'), stacks) }),
    ...(object['protected'] === undefined
      ? {}
      : { protected: readBoolean(inside(place, 'protected'), object['protected']) }),
  };
}

function readSessionPin(place: Place, value: unknown): SsoSessionPin {
  const session = readKnownObject(place, value, ['name', 'startUrl', 'region']);
  const { name, startUrl, region } = session;
  return {
    ...(name === undefined ? {} : { name: readProfileName(inside(place, 'name'), name, 'session') }),
    ...(startUrl === undefined ? {} : { startUrl: readStartUrl(inside(place, 'startUrl'), startUrl) }),
    ...(region === undefined ? {} : { region: readRegion(inside(place, 'region'), region) }),
  };
}
