import { stripLine } from './ini-body.ts';
import { readGluedHeader, readHeader, type SectionHeader, type SharedFileKind } from './ini-header.ts';
import { createSectionMap, readValues, type SectionMap } from './section-map.ts';

/** One header with its lines, as offsets into the text. */
export interface IniSection {
  readonly header: SectionHeader;
  /** Where the header's line begins. */
  readonly start: number;
  /** Where the line after the header begins. */
  readonly bodyStart: number;
  /** Where the next section begins, or the text ends. */
  readonly end: number;
}

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
  const sections = findSections(text, file);
  const blockedBy = text.includes('__proto__')
    ? sections.find((section) => blockedHeader.test(headerLine(text, section)))
    : undefined;
  const bodies = groupByName(blockedBy === undefined ? sections : []);
  const defaults = bodies.profile.get('default');
  if (file === 'config' && defaults !== undefined) bodies.profile.set('default', effectiveDefaults(text, defaults));
  return {
    text,
    sections,
    profiles: createSectionMap(text, bodies.profile),
    ssoSessions: createSectionMap(text, bodies['sso-session']),
    services: createSectionMap(text, bodies.services),
    ...(blockedBy !== undefined && { blockedBy }),
  };
}

/** A section's header as it stands in the text, without comment and outer white space. */
export function headerLine(text: string, { start, bodyStart }: Pick<IniSection, 'start' | 'bodyStart'>): string {
  return stripLine(text.slice(start, bodyStart));
}

/** Finds the lines whose first character is `[`. Each line is looked at once, so the time is linear in the text. */
function findSections(text: string, file: SharedFileKind): IniSection[] {
  const sections: { header: SectionHeader; start: number; bodyStart: number; end: number }[] = [];
  let open: { end: number } | undefined;
  for (let at = text.indexOf('['); at !== -1;) {
    const start = at === 0 || text.charCodeAt(at - 1) === 10 ? at : text.lastIndexOf('\n', at) + 1;
    const newline = text.indexOf('\n', at);
    const bodyStart = newline === -1 ? text.length : newline + 1;
    if (start === at || text.slice(start, at).trim() === '') {
      const line = stripLine(text.slice(at, bodyStart));
      const isSeen = line.endsWith(']');
      const header = isSeen ? readHeader(line.slice(1, -1), file) : readGluedHeader(line);
      if (header !== undefined) {
        const section = { header, start, bodyStart, end: isSeen ? text.length : bodyStart };
        if (isSeen && open !== undefined) open.end = start;
        if (isSeen) open = section;
        sections.push(section);
      }
    }
    at = text.indexOf('[', bodyStart);
  }
  return sections;
}

type BodiesByName = Record<'profile' | 'sso-session' | 'services', Map<string, IniSection[]>>;

function groupByName(sections: readonly IniSection[]): BodiesByName {
  const bodies: BodiesByName = { profile: new Map(), 'sso-session': new Map(), services: new Map() };
  for (const section of sections) {
    const { kind, name } = section.header;
    if (kind === 'ignored') continue;
    const known = bodies[kind].get(name);
    if (known === undefined) bodies[kind].set(name, [section]);
    else known.push(section);
  }
  return bodies;
}

/** `[profile default]`, if it has a key, takes the place of `[default]` wholly. */
export function effectiveDefaults(text: string, defaults: readonly IniSection[]): IniSection[] {
  const isBare = (section: IniSection) => headerLine(text, section) === '[default]';
  const prefixed = defaults.filter((section) => !isBare(section));
  const hasKeys = Object.keys(readValues(text, prefixed)).length > 0;
  return hasKeys ? prefixed : defaults.filter(isBare);
}
