import { didYouMean } from './did-you-mean.ts';
import { inside, readKnownObject, readObject, readWord, wrongValue, type Place } from './schema.ts';
import { parseStage, pinKeys, readPin, type AccountsRule, type LoginMode, type Pin, type Stage } from './stage.ts';
import { readAccountId, readContextKey, readProfileName, readStageName } from './values.ts';

export type { AccountsRule, LoginMode, Pin, SsoSessionPin, Stage } from './stage.ts';

/** The project block, `context.cdkx` in cdk.json: which account the project means, and for which stage. Every key is optional. */
export interface ProjectBlock extends Pin {
  readonly accounts?: AccountsRule;
  readonly stages?: Readonly<Record<string, Stage>>;
  readonly login?: LoginMode;
  /** The context key that names the stage, where it is not `stage`. */
  readonly stageContext?: string;
}

const loginModes: readonly LoginMode[] = ['prompt', 'auto', 'never'];
const stageKeys = [...pinKeys, 'accounts', 'stacks', 'protected', 'login'];
const blockKeys = [...pinKeys, 'accounts', 'stages', 'login', 'stageContext'];

/**
 * Checks the project block member by member. `"acme-dev"` is short for `{ "profile": "acme-dev" }`.
 * `where` names the block in messages: `context.cdkx in cdk.json`, or `-c cdkx=NAME`.
 * Throws a `UserError` (78) that names the first wrong key or value, lists the known keys and suggests the nearest.
 */
export function parseProjectBlock(value: unknown, where: string): ProjectBlock {
  const root: Place = { root: where, keys: [] };
  if (typeof value === 'string') return { profile: readProfileName(root, value) };
  const block = readKnownObject(root, value, blockKeys, 'the name of a profile or an object');
  const stages = block['stages'] === undefined ? undefined : readStages(inside(root, 'stages'), block['stages']);
  return {
    ...readPin(root, block),
    ...readShared(root, block),
    ...(stages === undefined ? {} : { stages }),
    ...(block['stageContext'] === undefined
      ? {}
      : { stageContext: readContextKey(inside(root, 'stageContext'), block['stageContext']) }),
  };
}

function readStages(place: Place, value: unknown): Record<string, Stage> {
  const stages = Object.entries(readObject(place, value, 'an object: the name of each stage and its settings'));
  return Object.fromEntries(
    stages.map(([name, stage]) => {
      const stagePlace = inside(place, readStageName(place, name));
      const object = readKnownObject(stagePlace, stage, stageKeys, 'an object with the settings of the stage');
      return [name, { ...parseStage(stagePlace, object), ...readShared(stagePlace, object) }];
    }),
  );
}

/** The keys beside the pin that the block and its stages have in common. */
function readShared(place: Place, object: Record<string, unknown>): { accounts?: AccountsRule; login?: LoginMode } {
  const { accounts, login } = object;
  return {
    ...(accounts === undefined ? {} : { accounts: readAccounts(inside(place, 'accounts'), accounts) }),
    ...(login === undefined ? {} : { login: readWord(inside(place, 'login'), login, loginModes) }),
  };
}

function readAccounts(place: Place, value: unknown): AccountsRule {
  const expected = '"auto", or an object: account id → name of a profile';
  if (value === 'auto') return value;
  if (typeof value === 'string') throw wrongValue(place, value, expected, didYouMean(value, ['auto']));
  const entries = Object.entries(readObject(place, value, expected));
  return Object.fromEntries(
    entries.map(([account, profile]) => [
      readAccountId(inside(place, account), account),
      readProfileName(inside(place, account), profile),
    ]),
  );
}
