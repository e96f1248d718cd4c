/** Which of the two files a text is: they name profiles differently. */
export type SharedFileKind = 'config' | 'credentials';

/** What a section holds. `ignored` sections are not seen by `cdk` at all. */
export type SectionKind = 'profile' | 'sso-session' | 'services' | 'ignored';

/** A section's header as `cdk` takes it, and where it does not, for whom it was meant. */
export interface SectionHeader {
  readonly kind: SectionKind;
  /** The name `cdk` knows the section by; of an ignored section, the name it was probably meant to have. */
  readonly name: string;
  /** What an ignored section was probably meant to be. */
  readonly meant?: Exclude<SectionKind, 'ignored'>;
  /** Why `cdk` ignores the section: one clause for a message. */
  readonly reason?: string;
}

/** The SDK's own expression for `[prefix name]`: one white space, optional quotes, no spaces in the name. */
const prefixedName = /^([\w-]+)\s(["'])?([\w\-@+.%:/]+)\2$/;
const isPlainName = /^profile [\w-]+$/;
const meantPrefix = /^\s*(profile|sso-session|services)\s+(.*)$/s;
const kinds: ReadonlyMap<string, SectionKind> = new Map([
  ['profile', 'profile'],
  ['sso-session', 'sso-session'],
  ['services', 'services'],
]);

/** The characters that a profile's or a session's name may have if every tool is to read it. */
export const readableName = /^[\w\-@+.%:/]+$/;

/**
 * Reads the text between the brackets as `parseIni` and `getConfigData` of `@smithy/core/config` do, oddities included:
 * `[profile.x]` is profile x, `[ profile x ]` is nothing, and in the credentials file `[profile x]` is a profile named `profile.x`.
 */
export function readHeader(inside: string, file: SharedFileKind): SectionHeader {
  // Nearly every header of a large file is of this form.
  if (file === 'config' && inside.startsWith('profile ') && isPlainName.test(inside)) {
    return { kind: 'profile', name: inside.slice(8) };
  }
  const match = prefixedName.exec(inside);
  if (match === null) return inside === '' ? ignored('', 'it has no name') : readKey(inside, inside, file);
  const [, prefix = '', , name = ''] = match;
  if (kinds.has(prefix)) return readKey(`${prefix}.${name}`, inside, file);
  return ignored(inside, `${JSON.stringify(prefix)} is not a kind of section that cdk knows`);
}

function readKey(key: string, inside: string, file: SharedFileKind): SectionHeader {
  const dot = key.indexOf('.');
  const kind = dot === -1 ? undefined : kinds.get(key.slice(0, dot));
  if (file === 'credentials') {
    if (kind === undefined) return { kind: 'profile', name: key };
    const name = key.slice(dot + 1);
    return {
      ...ignored(name, `in the credentials file a profile is written [${name}], and nothing else belongs there`),
      meant: kind as 'profile',
    };
  }
  if (kind !== undefined) return { kind, name: key.slice(dot + 1) };
  return key === 'default' ? { kind: 'profile', name: 'default' } : explainIgnored(inside);
}

function explainIgnored(inside: string): SectionHeader {
  const [, meant, rest = ''] = meantPrefix.exec(inside) ?? [];
  if (meant === undefined) {
    const reason = `in the config file a profile is written [profile ${inside.trim()}]`;
    return { ...ignored(inside.trim(), reason), meant: 'profile' };
  }
  const name = unquote(rest.trim());
  const reason = readableName.test(name)
    ? `cdk reads it only when written exactly [${meant} ${name}]`
    : 'cdk cannot read names with spaces or other characters than letters, digits and . _ - @ + % : /';
  return { ...ignored(name, reason), meant: meant as 'profile' };
}

/** `[profile x];comment` is no header for the SDK (a comment needs a space before it): the lines after it belong to the section before. */
const gluedComment = /^\[\s*(profile|sso-session|services)\s([^\]]*)\]\s*[;#]|^\[([^\]\s]+)\][;#]/;

/** The header that a line was meant to be, though the SDK does not take it for one. */
export function readGluedHeader(trimmedLine: string): SectionHeader | undefined {
  const match = gluedComment.exec(trimmedLine);
  if (match === null) return undefined;
  const [, meant = 'profile', name, bare] = match;
  const reason =
    'there is no space between "]" and the comment, so cdk does not see the section and takes its lines for the section before';
  return { ...ignored(unquote((name ?? bare ?? '').trim()), reason), meant: meant as 'profile' };
}

function unquote(text: string): string {
  return /^(["']).*\1$/s.test(text) ? text.slice(1, -1) : text;
}

function ignored(name: string, reason: string): SectionHeader {
  return { kind: 'ignored', name, reason };
}
