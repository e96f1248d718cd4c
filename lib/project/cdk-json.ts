import { type Node, parseTree } from 'jsonc-parser';
import type { Context } from '../context.ts';
import { UserError } from '../messages/errors.ts';
import { readBounded, replaceFile } from '../system/files.ts';
import { parseProjectBlock, type Pin, type Stage } from './block/block.ts';
import { readObject } from './block/schema.ts';

/** What a pin is written from: the profile as it is on this machine. */
export interface ProfileFacts {
  readonly name: string;
  readonly account?: string | undefined;
  readonly role?: string | undefined;
  /** The profile's own, for the profile that a fresh laptop gets from the pin: without one, `cdk` would deploy to us-east-1 there. */
  readonly region?: string | undefined;
  /** The SSO session of an SSO profile; not of a profile that assumes a role from one. */
  readonly ssoSession?:
    { readonly name?: string | undefined; readonly startUrl: string; readonly region: string } | undefined;
}

/** The keys that are written, in their order; the last two in a stage only. */
const written = ['profile', 'account', 'role', 'region', 'ssoSession', 'stacks', 'protected'] as const;

/**
 * Those that a pin does not give are removed, since they described another profile. A region may be the project's own, and the account is its
 * guard: a profile without a known account must match the existing one.
 */
const replaced: readonly string[] = ['profile', 'role', 'ssoSession'];

/** The pin for a profile, with account, role and SSO session, so that it works on other machines. */
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
 * The pin's keys are replaced; `stages`, `accounts` and the others are kept, and `region` if the pin has none. A stage doesn't get the
 * region and the SSO session that it inherits. Writing the same pin again changes nothing.
 * Throws a `UserError` (78) if the text, its `context` or its block is invalid, or would be afterwards.
 */
export function editProjectBlock(text: string, pin: Stage, options: { stage?: string; shownPath: string }): string {
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
  throw new UserError('CdkJsonNotEditable', {
    what: `cannot edit ${shownPath}: it contains a key on the path to context.cdkx twice`,
    why: 'cdk uses the last of two equal keys.',
    next: [{ say: 'Remove one of them and run the command again.' }],
  });
}

/** Runs the editor, which is recursive: deeply nested input overflows the stack. */
function editDeep(shownPath: string, edit: () => string): string {
  try {
    return edit();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(
      'CdkJsonNotEditable',
      {
        what: `cannot edit ${shownPath}: its values are nested too deeply`,
        why: 'cdkx cannot edit it and keep its formatting.',
        next: [{ say: 'Write the profile into it by hand: "context": { "cdkx": "NAME" }' }],
      },
      { cause: error },
    );
  }
}

type JsonObject = Record<string, unknown>;

/** The new block: an object, even if it was a string. Existing keys keep their order. */
function withPin(block: unknown, pin: Stage, stage: string | undefined): unknown {
  const object: JsonObject = typeof block === 'string' ? { profile: block } : ((block ?? {}) as JsonObject);
  if (stage === undefined) return Object.keys(object).length === 0 ? { ...pin } : replaceKeys(object, pin);
  const stages = (object['stages'] ?? {}) as JsonObject;
  const own = (Object.hasOwn(stages, stage) ? stages[stage] : {}) as JsonObject;
  const isInherited = (key: 'region' | 'ssoSession') =>
    own[key] === undefined && JSON.stringify(pin[key]) === JSON.stringify(object[key]);
  const { region, ssoSession, ...rest } = pin;
  const changed: Stage = {
    ...rest,
    ...(region === undefined || isInherited('region') ? {} : { region }),
    ...(ssoSession === undefined || isInherited('ssoSession') ? {} : { ssoSession }),
  };
  return { ...object, stages: { ...stages, [stage]: replaceKeys(own, changed) } };
}

function replaceKeys(object: JsonObject, pin: Stage): JsonObject {
  const kept = Object.entries(object)
    .filter(([key]) => pin[key as keyof Stage] !== undefined || !replaced.includes(key))
    .map(([key, value]) => [key, pin[key as keyof Stage] ?? value] as const);
  const added = written
    .filter((key) => pin[key] !== undefined && !Object.hasOwn(object, key))
    .map((key) => [key, pin[key]] as const);
  return Object.fromEntries([...kept, ...added]);
}

