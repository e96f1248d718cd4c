import { stripLine } from './ini-body.ts';
import type { SharedFileKind } from './ini-header.ts';
import { findSections, findSectionWith, listSections, type IniSection } from './ini-sections.ts';
import { createSectionMap, readValues, type SectionMap, type SectionPlaces } from './section-map.ts';

export type { IniSection } from './ini-sections.ts';

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
 * earlier ones for each, so that its cost grows with the square of their number. Here a run that asks for a few names looks for
 * these; whoever asks for all, or for many, gets one pass over the headers. Values are read when asked for.
 */
export function parseSharedConfig(text: string, file: SharedFileKind): ParsedIni {
  let list: readonly IniSection[] | undefined;
  const sections = () => (list ??= listSections(text, file));
  const blockedBy = text.includes('__proto__')
    ? sections().find((section) => blockedHeader.test(headerLine(text, section)))
    : undefined;
  const mapOf = (kind: SeenKind) =>
    createSectionMap(text, blockedBy === undefined ? placesOf(kind, text, file, sections) : noPlaces);
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

/** The kinds of sections that `cdk` sees. */
type SeenKind = 'profile' | 'sso-session' | 'services';

/** So many names are looked for one by one; then a list of all costs less. */
const fewNames = 8;

const noPlaces: SectionPlaces = { names: () => [], namesWith: () => [], find: () => undefined };

/** Where the sections of one kind stand; `sections` gives the list of all. */
function placesOf(
  kind: SeenKind,
  text: string,
  file: SharedFileKind,
  sections: () => readonly IniSection[],
): SectionPlaces {
  let groups: ReadonlyMap<string, readonly IniSection[]> | undefined;
  const grouped = () => (groups ??= groupByName(sections(), kind));
  let asked = 0;
  const find = (name: string) => {
    if (groups !== undefined || asked === fewNames) return grouped().get(name);
    asked += 1;
    const found = findSections(text, file, name).filter(({ header }) => header.kind === kind);
    return found.length === 0 ? undefined : found;
  };
  return {
    names: () => grouped().keys(),
    namesWith: (fragment) =>
      namesWith(
        text,
        sections().filter(({ header }) => header.kind === kind),
        fragment,
      ),
    find: (name) => {
      const found = find(name);
      const isDefault = kind === 'profile' && name === 'default' && file === 'config';
      return isDefault && found !== undefined ? effectiveDefaults(text, found) : found;
    },
  };
}

function namesWith(text: string, sections: readonly IniSection[], fragment: string): Iterable<string> {
  const names = new Set<string>();
  let section = findSectionWith(text, sections, fragment, 0);
  while (section !== undefined) {
    names.add(section.header.name);
    section = findSectionWith(text, sections, fragment, section.end);
  }
  return names;
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
