import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import type { Context } from '../context.ts';
import { UserError } from '../messages/errors.ts';
import { type CredentialSource, sourceAccount, sourceRole } from '../profile/source.ts';
import { editableText, type EditedFile, writeEdited } from '../system/files.ts';
import { isRecord, parseJsonObject, readSettingsBytes } from '../system/json.ts';
import { parseProjectBlock, type Pin, type Stage } from './block/block.ts';
import { readObject } from './block/schema.ts';

/** The keys that are written, in their order; the last two in a stage only. */
const written = ['profile', 'account', 'role', 'region', 'ssoSession', 'stacks', 'protected'] as const;

/** Removed if a pin does not set them, since they described another profile. A region may be the project's own; the account is its guard. */
const replaced: readonly string[] = ['profile', 'role', 'ssoSession'];

/** The pin for a profile, with account, role and SSO session, so that it works on other machines. */
export function buildPin(profile: string, source: CredentialSource, region: string | undefined): Pin {
  // Of a profile that signs in itself: for others, the first run couldn't create the profile from the session.
  const { session } = source.kind === 'sso-session' || source.kind === 'legacy-sso' ? source : {};
  const ssoSession = session && { name: session.name, startUrl: session.startUrl, region: session.region };
  return { profile, account: sourceAccount(source), role: sourceRole(source), region, ssoSession };
}

/** The text of cdk.json with `pin` as the block's base or as a stage; every other byte stays. Throws a `UserError` (78) if a block is invalid. */
export function editProjectBlock(
  text: string,
  pin: Stage,
  options: { stage?: string | undefined; shownPath: string },
): string {
  const { stage, shownPath } = options;
  const where = `context.cdkx in ${shownPath}`;
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const json = text.slice(bom.length);
  const root = parseJsonObject(json, shownPath);
  const block = blockOf(root, shownPath);
  parseProjectBlock(block ?? {}, where);
  const wanted = withPin(block, pin, stage);
  parseProjectBlock(wanted, where);
  const edited = editDeep(shownPath, () => apply(json, block, wanted, stage));
  if (JSON.stringify(blockOf(parseJsonObject(edited, shownPath), shownPath)) === JSON.stringify(wanted))
    return bom + edited;
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
  if (stage === undefined) return replaceKeys(object, pin);
  const stages = (object['stages'] ?? {}) as JsonObject;
  const own = (Object.hasOwn(stages, stage) ? stages[stage] : {}) as JsonObject;
  const isInherited = (key: 'region' | 'ssoSession') =>
    own[key] === undefined && JSON.stringify(pin[key]) === JSON.stringify(object[key]);
  const changed: Stage = {
    ...pin,
    region: isInherited('region') ? undefined : pin.region,
    ssoSession: isInherited('ssoSession') ? undefined : pin.ssoSession,
  };
  return { ...object, stages: { ...stages, [stage]: replaceKeys(own, changed) } };
}

function replaceKeys(object: JsonObject, given: Stage): JsonObject {
  const { role } = object;
  // Two roles stay if the profile has one of them.
  const isOneOfTwo = isRecord(role) && Object.values(role).includes(given.role);
  const pin: Stage = isOneOfTwo ? { ...given, role } : given;
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
  if (!isRecord(before) || !isRecord(wanted)) return setInJson(text, path, wanted);
  if (stage === undefined) return setKeys(text, path, before, wanted);
  const stages = wanted['stages'] as JsonObject;
  const stagesBefore = before['stages'];
  if (!isRecord(stagesBefore)) return setInJson(text, [...path, 'stages'], stages);
  const stageBefore = Object.hasOwn(stagesBefore, stage) ? stagesBefore[stage] : undefined;
  const stagePath = [...path, 'stages', stage];
  if (!isRecord(stageBefore)) return setInJson(text, stagePath, stages[stage]);
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

interface Layout {
  /** Absent in a text without line breaks. */
  readonly eol?: string;
  readonly indent: string;
  /** The text after a colon or comma on one line. */
  readonly gap: string;
}

/** Sets the value at `path` in a JSON text, or removes it, in the layout of the text. `modify` of jsonc-parser would rewrap lines nearby. */
export function setInJson(text: string, path: readonly string[], value: unknown): string {
  const root = parseTree(text);
  const objectAt = (depth: number) => {
    const node = root && findNodeAtLocation(root, path.slice(0, depth));
    return node?.type === 'object' ? node : undefined;
  };
  const depth = path.findLastIndex((_, at) => objectAt(at) !== undefined);
  const [parent, key] = [objectAt(depth), path[depth]];
  if (parent === undefined || key === undefined) return text;
  const old = findNodeAtLocation(parent, [key]);
  if (value === undefined)
    return depth === path.length - 1 && old?.parent !== undefined ? remove(text, parent, old.parent) : text;
  const content = path.slice(depth + 1).reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
  const layout = layoutOf(text);
  if (old !== undefined) return splice(text, old.offset, old.length, print(content, layout, depth + 1));
  return insert(text, parent, `${JSON.stringify(key)}:`, content, layout, depth + 1);
}

function insert(text: string, parent: Node, label: string, content: unknown, layout: Layout, depth: number): string {
  const last = parent.children?.at(-1);
  const inner = text.slice(parent.offset, parent.offset + parent.length);
  if (last !== undefined) {
    const end = last.offset + last.length;
    const isOneLine = layout.eol === undefined || !/[\r\n]/.test(inner);
    if (isOneLine)
      return splice(
        text,
        end,
        0,
        `,${layout.gap}${label}${layout.gap}${print(content, { ...layout, eol: undefined }, depth)}`,
      );
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

/** Line endings and indentation of the text: those of its first line break and first indented line; two spaces if it has none. */
function layoutOf(text: string): Layout {
  const eol = /\r\n|\n|\r/.exec(text.trim() === '{}' ? text : text.trim())?.[0];
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  const isCompact = eol === undefined && !/":\s/.test(text);
  return { indent, gap: isCompact ? '' : ' ', eol };
}

function splice(text: string, offset: number, length: number, content: string): string {
  return text.slice(0, offset) + content + text.slice(offset + length);
}

/** A file of the project as it was read: what is made of it is written only while it is still the same. */
export interface ProjectFile extends EditedFile {
  readonly bytes: Buffer;
  readonly text: string;
}

/** Reads a file of the project to edit it. Throws a `UserError` (78) if it doesn't exist, can't be read, or isn't UTF-8 text. */
export function readProjectFile(path: string, shown: string): ProjectFile {
  const bytes = readSettingsBytes(path, shown);
  if (bytes === undefined) {
    throw new UserError('NoCdkJson', {
      what: `no ${shown} in this directory`,
      why: 'cdkx saves the pin in the settings file of a CDK project.',
      next: [
        { say: "Run the command in the project's directory, or create a project:" },
        { run: 'cdkx init app --language typescript' },
      ],
    });
  }
  const file = { path, shown, notEditable: 'CdkJsonNotEditable', notWritable: 'FileNotWritable' } as const;
  return { ...file, bytes, text: editableText(file, bytes) };
}

/** Writes a new text of a file of the project. Returns whether anything changed. Throws a `UserError` (78) as {@link writeEdited}. */
export function writeProjectFile(
  ctx: Pick<Context, 'pid' | 'platform' | 'uid'>,
  file: ProjectFile,
  text: string,
): boolean {
  if (text === file.text) return false;
  writeEdited(ctx, file, file.bytes, Buffer.from(text));
  return true;
}