/** Makes the smallest edits: whole values if they are new, single keys if their object exists. */
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
      'SettingsFileInvalid',
      {
        what: `${shownPath} is not valid JSON: ${(error as Error).message}`,
        why: 'cdk reads it as strict JSON, without comments and trailing commas.',
        next: [{ say: 'Correct it and run the command again. Nothing was changed.' }],
      },
      { cause: error },
    );
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How a JSON text is laid out: its line ends and indentation, or all on one line. */
interface Layout {
  /** Absent in a text without line breaks. */
  readonly eol?: string;
  readonly indent: string;
  /** The text after a colon or comma on one line. */
  readonly gap: string;
}

/**
 * Sets the value at `path` in a JSON text, or with `undefined` removes it, and changes no other byte.
 * Creates missing objects on the path. Formats new text like the existing text; an object on one line stays on one line.
 */
export function setInJson(text: string, path: readonly string[], value: unknown): string {
  let parent = parseTree(text);
  let depth = 0;
  for (; parent !== undefined && depth < path.length - 1; depth++) {
    const child: Node | undefined = propertyOf(parent, path[depth])?.children?.[1];
    if (child?.type !== 'object') break;
    parent = child;
  }
  const key = path[depth];
  if (parent?.type !== 'object' || key === undefined) return text;
  const property = propertyOf(parent, key);
  if (value === undefined)
    return depth === path.length - 1 && property !== undefined ? remove(text, parent, property) : text;
  const content = path.slice(depth + 1).reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
  const layout = layoutOf(text);
  const old = property?.children?.[1];
  if (old !== undefined) return splice(text, old.offset, old.length, print(content, layout, depth + 1));
  return insert(text, parent, `${JSON.stringify(key)}:`, content, layout, depth + 1);
}

/** Adds a property behind the others. */
function insert(text: string, parent: Node, label: string, content: unknown, layout: Layout, depth: number): string {
  const last = parent.children?.at(-1);
  const inner = text.slice(parent.offset, parent.offset + parent.length);
  if (last !== undefined) {
    const end = last.offset + last.length;
    const isOneLine = layout.eol === undefined || !/[\r\n]/.test(inner);
    if (isOneLine)
      return splice(text, end, 0, `,${layout.gap}${label}${layout.gap}${print(content, oneLine(layout), depth)}`);
    return splice(text, end, 0, `,${newLine(layout, depth)}${label} ${print(content, layout, depth)}`);
  }
  if (layout.eol === undefined)
    return splice(text, parent.offset, parent.length, `{${label}${layout.gap}${print(content, layout, depth)}}`);
  const body = `{${newLine(layout, depth)}${label} ${print(content, layout, depth)}${newLine(layout, depth - 1)}}`;
  return splice(text, parent.offset, parent.length, body);
}

/** Removes a property, with the comma and white space before it, or up to the next one. */
function remove(text: string, parent: Node, property: Node): string {
  const properties = parent.children ?? [];
  const index = properties.indexOf(property);
  const before = properties[index - 1];
  const after = properties[index + 1];
  const end = property.offset + property.length;
  if (before !== undefined) return splice(text, before.offset + before.length, end - before.offset - before.length, '');
  if (after !== undefined) return splice(text, property.offset, after.offset - property.offset, '');
  return splice(text, parent.offset, parent.length, '{}');
}

function propertyOf(object: Node, key: string | undefined): Node | undefined {
  return object.children?.find((property) => property.children?.[0]?.value === key);
}

function print(value: unknown, layout: Layout, depth: number): string {
  if (layout.eol !== undefined)
    return JSON.stringify(value, undefined, layout.indent).replaceAll('\n', newLine(layout, depth));
  if (layout.gap === '') return JSON.stringify(value);
  // No string in the value contains a line break: JSON escapes them.
  return JSON.stringify(value, undefined, 1).replace(/\n */g, ' ');
}

