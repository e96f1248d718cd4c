import { exitCode, UserError } from '../terminal/user-error.ts';
import { parseProjectBlock, type Pin } from './block.ts';
import { setInJson } from './json-edit.ts';
import { readObject } from './schema.ts';

/** What a pin is written from: the profile as it is on this machine. */
export interface ProfileFacts {
  readonly name: string;
  readonly account?: string | undefined;
  readonly role?: string | undefined;
  /** The profile's own, for the profile that a fresh laptop gets from the pin: without one, `cdk` would deploy to us-east-1 there. */
  readonly region?: string | undefined;
  /** The sign-in of a profile that is itself an SSO profile; not of one that assumes a role from there. */
  readonly ssoSession?:
    { readonly name?: string | undefined; readonly startUrl: string; readonly region: string } | undefined;
}

/** The keys of a pin, in their order. */
const written = ['profile', 'account', 'role', 'region', 'ssoSession'] as const;

/** All or nothing: those that a pin does not give are removed, since they described another profile. A region may be the project's own. */
const replaced: readonly string[] = written.filter((key) => key !== 'region');

/** The pin for a profile, so that it travels: account, role and sign-in stand beside the name. */
export function buildPin(facts: ProfileFacts): Pin {
  const { name, account, role, region, ssoSession } = facts;
  return {
    profile: name,
    ...(account === undefined ? {} : { account }),
    ...(role === undefined ? {} : { role }),
    ...(region === undefined ? {} : { region }),
    ...(ssoSession === undefined
      ? {}
      : {
          ssoSession: {
            ...(ssoSession.name === undefined ? {} : { name: ssoSession.name }),
            startUrl: ssoSession.startUrl,
            region: ssoSession.region,
          },
        }),
  };
}

/**
 * The text of cdk.json with `pin` as the project block's base, or as one of its stages; everything else stays as it is, byte for byte.
 * The pin's keys are replaced; `stages`, `accounts` and the others are kept, and `region` where the pin has none. A stage is not told the
 * region that it inherits. Writing the same pin again changes nothing.
 * Throws a `UserError` (78) where the text, its `context` or its block is not what it should be, or would not be afterwards.
 */
export function editProjectBlock(text: string, pin: Pin, options: { stage?: string; shownPath: string }): string {
  const { stage, shownPath } = options;
  const where = `context.cdkx in ${shownPath}`;
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const json = text.slice(bom.length);
  const root = parseJson(json, shownPath);
  const block = blockOf(root, shownPath);
  parseProjectBlock(block ?? {}, where);
  const wanted = withPin(block, pin, stage);
  parseProjectBlock(wanted, where);
  const edited = editDeep(shownPath, () => apply(json, block, wanted, stage));
  if (JSON.stringify(blockOf(parseJson(edited, shownPath), shownPath)) === JSON.stringify(wanted)) return bom + edited;
  // JSON.parse takes the last of two equal keys, an editor the first: cdk would not see the pin.
  throw new UserError(exitCode.configuration, {
    what: `Cannot edit ${shownPath}: a key on the way to context.cdkx stands in it twice`,
    why: 'Of two equal keys cdk takes the last.',
    next: 'Remove one of them and run the command again.',
  });
}

/** The editor calls itself for each level of the text, so that brackets by the ten thousands are too many for it. */
function editDeep(shownPath: string, edit: () => string): string {
  try {
    return edit();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(
      exitCode.configuration,
      {
        what: `Cannot edit ${shownPath}: its values are nested too deeply`,
        why: 'The editor that keeps the formatting does not come to an end with them.',
        next: 'Write the profile into it by hand: "context": { "cdkx": "NAME" }',
      },
      { cause: error },
    );
  }
}

type JsonObject = Record<string, unknown>;

/** The block as it shall be: as an object, even where it was a string. Keys that stay keep their places. */
function withPin(block: unknown, pin: Pin, stage: string | undefined): unknown {
  const object: JsonObject = typeof block === 'string' ? { profile: block } : ((block ?? {}) as JsonObject);
  if (stage === undefined) return Object.keys(object).length === 0 ? { ...pin } : replaceKeys(object, pin);
  const stages = (object['stages'] ?? {}) as JsonObject;
  const own = (Object.hasOwn(stages, stage) ? stages[stage] : {}) as JsonObject;
  const { region, ...rest } = pin;
  const isInherited = own['region'] === undefined && region === object['region'];
  return { ...object, stages: { ...stages, [stage]: replaceKeys(own, isInherited ? rest : pin) } };
}

function replaceKeys(object: JsonObject, pin: Pin): JsonObject {
  const kept = Object.entries(object)
    .filter(([key]) => pin[key as keyof Pin] !== undefined || !replaced.includes(key))
    .map(([key, value]) => [key, pin[key as keyof Pin] ?? value] as const);
  const added = written
    .filter((key) => pin[key] !== undefined && !Object.hasOwn(object, key))
    .map((key) => [key, pin[key]] as const);
  return Object.fromEntries([...kept, ...added]);
}

/** The smallest edits: whole values where they are new, single keys where the object around them exists. */
function apply(text: string, before: unknown, wanted: unknown, stage: string | undefined): string {
  const path: readonly string[] = ['context', 'cdkx'];
  if (!isObject(before) || !isObject(wanted)) return setInJson(text, path, wanted);
  if (stage === undefined) return setKeys(text, path, before, wanted);
  const stages = wanted['stages'] as JsonObject;
  const stagesBefore = before['stages'];
  if (!isObject(stagesBefore)) return setInJson(text, [...path, 'stages'], stages);
  const stageBefore = Object.hasOwn(stagesBefore, stage) ? stagesBefore[stage] : undefined;
  const stagePath = [...path, 'stages', stage];
  if (!isObject(stageBefore)) return setInJson(text, stagePath, stages[stage]);
  return setKeys(text, stagePath, stageBefore, stages[stage] as JsonObject);
}

function setKeys(text: string, path: readonly string[], before: JsonObject, wanted: JsonObject): string {
  return written.reduce((current, key) => {
    const isSame = JSON.stringify(before[key]) === JSON.stringify(wanted[key]);
    return isSame ? current : setInJson(current, [...path, key], wanted[key]);
  }, text);
}

function blockOf(root: JsonObject, shownPath: string): unknown {
  const context = root['context'];
  if (context === undefined) return undefined;
  return readObject({ root: `context in ${shownPath}`, keys: [] }, context)['cdkx'];
}

function parseJson(text: string, shownPath: string): JsonObject {
  try {
    return readObject({ root: shownPath, keys: [] }, JSON.parse(text));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      exitCode.configuration,
      {
        what: `${shownPath} is not JSON: ${(error as Error).message}`,
        why: 'cdk reads it as strict JSON, without comments and trailing commas.',
        next: 'Correct it and run the command again. Nothing was changed.',
      },
      { cause: error },
    );
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
