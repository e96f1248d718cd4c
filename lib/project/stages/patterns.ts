import picomatch from 'picomatch';

/** Characters that may make a word more than a plain name for picomatch, the matcher that `cdk` selects stacks with. */
const special = /[*?[\]{}()!+@|\\"']/;

/** Longer words and patterns could match anything: comparing globs costs the product of their lengths. */
const longestCompared = 256;

/** More repetitions than these in one pattern are not left to a regular expression, whose cost grows with their power. */
const mostRepetitions = 3;

/** Whether a word on the command line is a plain stack name or path, and so can mean one stack only. */
export function isPlainName(word: string): boolean {
  return !special.test(word);
}

/** Whether something matches; `maybe` if finding out could take forever, or if `cdk` may see it otherwise. */
export type Match = 'yes' | 'no' | 'maybe';

/** Whether a stack belongs to `patterns`, matched as `cdk deploy` matches its own arguments (`matcherFor` in aws-cdk): `!x` excludes. */
export function matchStack(patterns: readonly string[], name: string): Match {
  const plain = name.replace(/^(\.\/)+/, '');
  if (plain === '') return 'no';
  const positive = patterns.filter((pattern) => !isNegated(pattern)).map((pattern) => match(pattern, plain));
  const negative = patterns.filter(isNegated).map((pattern) => match(pattern, plain));
  if (positive.length + negative.length === 0 || negative.includes('no')) return 'no';
  if (positive.length > 0 && !positive.includes('yes')) return positive.includes('maybe') ? 'maybe' : 'no';
  return negative.includes('maybe') ? 'maybe' : 'yes';
}

function match(pattern: string, name: string): Match {
  if (pattern === '') return 'no';
  if (pattern.length > longestCompared || name.length > longestCompared) return 'maybe';
  if (isCheap(pattern)) return picomatch(pattern)(name) ? 'yes' : 'no';
  return overlap(
    tokens(pattern),
    Array.from(name, (char) => ({ char })),
  )
    ? 'maybe'
    : 'no';
}

/** Whether picomatch's regular expression for a pattern is sure to come to an end soon: few repetitions, none within another. */
function isCheap(pattern: string): boolean {
  const bare = pattern
    .replace(/\\[^\\]/g, '')
    .replace(/[@?!]\([^()*+?![\]{}]*\)/g, (group) => (group.startsWith('!') ? '*' : ''));
  const repetitions = bare.match(/\*+|\{/g) ?? [];
  return !/[()+|"\\]/.test(bare) && repetitions.length <= mostRepetitions;
}

/** Whether a stack could exist that the glob and the patterns match, and `except` doesn't. Never "no" if the answer could be "yes". */
export function couldMatch(glob: string, patterns: readonly string[], except: readonly string[] = []): boolean {
  // What `except` excludes may be what the patterns match.
  const covered = except.some(isNegated) ? [] : except;
  const positive = patterns.filter((pattern) => !isNegated(pattern));
  if (positive.length === 0) return !covered.includes('**');
  return positive.some((pattern) => !covered.includes(pattern) && globsOverlap(glob, pattern));
}

/** Whether a glob selects every stack, as `--all` does. */
export function matchesEverything(glob: string): boolean {
  return /^(\*+|\*\*\/\*+|\*+\/\*\*)$/.test(glob);
}

/** Whether a pattern excludes what it matches, as picomatch says: `!x`, but neither `!(x)` nor `!!x`. */
export function isNegated(pattern: string): boolean {
  // What follows decides nothing, and picomatch never comes to an end with more than two backslashes there (its 4.0.7).
  const [head] = /^(?:\.\/)*!{1,256}[^\\]{0,3}/.exec(pattern) ?? [];
  return head !== undefined && picomatch(head, undefined, true).state.negated;
}

/** One step of a simplified glob: a character, any one character, any number of them within a path's part, or anything at all. */
type Token = { readonly char: string } | 'one' | 'part' | 'any';

/** Whether two globs have a name in common. What is not simple counts as "anything", which can only make the answer "yes" more often. */
export function globsOverlap(a: string, b: string): boolean {
  return a.length > longestCompared || b.length > longestCompared || overlap(tokens(a), tokens(b));
}

function overlap(left: readonly Token[], right: readonly Token[]): boolean {
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

/** Parentheses of which each one is closed and none is within another, so that `|` stays within them. */
const simpleGroups = /^[^()[\]{}\\|]*(\([^()[\]{}\\]*\)[^()[\]{}\\|]*)*$/;

function tokens(glob: string): Token[] {
  // A quotation mark changes the meaning of what follows, and an alternative replaces the whole glob.
  if (glob.includes('"') || (glob.includes('|') && !simpleGroups.test(glob))) return ['any'];
  const result: Token[] = [];
  let rest = glob.replace(/^(\.\/)+/, '');
  while (rest !== '') {
    // "a/**" matches "a" too, and "**/b" matches "b": the slashes around belong to it.
    const globstar = /^\/?\*\*+\/?/.exec(rest)?.[0];
    const char = rest.charAt(0);
    if (globstar === undefined && special.test(char) && char !== '*' && char !== '?') return [...result, 'any'];
    // picomatch takes the rest of "***a." for a regular expression.
    if (/^\/?\*{3}/.test(rest)) return [...result, 'any'];
    // "x*(a)", "x?(a)", "x+(a)" and "x@(a)" are extglobs: the character before the bracket is part of them.
    if (globstar === undefined && rest.charAt(1) === '(') return [...result, 'any'];
    result.push(globstar === undefined ? (char === '*' ? 'part' : char === '?' ? 'one' : { char }) : 'any');
    rest = rest.slice(globstar?.length ?? 1);
  }
  return result;
}
