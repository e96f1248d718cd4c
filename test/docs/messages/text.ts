/** A text of the program as far as the source tells it: what is written there, and holes for what only a run knows. */
export type Text = readonly (string | Hole)[];

/** A place where one of several texts stands; without alternatives it may be anything. */
export interface Hole {
  readonly alternatives: readonly Text[];
}

/** Any text at all. */
export const anything: Text = [{ alternatives: [] }];

/** Whether nothing of the text is known. */
export function isAnything(text: Text): boolean {
  return text.length > 0 && text.every((part) => typeof part !== 'string' && part.alternatives.length === 0);
}

export function concat(texts: readonly Text[]): Text {
  return texts.flat().reduce<Text>((joined, part) => {
    const last = joined.at(-1);
    if (part === '') return joined;
    return typeof part === 'string' && typeof last === 'string'
      ? [...joined.slice(0, -1), last + part]
      : [...joined, part];
  }, []);
}

/** One of these texts: itself where there is one only; anything, where one of them is anything. */
export function oneOf(texts: readonly Text[]): Text {
  const different = [...new Map(texts.map((text) => [show(text), text])).values()];
  const [first] = different;
  if (first === undefined || different.some(isAnything)) return anything;
  return different.length === 1 ? first : [{ alternatives: different }];
}

/** The text to read: `no profile named "…" in …`. */
export function show(text: Text): string {
  return text.map((part) => (typeof part === 'string' ? part : showHole(part))).join('');
}

function showHole({ alternatives }: Hole): string {
  return alternatives.length === 0 ? '…' : `{${alternatives.map(show).join('|')}}`;
}

/** The text with a hole filled by each of its alternatives. */
export function fillHole(text: Text, index: number): Text[] {
  const hole = text[index];
  if (hole === undefined || typeof hole === 'string') return [];
  return hole.alternatives.map((alternative) => concat([text.slice(0, index), alternative, text.slice(index + 1)]));
}

/** All texts without holes but those that may hold anything. */
export function expand(text: Text): Text[] {
  const index = text.findIndex((part) => typeof part !== 'string' && part.alternatives.length > 0);
  return index === -1 ? [text] : fillHole(text, index).flatMap(expand);
}

/** Whether a text, or one of its forms, has no words of its own: then nobody can say which text it is. */
export function isWordless(text: Text): boolean {
  return !text.some((part) =>
    typeof part === 'string'
      ? /\p{L}{2}/u.test(part)
      : part.alternatives.length > 0 && !part.alternatives.some((form) => isWordless(form)),
  );
}
