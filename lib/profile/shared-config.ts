import { readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { Context } from '../context.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import type { SharedFileKind } from './ini-header.ts';
import { type IniSection, type ParsedIni, parseSharedConfig } from './shared-config-parser.ts';
import type { SectionMap } from './section-map.ts';

/** One of the two files. A file that does not exist has an empty text. */
export interface SharedFile {
  readonly path: string;
  /** The path as messages show it: `~/.aws/config`. */
  readonly shownPath: string;
  readonly exists: boolean;
  readonly parsed: ParsedIni;
}

/** The AWS config and credentials files together, as the SDK for JavaScript merges them. */
export interface SharedConfig {
  /** Profiles of both files; the credentials file wins key by key. */
  readonly profiles: SectionMap;
  /** `[sso-session NAME]` of the config file. */
  readonly ssoSessions: SectionMap;
  /** `[services NAME]` of the config file. */
  readonly services: SectionMap;
  readonly files: { readonly config: SharedFile; readonly credentials: SharedFile };
}

type Where = Pick<Context, 'env' | 'home' | 'cwd'>;

/**
 * Reads the AWS config and credentials files, each once. Files that do not exist are empty.
 *
 * @throws UserError 78 when a file exists but cannot be read: the SDK would take it for empty and report something else.
 */
export function readSharedConfig(ctx: Where): SharedConfig {
  const config = readSharedFile(ctx, configPath(ctx), 'config');
  const credentials = readSharedFile(ctx, credentialsPath(ctx), 'credentials');
  return buildSharedConfig(config, credentials);
}

/** Path of the config file: `AWS_CONFIG_FILE` unless empty, a leading `~/` being the home folder (as the SDK for JavaScript), else `~/.aws/config`. */
export function configPath(ctx: Where): string {
  return sharedPath(ctx, ctx.env['AWS_CONFIG_FILE'], 'config');
}

/** Path of the credentials file: `AWS_SHARED_CREDENTIALS_FILE` unless empty, else `~/.aws/credentials`. */
export function credentialsPath(ctx: Where): string {
  return sharedPath(ctx, ctx.env['AWS_SHARED_CREDENTIALS_FILE'], 'credentials');
}

/** Merges two files that were read. */
export function buildSharedConfig(config: SharedFile, credentials: SharedFile): SharedConfig {
  return {
    profiles: mergeSections(config.parsed.profiles, credentials.parsed.profiles),
    ssoSessions: config.parsed.ssoSessions,
    services: config.parsed.services,
    files: { config, credentials },
  };
}

/** The section that was meant to define `name` but that `cdk` ignores, with its file; `undefined` if there is none. */
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
  const shownPath = path.startsWith(ctx.home + sep) ? `~${path.slice(ctx.home.length)}` : path;
  const text = readText(path, shownPath, kind);
  return { path, shownPath, exists: text !== undefined, parsed: parseSharedConfig(text ?? '', kind) };
}

const missing: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR']);

function readText(path: string, shownPath: string, kind: SharedFileKind): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (missing.has(code)) return undefined;
    const variable = kind === 'config' ? 'AWS_CONFIG_FILE' : 'AWS_SHARED_CREDENTIALS_FILE';
    throw new UserError(
      exitCode.configuration,
      {
        what: `the AWS ${kind} file ${shownPath} cannot be read (${code ?? message}).`,
        why: 'cdk would take it for empty and only say that no credentials have been configured.',
        next: [
          `Make it a file that you may read, or name another one in ${variable}:`,
          `    ls -ld ${shellWord(path)}`,
        ],
      },
      { cause: error },
    );
  }
}

/** As `mergeConfigFiles` of the SDK: the keys of the second file win. */
function mergeSections(first: SectionMap, second: SectionMap): SectionMap {
  // Only a listing needs all names together; a run looks up one.
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
