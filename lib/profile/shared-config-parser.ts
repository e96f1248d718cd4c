import { stripLine } from './ini-body.ts';
import type { SharedFileKind } from './ini-header.ts';
import { indexSections, noSections, type IniSection, type SectionKindSeen } from './section-index.ts';
import { createSectionMap, readValues, type SectionMap } from './section-map.ts';

export type { IniSection } from './section-index.ts';

export interface ParsedIni {
  readonly text: string;
  /** Every header in the order of the file, repetitions and ignored ones included; one that `cdk` does not see as such has no body. */
  readonly sections: readonly IniSection[];
  /** Profiles by name; one whose section holds no key is there with no values. */
  readonly profiles: SectionMap;
  readonly ssoSessions: SectionMap;
  readonly services: SectionMap;
  /** The section that makes the SDK give up the whole file. */
  readonly blockedBy?: IniSection;
}

/** At either of these names the SDK throws, and takes the file for empty (prototype pollution). */
const blockedHeader = /^\[(?:profile )?__proto__\]$/;

/**
 * Parses AWS shared config text exactly as the AWS SDK for JavaScript inside `cdk` does (`parseIni`, `getConfigData` and
 * `getSsoSessionData` of `@smithy/core/config`; a property test compares them), and tells where each section stands.
 * Never throws: a text that the SDK gives up on has no profiles, and `blockedBy` says why.
 *
 * Why not the SDK's reader itself: it reports neither positions nor ignored lines, and collects sessions by copying all
 * earlier ones for each, so that its cost grows with the square of their number. This is one pass over the headers;
 * values are read when asked for.
 */
export function parseSharedConfig(text: string, file: SharedFileKind): ParsedIni {
  const index = indexSections(text, file);
  let all: readonly IniSection[] | undefined;
  const sections = () => (all ??= index.all());
  const blockedBy = text.includes('__proto__')
    ? sections().find((section) => blockedHeader.test(headerLine(text, section)))
    : undefined;
  const seen = blockedBy === undefined ? index : noSections;
  const mapOf = (kind: SectionKindSeen) =>
    createSectionMap(text, {
      size: seen.count(kind),
      has: (name) => seen.has(kind, name),
      keys: () => seen.names(kind),
      bodies: (name) => {
        const found = seen.find(kind, name);
        return kind === 'profile' && name === 'default' && file === 'config' ? effectiveDefaults(text, found) : found;
      },
    });
  return {
    text,
    get sections() {
      return sections();
    },
    profiles: mapOf('profile'),
    ssoSessions: mapOf('sso-session'),
    services: mapOf('services'),
    ...(blockedBy !== undefined && { blockedBy }),
  };
}

/** A section's header as it stands in the text, without comment and outer white space. */
export function headerLine(text: string, { start, bodyStart }: Pick<IniSection, 'start' | 'bodyStart'>): string {
  return stripLine(text.slice(start, bodyStart));
}

/** `[profile default]`, if it has a key, takes the place of `[default]` wholly. */
export function effectiveDefaults(text: string, defaults: readonly IniSection[]): IniSection[] {
  const isBare = (section: IniSection) => headerLine(text, section) === '[default]';
  const prefixed = defaults.filter((section) => !isBare(section));
  const hasKeys = Object.keys(readValues(text, prefixed)).length > 0;
  return hasKeys ? prefixed : defaults.filter(isBare);
}
