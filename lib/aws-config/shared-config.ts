import { join, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { withTilde } from '../home.ts';
import { UserError } from '../messages/errors.ts';
import { shellWord } from '../messages/text.ts';
import { readBounded } from '../system/files.ts';
import { headerLine, type IniSection, type IniValues, listSections, readValues, type SharedFileKind } from './ini.ts';

/** One of the two files. A file that does not exist has an empty text. */
export interface SharedFile {
  readonly path: string;
  readonly shownPath: string;
  readonly exists: boolean;
  readonly parsed: ParsedIni;
}

/** The AWS config and credentials files together, as the SDK for JavaScript merges them. */
export interface SharedConfig {
  /** Profiles of both files; the credentials file overrides single keys. */
  readonly profiles: SectionMap;
  readonly ssoSessions: SectionMap;
  readonly services: SectionMap;
  readonly files: { readonly config: SharedFile; readonly credentials: SharedFile };
}

type Where = Pick<Context, 'env' | 'home' | 'cwd'>;

/** Reads the AWS config and credentials files, each once. Throws a UserError (78) if one exists but can't be read. */
export function readSharedConfig(ctx: Where): SharedConfig {
  const config = readSharedFile(ctx, configPath(ctx), 'config');
  const credentials = readSharedFile(ctx, credentialsPath(ctx), 'credentials');
  return buildSharedConfig(config, credentials);
}

/** Path of the config file: `AWS_CONFIG_FILE` unless empty, with `~/` for the home directory (as in the SDK for JavaScript), otherwise `~/.aws/config`. */
export function configPath(ctx: Where): string {
  return sharedPath(ctx, ctx.env['AWS_CONFIG_FILE'], 'config');
}

/** Path of the credentials file: `AWS_SHARED_CREDENTIALS_FILE` unless empty, otherwise `~/.aws/credentials`. */
export function credentialsPath(ctx: Where): string {
  return sharedPath(ctx, ctx.env['AWS_SHARED_CREDENTIALS_FILE'], 'credentials');
}

/** Merges the two files. */
export function buildSharedConfig(config: SharedFile, credentials: SharedFile): SharedConfig {
  return {
    profiles: mergeSections(config.parsed.profiles, credentials.parsed.profiles),
    ssoSessions: config.parsed.ssoSessions,
    services: config.parsed.services,
    files: { config, credentials },
  };
}

/** Finds an ignored section that probably should define `name`, with its file. */
export function findIgnoredSection(
  { files }: SharedConfig,
  kind: 'profile' | 'sso-session',
  name: string,
): { readonly section: IniSection; readonly file: SharedFile } | undefined {
  for (const file of [files.config, files.credentials]) {
    const section = file.parsed.sections.find(({ header }) => header.meant === kind && header.name === name);
    if (section !== undefined) return { section, file };
  }
  return undefined;
}

function sharedPath({ home, cwd }: Where, given: string | undefined, name: string): string {
  if (given === undefined || given === '') return join(home, '.aws', name);
  return given.startsWith('~/') ? join(home, given.slice(2)) : resolve(cwd, given);
}

function readSharedFile(ctx: Where, path: string, kind: SharedFileKind): SharedFile {
  const shownPath = withTilde(ctx.home, path);
  const bytes = readSharedBytes(path, shownPath, kind);
  return {
    path,
    shownPath,
    exists: bytes !== undefined,
    parsed: parseSharedConfig(bytes?.toString('utf8') ?? '', kind),
  };
}

const missing: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR']);

/** The bytes of one of the two files; `undefined` if there is none. Throws a UserError (78) if it can't be read. */
export function readSharedBytes(path: string, shownPath: string, kind: SharedFileKind): Buffer | undefined {
  try {
    return readBounded(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (missing.has(code)) return undefined;
    const variable = kind === 'config' ? 'AWS_CONFIG_FILE' : 'AWS_SHARED_CREDENTIALS_FILE';
    throw new UserError(
      'ConfigFileUnreadable',
      {
        what: `cannot read the AWS ${kind} file ${shownPath} (${code ?? message})`,
        why:
          code === 'ENOTSUP' || code === 'EFBIG'
            ? message
            : 'cdk would treat it as empty and report that no credentials are configured.',
        next: [
          { say: `Fix the permissions of the file or its directory, or set ${variable} to another file:` },
          { run: `ls -ld ${shellWord(path)}` },
        ],
      },
      { cause: error },
    );
  }
}

/** As `mergeConfigFiles` of the SDK: the keys of the second file override the first. */
function mergeSections(first: SectionMap, second: SectionMap): SectionMap {
  // A run looks up one name; only a list needs all.
  const names = () => new Set([...first.keys(), ...second.keys()]);
  return {
    get size() {
      return names().size;
    },
    has: (name) => first.has(name) || second.has(name),
    keys: () => names().values(),
    keysWith: (text) => new Set([...first.keysWith(text), ...second.keysWith(text)]),
    get: (name) => {
      const [base, over] = [first.get(name), second.get(name)];
      return base === undefined || over === undefined ? (base ?? over) : { ...base, ...over };
    },
  };
}

export interface ParsedIni {
  readonly text: string;
  /** Every header in the order of the file, including repeated and ignored ones; one that `cdk` doesn't read as a header has no body. */
  readonly sections: readonly IniSection[];
  readonly profiles: SectionMap;
  readonly ssoSessions: SectionMap;
  readonly services: SectionMap;
  /** The section that makes the SDK ignore the whole file. */
  readonly blockedBy?: IniSection;
}

/** With any of these names the SDK throws, and treats the file as empty (prototype pollution). */
const blockedHeader = /^\[(?:profile )?__proto__\]$/;

/** Parses AWS config text as the SDK inside `cdk` does (`parseIni`, `getConfigData` of `@smithy/core/config`), on first use. Never throws. */
export function parseSharedConfig(text: string, file: SharedFileKind): ParsedIni {
  let list: readonly IniSection[] | undefined;
  const sections = () => (list ??= listSections(text, file));
  const blockedBy = text.includes('__proto__')
    ? sections().find((section) => blockedHeader.test(headerLine(text, section)))
    : undefined;
  const mapOf = (kind: SeenKind) =>
    blockedBy === undefined ? createSectionMap(kind, text, file, sections) : createSectionMap(kind, '', file, () => []);
  return {
    text,
    get sections() {
      return sections();
    },
    profiles: mapOf('profile'),
    ssoSessions: mapOf('sso-session'),
    services: mapOf('services'),
    blockedBy,
  };
}

/** The kinds of sections that `cdk` reads. */
type SeenKind = 'profile' | 'sso-session' | 'services';

/** Up to this many names are searched one by one; for more, a list of all costs less. */
const fewNames = 8;
/** A longer name would make too large a regular expression. */
const longestSearched = 1000;

/** Values by section name, like a `ReadonlyMap`. */
export interface SectionMap {
  readonly size: number;
  has(name: string): boolean;
  get(name: string): IniValues | undefined;
  keys(): IterableIterator<string>;
  /** The names whose sections contain that text, each once: of thousands of profiles, those that could use an account. */
  keysWith(text: string): Iterable<string>;
}

/** The sections of one kind by name, found and parsed on first use: of thousands of profiles, a run needs one. */
function createSectionMap(
  kind: SeenKind,
  text: string,
  file: SharedFileKind,
  sections: () => readonly IniSection[],
): SectionMap {
  const read = new Map<string, IniValues | undefined>();
  let groups: ReadonlyMap<string, readonly IniSection[]> | undefined;
  const grouped = () => (groups ??= groupByName(sections(), kind));
  const find = (name: string) =>
    groups === undefined && read.size < fewNames && name.length <= longestSearched
      ? listSections(text, file, name).filter(({ header }) => header.kind === kind && header.name === name)
      : (grouped().get(name) ?? []);
  const get = (name: string) => {
    if (!read.has(name)) {
      const found = find(name);
      const isDefault = kind === 'profile' && name === 'default' && file === 'config';
      const effective = isDefault ? effectiveDefaults(text, found) : found;
      read.set(name, found.length === 0 ? undefined : readValues(text, effective));
    }
    return read.get(name);
  };
  return {
    get size() {
      return grouped().size;
    },
    has: (name) => get(name) !== undefined,
    keys: () => grouped().keys(),
    keysWith: (fragment) =>
      [...grouped()]
        .filter(([, all]) => all.some(({ start, end }) => text.slice(start, end).includes(fragment)))
        .map(([name]) => name),
    get,
  };
}

function groupByName(sections: readonly IniSection[], kind: SeenKind): ReadonlyMap<string, readonly IniSection[]> {
  const groups = new Map<string, IniSection[]>();
  for (const section of sections) {
    if (section.header.kind !== kind) continue;
    const known = groups.get(section.header.name);
    if (known === undefined) groups.set(section.header.name, [section]);
    else known.push(section);
  }
  return groups;
}

/** `[profile default]`, if it has a key, replaces `[default]` completely. */
export function effectiveDefaults(text: string, defaults: readonly IniSection[]): IniSection[] {
  const isBare = (section: IniSection) => headerLine(text, section) === '[default]';
  const prefixed = defaults.filter((section) => !isBare(section));
  const hasKeys = Object.keys(readValues(text, prefixed)).length > 0;
  return hasKeys ? prefixed : defaults.filter(isBare);
}
