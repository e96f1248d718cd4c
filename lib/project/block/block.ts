import { didYouMean } from '../../messages/nearest-names.ts';
import { childPath, type JsonPath, readBoolean, readKnownObject, readObject, readWord, wrongValue } from './schema.ts';
import {
  readAccountId,
  readContextKey,
  readPatterns,
  readProfileName,
  readRegion,
  readRequestAccess,
  readRoleName,
  readSessionRegion,
  readStageName,
  readStartUrl,
} from './values.ts';

/** When cdkx signs in. */
export type LoginMode = 'prompt' | 'auto' | 'never';

/** Account → profile for deployments into several accounts; `auto` finds the profiles by their accounts. */
export type AccountsRule = 'auto' | Readonly<Record<string, string>>;

/** The sign-in that a pin needs, enough to write an `[sso-session]` section on a fresh laptop. */
export interface SsoSessionPin {
  readonly name?: string;
  readonly startUrl?: string;
  readonly region?: string;
}

/** Where a project deploys: a profile by name, and the account and role that it must use. */
export interface Pin {
  readonly profile?: string;
  readonly account?: string;
  readonly role?: string;
  /** The Region that the project deploys to, and that of a profile that cdkx writes. */
  readonly region?: string;
  readonly ssoSession?: SsoSessionPin;
}

/** One stage: what differs from the block, and the stacks that select it. */
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

/** The keys of a {@link SsoSessionPin}. */
export const sessionKeys: readonly string[] = ['name', 'startUrl', 'region'];

/** Reads the pin of a block or stage whose keys are checked already. */
export function readPin(place: JsonPath, object: Record<string, unknown>): Pin {
  const { profile, account, role, region, ssoSession } = object;
  return {
    ...(profile === undefined ? {} : { profile: readProfileName(childPath(place, 'profile'), profile) }),
    ...(account === undefined ? {} : { account: readAccountId(childPath(place, 'account'), account) }),
    ...(role === undefined ? {} : { role: readRoleName(childPath(place, 'role'), role) }),
    ...(region === undefined ? {} : { region: readRegion(childPath(place, 'region'), region) }),
    ...(ssoSession === undefined ? {} : { ssoSession: readSessionPin(childPath(place, 'ssoSession'), ssoSession) }),
  };
}

/** The keys that only a stage has, and its pin. */
export function parseStage(place: JsonPath, object: Record<string, unknown>): Stage {
  const { stacks } = object;
  return {
    ...readPin(place, object),
    ...(stacks === undefined ? {} : { stacks: readPatterns(childPath(place, 'stacks'), stacks) }),
    ...(object['protected'] === undefined
      ? {}
      : { protected: readBoolean(childPath(place, 'protected'), object['protected']) }),
  };
}

function readSessionPin(place: JsonPath, value: unknown): SsoSessionPin {
  const session = readKnownObject(place, value, sessionKeys);
  const { name, startUrl, region } = session;
  return {
    ...(name === undefined ? {} : { name: readProfileName(childPath(place, 'name'), name, 'session') }),
    ...(startUrl === undefined ? {} : { startUrl: readStartUrl(childPath(place, 'startUrl'), startUrl) }),
    ...(region === undefined ? {} : { region: readSessionRegion(childPath(place, 'region'), region) }),
  };
}

/** The project block, `context.cdkx` in cdk.json: which account the project means, and for which stage. Every key is optional. */
export interface ProjectBlock extends Pin {
  readonly accounts?: AccountsRule;
  readonly stages?: Readonly<Record<string, Stage>>;
  readonly login?: LoginMode;
  /** The context key that names the stage: `stage` is read if it isn't set. If it is set, the app is told a stage that was chosen otherwise. */
  readonly stageContext?: string;
  /** Where to request a role: an https URL with `{account}` and `{role}`. */
  readonly requestAccess?: string;
}

export const loginModes: readonly LoginMode[] = ['prompt', 'auto', 'never'];
/** The keys of a stage. */
export const stageKeys: readonly string[] = [...pinKeys, 'accounts', 'stacks', 'protected', 'login'];
/** The keys of the block. */
export const blockKeys: readonly string[] = [
  ...pinKeys,
  'accounts',
  'stages',
  'login',
  'stageContext',
  'requestAccess',
];

/**
 * Checks the project block member by member. `"acme-dev"` is short for `{ "profile": "acme-dev" }`.
 * `where` names the block in messages: `context.cdkx in cdk.json`, or `-c cdkx=NAME`.
 * Throws a `UserError` (78) that names the first wrong key or value, lists the known keys and suggests the nearest.
 */
export function parseProjectBlock(value: unknown, where: string): ProjectBlock {
  const root: JsonPath = { root: where, keys: [] };
  if (typeof value === 'string') return { profile: readProfileName(root, value) };
  const block = readKnownObject(root, value, blockKeys, 'the name of a profile or an object');
  const stages = block['stages'] === undefined ? undefined : readStages(childPath(root, 'stages'), block['stages']);
  return {
    ...readPin(root, block),
    ...readShared(root, block),
    ...(stages === undefined ? {} : { stages }),
    ...(block['stageContext'] === undefined
      ? {}
      : { stageContext: readContextKey(childPath(root, 'stageContext'), block['stageContext']) }),
    ...(block['requestAccess'] === undefined
      ? {}
      : { requestAccess: readRequestAccess(childPath(root, 'requestAccess'), block['requestAccess']) }),
  };
}

function readStages(place: JsonPath, value: unknown): Record<string, Stage> {
  const stages = Object.entries(readObject(place, value, 'an object: the name of each stage and its settings'));
  return Object.fromEntries(
    stages.map(([name, stage]) => {
      const stagePlace = childPath(place, readStageName(place, name));
      const object = readKnownObject(stagePlace, stage, stageKeys, 'an object with the settings of the stage');
      return [name, { ...parseStage(stagePlace, object), ...readShared(stagePlace, object) }];
    }),
  );
}

/** The keys beside the pin that the block and its stages have in common. */
function readShared(place: JsonPath, object: Record<string, unknown>): { accounts?: AccountsRule; login?: LoginMode } {
  const { accounts, login } = object;
  return {
    ...(accounts === undefined ? {} : { accounts: readAccounts(childPath(place, 'accounts'), accounts) }),
    ...(login === undefined ? {} : { login: readWord(childPath(place, 'login'), login, loginModes) }),
  };
}

function readAccounts(place: JsonPath, value: unknown): AccountsRule {
  const expected = '"auto", or an object: account id → name of a profile';
  if (value === 'auto') return value;
  if (typeof value === 'string') throw wrongValue(place, value, expected, didYouMean(value, ['auto']));
  const entries = Object.entries(readObject(place, value, expected));
  return Object.fromEntries(
    entries.map(([account, profile]) => [
      readAccountId(childPath(place, account), account),
      readProfileName(childPath(place, account), profile),
    ]),
  );
}