function newLine(layout: Layout, depth: number): string {
  return (layout.eol ?? '') + layout.indent.repeat(depth);
}

function oneLine({ indent, gap }: Layout): Layout {
  return { indent, gap };
}

/** Line endings and indentation of the text: those of its first line break and first indented line; two spaces if it has none. */
function layoutOf(text: string): Layout {
  const eol = /\r\n|\n|\r/.exec(text.trim() === '{}' ? text : text.trim())?.[0];
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  const isCompact = eol === undefined && !/":\s/.test(text);
  return { indent, gap: isCompact ? '' : ' ', ...(eol === undefined ? {} : { eol }) };
}

function splice(text: string, offset: number, length: number, content: string): string {
  return text.slice(0, offset) + content + text.slice(offset + length);
}

/** A file of the project as it was read: what is made of it is written only while it is still the same. */
export interface ProjectFile {
  readonly path: string;
  readonly shownPath: string;
  readonly bytes: Buffer;
  readonly text: string;
}

/** No settings file is larger. */
const largestBytes = 10_000_000;

/** Reads a file of the project to edit it. Throws a `UserError` (78) when it is missing, cannot be read, or is not UTF-8 text. */
export function readProjectFile(path: string, shownPath: string): ProjectFile {
  const bytes = attempt('read', shownPath, () => readBounded(path, largestBytes));
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) {
    throw new UserError('CdkJsonNotEditable', {
      what: `${shownPath} is not UTF-8 text, so cdkx does not change it`,
      why: 'Some of its bytes would be lost. The file is as it was.',
      next: [
        { say: 'Convert it, here from Latin-1, and run the command again:' },
        { run: `iconv -f LATIN1 -t UTF-8 ${shownPath}` },
      ],
    });
  }
  return { path, shownPath, bytes, text };
}

/**
 * Puts a new text in the place of a file of the project in one step, mode and links kept. Returns whether anything changed.
 * Throws a `UserError` (78) if it can't be written, or another program changed it since it was read; the old file is then unchanged.
 */
export function writeProjectFile(
  ctx: Pick<Context, 'pid' | 'platform' | 'uid'>,
  file: ProjectFile,
  text: string,
): boolean {
  const { path, shownPath, bytes: before } = file;
  const bytes = Buffer.from(text);
  if (bytes.equals(before)) return false;
  const replacement = { bytes, before: { bytes: before }, keepsMode: true };
  if (attempt('write', shownPath, () => replaceFile(ctx, path, replacement)) === 'changed')
    throw changedMeanwhile(shownPath);
  return true;
}

function attempt<Result>(verb: 'read' | 'write', shownPath: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError(
      code === 'ENOENT' ? 'NoCdkJson' : verb === 'read' ? 'SettingsFileUnreadable' : 'FileNotWritable',
      code === 'ENOENT' ? missing(shownPath) : failed(verb, shownPath, code, message),
      {
        cause: error,
      },
    );
  }
}

function missing(shownPath: string) {
  return {
    what: `no ${shownPath} here`,
    why: 'The project block is in the cdk.json of a CDK project, in the directory that cdk runs in.',
    next: [
      { say: 'Run the command in that directory, or create a project:' },
      { run: 'cdkx init app --language typescript' },
    ],
  };
}

function failed(verb: 'read' | 'write', shownPath: string, code: string | undefined, message: string) {
  return {
    what: `cannot ${verb} ${shownPath} (${code ?? 'unknown'}: ${message})`,
    why: 'The file is as it was.',
    next: [
      { say: `Make it a file that you may ${verb}, and run the command again. See what it is:` },
      { run: `ls -ld ${shownPath}` },
    ],
  };
}

function changedMeanwhile(shownPath: string): UserError {
  return new UserError('FileChanged', {
    what: `${shownPath} was changed by another program meanwhile`,
    why: 'The other change is kept; nothing of ours was written.',
    next: [{ say: 'Run the command again.' }],
  });
}
