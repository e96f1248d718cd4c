import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { transformSync } from '@swc/core';
import { repository } from '../helpers/cli.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

interface Mutant {
  readonly id: string;
  readonly file: string;
  readonly kind: string;
  readonly line: number;
  readonly before: string;
  readonly after: string;
}
interface Result extends Mutant {
  readonly status: string;
  readonly by?: string;
  readonly ran: number;
}
interface Answer {
  readonly outcome: string;
  readonly reached?: readonly number[];
}
interface Phase {
  readonly results: readonly Result[];
  readonly broken: readonly { readonly test: string }[];
}

const load = async (name: string) => (await import(join(repository, 'scripts/mutants', name))) as unknown;
const { mutantsOf, mutated, probed } = (await load('mutate.mjs')) as {
  mutantsOf: (file: string, source: string) => Mutant[];
  mutated: (source: string, mutant: Mutant) => string;
  probed: (source: string, mutants: readonly object[], log: string) => string;
};
const { runPhase } = (await load('phase.mjs')) as { runPhase: (options: object) => Promise<Phase> };
const { staleReasons } = (await load('reasons.mjs')) as {
  staleReasons: (reasons: ReadonlyMap<string, object>, all: readonly object[], results: readonly object[]) => string[];
};
const { summarize } = (await load('report.mjs')) as { summarize: (results: readonly object[]) => object };

const changes = (source: string) => mutantsOf('lib/a.ts', source).map((mutant) => mutated(source, mutant));
const javaScript = (source: string) =>
  transformSync(source, { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } }).code;

describe('the mutants of a file', () => {
  it.each([
    ['const a = (b: string) => b.endsWith(c);', 'const a = (b: string) => b.includes(c);'],
    ['const a = b < c;', 'const a = b <= c;'],
    ['const a = b && c;', 'const a = b || c;'],
    ['const a = b ?? c;', 'const a = (b);'],
    ['const a = b ?? c;', 'const a = (c);'],
    ['const a = b + c;', 'const a = b - c;'],
    ['const a = b?.c;', 'const a = b.c;'],
    ['const a = b?.[c];', 'const a = b[c];'],
    ['const a = Math.min(b, c);', 'const a = Math.max(b, c);'],
    ['const a = [b];', 'const a = [];'],
    ['const a = true;', 'const a = false;'],
    ['const a = /^b/;', 'const a = /(?:)b/;'],
    ['if (a) b();', 'if (!(a)) b();'],
    ['if (a) b();', '{}'],
    ["// é, two bytes\nconst a = 'b';", "// é, two bytes\nconst a = '';"],
  ])('of %j are %j among others', (source, expected) => {
    expect(changes(source)).toContain(expected);
  });

  it.each([
    ['imports', "import { a } from 'b';"],
    ['types', "type A = 'b' | 1; interface B { c?: true }"],
    ['sentences', "const a = 'What people read.';"],
  ])('do not change %s', (_, source) => {
    expect(changes(source)).toEqual([]);
  });

  it('keep their identity while other code changes, and each has its own', () => {
    const source = 'export function a(b: number) {\n  if (b > 1) return 2;\n  return b;\n}\n';
    const before = mutantsOf('lib/a.ts', source);
    const after = mutantsOf('lib/a.ts', `const other = [1, 1, 1];\n${source.replaceAll('  ', '    ')}`);
    expect(after.map(({ id }) => id)).toEqual(expect.arrayContaining(before.map(({ id }) => id)));
    expect(new Set(after.map(({ id }) => id)).size).toBe(after.length);
    expect(mutantsOf('lib/b.ts', source).some(({ id }) => before.some((each) => each.id === id))).toBe(false);
  });

  it('are code that parses, and so are the marks', () => {
    const files = readdirSync(join(repository, 'lib/sso'), { recursive: true, encoding: 'utf8' });
    const sources = files
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(repository, 'lib/sso', file), 'utf8'));
    expect(sources.length).toBeGreaterThan(3);
    for (const source of sources) {
      const mutants = mutantsOf('lib/a.ts', source);
      const marked = probed(
        source,
        mutants.map((mutant, number) => ({ ...mutant, number })),
        '/log',
      );
      expect(() => javaScript(marked)).not.toThrow();
      for (const mutant of mutants.slice(0, 5)) expect(() => javaScript(mutated(source, mutant))).not.toThrow();
    }
  });

  it('are marked where they run, and the marks change nothing', () => {
    const source =
      'function f(b) { if (b > 1) return "x"; return "y"; }\nconst g = (b) => b ?? "z";\nout.push(f(2), g());';
    const mutants = mutantsOf('lib/a.ts', source).map((mutant, number) => ({ ...mutant, number }));
    const reached = new Set<number>();
    const out: string[] = [];
    const scope = { __mutantReached: (number: number) => reached.add(number) };
    // oxlint-disable-next-line typescript/no-implied-eval -- what is tested is code
    new Function('out', 'globalThis', javaScript(probed(source, mutants, '/log')))(out, scope);
    expect(out).toEqual(['x', 'z']);
    const befores = (isReached: boolean) =>
      mutants
        .filter(({ number, kind }) => reached.has(number) === isReached && kind === 'string')
        .map(({ before }) => before);
    expect({ reached: befores(true), not: befores(false) }).toEqual({ reached: ['"x"', '"z"'], not: ['"y"'] });
  });
});

