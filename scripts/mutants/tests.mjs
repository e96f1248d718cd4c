// Which test files may notice a change of a source file.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

/** Tests in these folders run whole programs, so what is built from the sources; they are run on request only. */
const programs = /^test\/(?:bench|docs|e2e|emulator|faults|package)\//;

/** The test files of a tree: those that run functions of lib with what they import of it, and those that run programs. */
export function findTests(root) {
  const files = readdirSync(join(root, 'test'), { recursive: true })
    .filter((file) => file.endsWith('.test.ts') && !file.endsWith('.long.test.ts'))
    .map((file) => `test/${file.replaceAll('\\', '/')}`)
    .filter((file) => !file.startsWith('test/scripts/'))
    .toSorted();
  const cache = new Map();
  const tests = files.map((file) => ({ file, imports: importedBy(root, join(root, file), cache) }));
  const isUnit = ({ file, imports }) => !programs.test(file) && isAbout(root, file, imports);
  return { unit: tests.filter(isUnit), program: tests.filter((test) => !isUnit(test)) };
}

/** Whether a test calls lib itself or through a helper of its own topic, not only through what all tests share. */
function isAbout(root, file, imports) {
  const [, topic] = file.split('/');
  const callers = [file, ...[...imports].filter((each) => each.startsWith(`test/${topic}/`))];
  return callers.some((each) => importsOf(root, join(root, each)).some((path) => path.startsWith('lib/')));
}

/** What a file imports, relative to the tree, followed through. */
function importedBy(root, file, cache) {
  const found = new Set();
  const open = [file];
  while (open.length > 0) {
    const next = open.pop();
    if (!cache.has(next)) cache.set(next, importsOf(root, next));
    for (const path of cache.get(next)) {
      if (found.has(path)) continue;
      found.add(path);
      open.push(join(root, path));
    }
  }
  return found;
}

function importsOf(root, file) {
  const text = readFileSync(file, 'utf8');
  const targets = [...text.matchAll(/(?:\bfrom|\bimport\(?)\s*['"](\.[^'"]+\.ts)['"]/g)];
  const paths = targets.map(([, target]) => resolve(dirname(file), target));
  return paths.filter((path) => existsSync(path)).map((path) => relative(root, path).replaceAll('\\', '/'));
}

/** Sorts test files so that those whose place is nearest to the source come first, of them the fastest. */
export function nearestFirst(source, tests, millisecondsOf) {
  const parts = source.split('/').slice(1);
  const distance = (test) => {
    const own = test.split('/').slice(1);
    const isMirror = basename(test, '.test.ts') === basename(source, '.ts');
    const shared = own.findIndex((part, index) => part !== parts[index]);
    return parts.length - shared - (isMirror ? 2 : 0);
  };
  const key = (test) => [distance(test), millisecondsOf(test)];
  return tests.toSorted((one, other) => {
    const [a, b] = [key(one), key(other)];
    return a[0] - b[0] || a[1] - b[1];
  });
}
