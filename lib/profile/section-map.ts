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
  /** The names whose sections hold that text, each once: of thousands of profiles, those that could lead to an account. */
  keysWith(text: string): Iterable<string>;
}

/** Where the sections of one kind stand. */
export interface SectionPlaces {
  /** Every name once, in the order of the file. */
  names(): Iterable<string>;
  /** The names of the sections in which that text stands. */
  namesWith(text: string): Iterable<string>;
  /** The sections that give a name its values; `undefined` where there is no such name. */
  find(name: string): readonly SectionBody[] | undefined;
}

/** Sections by name, each looked for and its values read from `text` at its first use: of thousands of profiles, a run needs one. */
export function createSectionMap(text: string, places: SectionPlaces): SectionMap {
  const read = new Map<string, IniValues | undefined>();
  const get = (name: string) => {
    if (read.has(name)) return read.get(name);
    const bodies = places.find(name);
    const values = bodies && readValues(text, bodies);
    read.set(name, values);
    return values;
  };
  return {
    get size() {
      return [...places.names()].length;
    },
    has: (name) => get(name) !== undefined,
    keys: () => [...places.names()].values(),
    keysWith: (fragment) => (fragment === '' ? places.names() : places.namesWith(fragment)),
    get,
  };
}

/** The keys of repeated sections merged, the last one winning. */
export function readValues(text: string, bodies: readonly SectionBody[]): IniValues {
  const values: Record<string, string> = {};
  for (const { bodyStart, end } of bodies) readBody(text, bodyStart, end, values);
  return values;
}
