import { type IniValues, readBody } from './ini-body.ts';

/** The part of a section that its values are read from. */
export interface SectionBody {
  readonly bodyStart: number;
  readonly end: number;
}

/** Values by section name, as a `ReadonlyMap` gives them. */
export interface SectionMap {
  readonly size: number;
  has(name: string): boolean;
  get(name: string): IniValues | undefined;
  keys(): IterableIterator<string>;
}

/** Which sections have a name. */
export interface SectionsByName {
  readonly size: number;
  has(name: string): boolean;
  keys(): IterableIterator<string>;
  bodies(name: string): readonly SectionBody[];
}

/** Sections by name whose values are read from `text` at their first use: of thousands of profiles, a run needs one. */
export function createSectionMap(text: string, sections: SectionsByName): SectionMap {
  const read = new Map<string, IniValues>();
  return {
    size: sections.size,
    has: (name) => sections.has(name),
    keys: () => sections.keys(),
    get: (name) => {
      const known = read.get(name);
      if (known !== undefined || !sections.has(name)) return known;
      const values = readValues(text, sections.bodies(name));
      read.set(name, values);
      return values;
    },
  };
}

/** The keys of repeated sections merged, the last one winning. */
export function readValues(text: string, bodies: readonly SectionBody[]): IniValues {
  const values: Record<string, string> = {};
  for (const { bodyStart, end } of bodies) readBody(text, bodyStart, end, values);
  return values;
}