describe('judging mutants', () => {
  const source = 'export const a = (b) => b > 1;\n';
  const mutants = mutantsOf('lib/a.ts', source);
  const [first] = mutants;

  /** Runs the mutants of that source in a copy whose tests behave as given by what the source is. */
  async function judge(run: (test: string, code: string) => Answer) {
    const tree = tempFolder();
    const path = join(tree, 'lib/a.ts');
    mkdirSync(dirname(path));
    writeFileSync(path, source);
    const runner = {
      run: (test: string) => {
        const code = readFileSync(path, 'utf8');
        return Promise.resolve({ reached: [], name: '', message: '', milliseconds: 1, ...run(test, code) });
      },
    };
    const phase = await runPhase({
      places: [{ tree, runner }],
      sources: new Map([['lib/a.ts', source]]),
      mutants: [first],
      tests: ['test/a.test.ts', 'test/b.test.ts'],
      builds: false,
      most: 1,
      budget: Infinity,
      onResult: () => undefined,
      say: () => undefined,
    });
    return { ...phase, left: readFileSync(path, 'utf8') };
  }

  const isMarked = (code: string) => code.includes('__mutantReached');
  const onceMutated = (outcome: string) => (_: string, code: string) =>
    isMarked(code) ? { outcome: 'passed', reached: [0] } : { outcome };

  it.each([
    ['killed', onceMutated('failed'), { ran: 1, by: 'test/a.test.ts' }],
    ['timeout', onceMutated('timeout'), { ran: 1, by: 'test/a.test.ts' }],
    ['survived', onceMutated('passed'), { ran: 2 }],
    ['unreached', () => ({ outcome: 'passed' }), { ran: 0 }],
  ])('a mutant is %s by what the tests that reach it do', async (status, run, more) => {
    const { results, left } = await judge(run);
    expect(results).toEqual([expect.objectContaining({ status, ...more })]);
    expect(left).toBe(source);
  });

  it('a test that fails without a mutant judges none', async () => {
    const { results, broken } = await judge((test) =>
      test.endsWith('/a.test.ts') ? { outcome: 'failed' } : { outcome: 'passed', reached: [0] },
    );
    expect(broken).toEqual([expect.objectContaining({ test: 'test/a.test.ts' })]);
    expect(results).toEqual([expect.objectContaining({ status: 'survived', ran: 1 })]);
  });

  it('one time-out of a busy machine is none', async () => {
    let runs = 0;
    const { results } = await judge((_, code) => {
      if (isMarked(code)) return { outcome: 'passed', reached: [0] };
      runs += 1;
      return { outcome: runs === 1 ? 'timeout' : 'passed' };
    });
    expect(results).toEqual([expect.objectContaining({ status: 'survived' })]);
  });

  it('the score counts what tests reach and nothing that has a reason', () => {
    const of = (...statuses: string[]) => summarize(statuses.map((status) => ({ status })));
    expect(of('killed', 'killed', 'timeout', 'survived', 'unreached', 'accepted')).toMatchObject({
      mutants: 6,
      score: 75,
    });
    expect(of('unreached')).toMatchObject({ score: undefined });
  });

  it('a recorded reason is stale when its code is gone or a test notices the mutant', () => {
    const reason = (id: string) =>
      [id, { id, file: 'lib/a.ts', before: 'x', after: 'y', reason: 'equivalent' }] as const;
    const reasons = new Map([reason('gone'), reason('noticed'), reason('kept')]);
    const all = [{ id: 'noticed' }, { id: 'kept' }];
    const results = [
      { id: 'noticed', status: 'killed', by: 'test/a.test.ts' },
      { id: 'kept', status: 'accepted' },
    ];
    expect(staleReasons(reasons, all, results)).toEqual([
      expect.stringMatching(/^gone /),
      expect.stringMatching(/^noticed .*test\/a\.test\.ts/),
    ]);
  });
});
