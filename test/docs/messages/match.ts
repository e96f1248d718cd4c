import { escapeRegExp } from '../../helpers/escape.ts';
import { fillHole, show, type Text } from './text.ts';

/** What stands for a hole in the documentation: a word in capitals (`NAME`), or `…`, which may stand for several in a row. */
const placeholder = '(?:[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*|…)';

/** A text without what its place in a message makes of it: `cdkx: ` goes on in lower case, and a full stop is put at the end. */
function plain(text: string): string {
  return text.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()).replace(/\.$/, '');
}

/** Whether a documented text is this one, with placeholders for its holes. */
export function isText(documented: string, text: Text): boolean {
  const written = plain(text.map((part) => (typeof part === 'string' ? part : '\0')).join(''));
  const pattern = escapeRegExp(written).replace(/\0+/g, (run) => `(?:…|${placeholder.repeat(run.length)})`);
  return new RegExp(`^${pattern}$`).test(plain(documented));
}

/** Whether a documented text is one of the forms of this one. */
export function isForm(documented: string, text: Text): boolean {
  // Every form has what stands outside of the holes: without it none needs to be made.
  const hasAll = text.every((part) => typeof part !== 'string' || includesPart(documented, part));
  if (!hasAll) return false;
  return isText(documented, text) || text.some((_, at) => fillHole(text, at).some((form) => isForm(documented, form)));
}

function includesPart(documented: string, part: string): boolean {
  return documented.toLowerCase().includes(part.replace(/\.$/, '').toLowerCase());
}

/** How a text is documented: by which of the documented texts, and which forms of it by none of them, or by more than one. */
export interface Coverage {
  readonly by: readonly string[];
  readonly missing: readonly string[];
  readonly ambiguous: readonly string[];
}

/** Looks for the documented texts of a text: one for the whole, or one for each form that it takes when a hole is filled. */
export function findCoverage(text: Text, documented: readonly string[]): Coverage {
  const by = documented.filter((each) => isText(each, text));
  if (by.length > 0) return { by, missing: [], ambiguous: by.length > 1 ? [show(text)] : [] };
  const ways = text.flatMap((_, index) => {
    const forms = fillHole(text, index).map((form) => findCoverage(form, documented));
    return forms.length === 0 ? [] : [merge(forms)];
  });
  const best = ways.filter((way) => way.by.length > 0).toSorted((a, b) => a.missing.length - b.missing.length)[0];
  return best ?? { by: [], missing: [show(text)], ambiguous: [] };
}

function merge(forms: readonly Coverage[]): Coverage {
  return {
    by: forms.flatMap((form) => form.by),
    missing: forms.flatMap((form) => form.missing),
    ambiguous: forms.flatMap((form) => form.ambiguous),
  };
}
