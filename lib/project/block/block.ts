import { type LoginMode, loginModes } from '../../cdkx-flags.ts';
import { UserError } from '../../messages/errors.ts';
import { didYouMean } from '../../messages/nearest-names.ts';
import {
  childPath,
  formatJsonPath,
  type JsonPath,
  readBoolean,
  readKnownObject,
  readObject,
  readWord,
  wrongValue,
} from './schema.ts';
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

/** Account → profile for deployments into several accounts; `auto` finds the profiles by their accounts. */
export type AccountsRule = 'auto' | Readonly<Record<string, string>>;

/** The sign-in that a pin needs, enough to write an `[sso-session]` section on a fresh laptop. */
export interface SsoSessionPin {
  readonly name?: string;
  readonly startUrl?: string;
  readonly region?: string;
}

/** The role for commands that only read, and the one for all others. At least one is set. */
export interface RolePair {
  readonly read?: string;
  readonly change?: string;
}

/** Where a project deploys: a profile by name, and the account and role that it must use. */
export interface Pin {
  readonly profile?: string;
  readonly account?: string;
  readonly role?: string | RolePair;
  /** The Region that the project deploys to, and that of a profile that cdkx writes. */
  readonly region?: string;
  readonly ssoSession?: SsoSessionPin;
}

/** One stage: what differs from the block, and the stacks that select it. */
export interface Stage extends Pin {
  readonly accounts?: AccountsRule;
  readonly login?: LoginMode;
  readonly stacks?: readonly string[];
  readonly protected?: boolean;
}

/** The project block, `context.cdkx` in cdk.json: which account the project means, and for which stage. Every key is optional. */
export interface ProjectBlock extends Pin {
  readonly accounts?: AccountsRule;
  readonly stages?: Readonly<Record<string, Stage>>;
  readonly login?: LoginMode;
  /** The context key that names the stage: `stage` is read if it isn't set. If it is set, the app gets a stage that was chosen otherwise. */
  readonly stageContext?: string;
  readonly requestAccess?: string;
}

type Readers<T> = { readonly [Key in keyof T]-?: (place: JsonPath, value: unknown) => Exclude<T[Key], undefined> };

const session: Readers<SsoSessionPin> = {
  name: (place, value) => readProfileName(place, value, 'session'),
  startUrl: readStartUrl,
  region: readSessionRegion,
};
const rolePair: Readers<RolePair> = { read: readRoleName, change: readRoleName };
const pin: Readers<Pin> = {
  profile: readProfileName,
  account: readAccountId,
  role: readRole,
  region: readRegion,
  ssoSession: (place, value) => readMembers(place, value, session),
};
const readLogin = (place: JsonPath, value: unknown) => readWord(place, value, loginModes);
const stage: Readers<Stage> = {
  ...pin,
  role: readWholeRole,
  accounts: readAccounts,
  stacks: readPatterns,
  protected: readBoolean,
  login: readLogin,
};
const block: Readers<ProjectBlock> = {
  ...pin,
  accounts: readAccounts,
  stages: readStages,
  login: readLogin,
  stageContext: readContextKey,
  requestAccess: readRequestAccess,
};

/** The keys of the block, of a stage, of an SSO session and of two roles, in the order they are listed. */
export const [blockKeys, stageKeys, sessionKeys, roleKeys] = [block, stage, session, rolePair].map(Object.keys) as [
  string[],
  string[],
  string[],
  string[],
];

/** Checks the project block. `"acme-dev"` is short for `{ "profile": "acme-dev" }`; `where` names the block. Throws a `UserError` (78). */
export function parseProjectBlock(value: unknown, where: string): ProjectBlock {
  const root: JsonPath = { root: where, keys: [] };
  if (typeof value === 'string') return { profile: readProfileName(root, value) };
  return readMembers(root, value, block, 'the name of a profile or an object');
}

/** The role of a stage: it replaces that of the block whole, so that nothing of it is inherited unseen. */
function readWholeRole(place: JsonPath, value: unknown): string | RolePair {
  const role = readRole(place, value);
  const missing = typeof role === 'object' ? roleKeys.find((key) => !Object.hasOwn(role, key)) : undefined;
  if (missing === undefined) return role;
  throw new UserError('InvalidBlock', {
    what: `${formatJsonPath(place)} cannot be ${JSON.stringify(role)}: it has no "${missing}"`,
    why: 'A stage does not inherit half of a role.',
    next: [{ say: 'Set both "read" and "change", or write one role for all commands.' }],
  });
}

function readRole(place: JsonPath, value: unknown): string | RolePair {
  if (typeof value !== 'object' || value === null) return readRoleName(place, value);
  const expected = 'the name of a role, or an object with "read", "change" or both';
  const pair = readMembers(place, value, rolePair, expected);
  if (Object.keys(pair).length === 0) throw wrongValue(place, value, expected);
  return pair;
}

/** The members of an object that are set, each read by its reader. */
function readMembers<T extends object>(place: JsonPath, value: unknown, readers: Readers<T>, expected?: string): T {
  const object = readKnownObject(place, value, Object.keys(readers), expected);
  const all = Object.entries<(place: JsonPath, value: unknown) => unknown>(readers);
  const set = all.filter(([key]) => object[key] !== undefined);
  return Object.fromEntries(set.map(([key, read]) => [key, read(childPath(place, key), object[key])])) as T;
}

function readStages(place: JsonPath, value: unknown): Record<string, Stage> {
  const stages = Object.entries(readObject(place, value, 'an object: the name of each stage and its settings'));
  return Object.fromEntries(
    stages.map(([name, settings]) => [
      name,
      readMembers(
        childPath(place, readStageName(place, name)),
        settings,
        stage,
        'an object with the settings of the stage',
      ),
    ]),
  );
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
