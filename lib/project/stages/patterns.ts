import picomatch from 'picomatch';

/** Characters that may make a word more than a plain name for picomatch, the matcher that `cdk` selects stacks with. */
const special = /[*?[\]{}()!+@|\\]/;

/** Longer words are taken to reach everything: comparing globs costs the product of their lengths. */
const longestCompared = 1000;

/** Whether a word on the command line is a plain stack name or path, and so can mean one stack only. */
export function isPlainName(word: string): boolean {
  return !special.test(word);
}

/**
 * Whether a plain stack name belongs to `patterns`, matched as `cdk deploy` matches its own arguments against a stack's path
 * (`matcherFor` in aws-cdk's cloud assembly): `*` stays within one part of the path, and `!x` excludes.
 */
export function matchesStack(patterns: readonly string[], name: string): boolean {
  const plain = name.replace(/^(\.\/)+/, '');
  if (plain === '') return false;
  const positive = patterns.filter((pattern) => !isNegated(pattern));
  const negative = patterns.filter(isNegated);
  const included = positive.length === 0 ? negative.length > 0 : positive.some((pattern) => matches(pattern, plain));
  return included && negative.every((pattern) => matches(pattern, plain));
}

/** Whether one stack could exist that both the glob and the patterns match. Never "no" where the answer could be "yes". */
export function couldMatch(glob: string, patterns: readonly string[]): boolean {
  const positive = patterns.filter((pattern) => !isNegated(pattern));
  return positive.length === 0 || positive.some((pattern) => globsOverlap(glob, pattern));
}

/** Whether a glob selects every stack, as `--all` does. */
export function matchesEverything(glob: string): boolean {
  return /^(\*+|\*\*\/\*+|\*+\/\*\*)$/.test(glob);
}

function isNegated(pattern: string): boolean {
  return pattern.startsWith('!') && !pattern.startsWith('!(');
}

/** No stack's name holds a backslash; at the end of a pattern picomatch never comes to an end with more than two (its 4.0.7). */
function matches(pattern: string, name: string): boolean {
  return picomatch(pattern.replace(/\\{3,}/g, '\\\\'))(name);
}

/** One step of a simplified glob: a character, any one character, any number of them within a path's part, or anything at all. */
type Token = { readonly char: string } | 'one' | 'part' | 'any';

/**
 * Whether two globs have a name in common. Brackets, braces, extglobs, escapes and negations count as "anything from here on",
 * which can only make the answer "yes" more often.
 */
export function globsOverlap(a: string, b: string): boolean {
  if (a.length > longestCompared || b.length > longestCompared) return true;
  const left = tokens(a);
  const right = tokens(b);
  // reaches[j]: whether the rest of `left` from i and the rest of `right` from j have a name in common; filled from the ends.
  let below: boolean[] = [];
  for (let i = left.length; i >= 0; i--) {
    const row: boolean[] = [];
    for (let j = right.length; j >= 0; j--)
      row[j] = step(left[i], right[j], { right: row[j + 1], down: below[j], both: below[j + 1] });
    below = row;
  }
  return below[0] === true;
}

/** One cell of the comparison: a repeating token may be left, or take the other side's token; two single ones must agree. */
function step(
  x: Token | undefined,
  y: Token | undefined,
  next: { right: boolean | undefined; down: boolean | undefined; both: boolean | undefined },
): boolean {
  if (x === undefined && y === undefined) return true;
  if (isRepeating(x) && (next.down === true || (y !== undefined && accepts(x, y) && next.right === true))) return true;
  if (isRepeating(y) && (next.right === true || (x !== undefined && accepts(y, x) && next.down === true))) return true;
  if (x === undefined || y === undefined || isRepeating(x) || isRepeating(y)) return false;
  return (accepts(x, y) || accepts(y, x)) && next.both === true;
}

function isRepeating(token: Token | undefined): token is 'part' | 'any' {
  return token === 'part' || token === 'any';
}

function accepts(x: Token, y: Token): boolean {
  if (x === 'any' || isRepeating(y)) return true;
  if (typeof x === 'string') return typeof y === 'string' || y.char !== '/';
  return typeof y !== 'string' && x.char === y.char;
}

function tokens(glob: string): Token[] {
  const result: Token[] = [];
  let rest = glob.replace(/^(\.\/)+/, '');
  while (rest !== '') {
    // "a/**" matches "a" too, and "**/b" matches "b": the slashes around belong to it.
    const globstar = /^\/?\*\*+\/?/.exec(rest)?.[0];
    const char = rest.charAt(0);
    if (globstar === undefined && special.test(char) && char !== '*' && char !== '?') return [...result, 'any'];
    // picomatch takes the rest of "***a." for a regular expression.
    if (/^\/?\*{3}/.test(rest)) return [...result, 'any'];
    // "x*(a)", "x?(a)", "x+(a)" and "x@(a)" are extglobs: what stands before the bracket is part of them.
    if (globstar === undefined && rest.charAt(1) === '(') return [...result, 'any'];
    result.push(globstar === undefined ? (char === '*' ? 'part' : char === '?' ? 'one' : { char }) : 'any');
    rest = rest.slice(globstar?.length ?? 1);
  }
  return result;
}
