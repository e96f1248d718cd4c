import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { repository } from '../helpers/cli.ts';

interface Spread {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}
interface Judged {
  readonly promise: string;
  readonly node: string;
  readonly state: string;
  readonly by?: number;
  readonly why?: string;
}
type Measurement = { readonly id: string; readonly what: string; readonly beside?: string; readonly unit?: string };
type Group = { readonly node: string; readonly rows: readonly object[] };

const load = async (name: string) => (await import(join(repository, 'scripts/bench', name))) as unknown;
const { quantile, spread } = (await load('statistics.mjs')) as {
  quantile: (values: readonly number[], share: number) => number;
  spread: (values: readonly number[]) => Spread;
};
const { interleave } = (await load('pairs.mjs')) as {
  interleave: (a: Sampler, b: Sampler, options: { runs: number; warmUp?: number }) => Promise<[string, string][]>;
};
type Sampler = (index: number) => string;
const { rowOf } = (await load('row.mjs')) as {
  rowOf: (measurement: Measurement, samples: readonly unknown[]) => object;
};
const { judgeTargets } = (await load('targets.mjs')) as { judgeTargets: (figures: { nodes: Group[] }) => Judged[] };
const { withQuartiles } = (await load('text.mjs')) as { withQuartiles: (values: Spread, unit?: string) => string };
const { withNode } = (await load('figures.mjs')) as {
  withNode: (figures: { nodes: readonly Group[] }, group: Group) => { nodes: Group[] };
};
const { drawChart } = (await load('chart.mjs')) as { drawChart: (figures: { nodes: Group[] }) => string | undefined };

describe('the statistics', () => {
  it('interpolate quantiles as R and NumPy do', () => {
    expect([0, 0.25, 0.5, 0.75, 1].map((share) => quantile([4, 1, 3, 2], share))).toEqual([1, 1.75, 2.5, 3.25, 4]);
    expect(spread([7])).toEqual({ low: 7, median: 7, high: 7 });
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });

  it('take ratio and difference within each pair, not of the medians', () => {
    const pairs = [
      [10, 5],
      [20, 40],
      [60, 50],
    ];
    expect(rowOf({ id: 'commands/ls/cdk', what: 'a', beside: 'b' }, pairs)).toMatchObject({
      runs: 3,
      ours: { median: 20 },
      theirs: { median: 40 },
      ratio: { median: 1.2 },
      difference: { median: 5 },
    });
  });

  it('measure both in turn, neither always first, the warm-up apart', async () => {
    const order: string[] = [];
    const sampler = (name: string) => (index: number) => {
      order.push(`${name}${index}`);
      return `${name}${index}`;
    };
    const pairs = await interleave(sampler('a'), sampler('b'), { runs: 2, warmUp: 1 });
    expect(order).toEqual(['b-1', 'a-1', 'a0', 'b0', 'b1', 'a1']);
    expect(pairs).toEqual([
      ['a0', 'b0'],
      ['a1', 'b1'],
    ]);
  });

  it('are written with a sign that is one, and quartiles that can be told apart', () => {
    expect(withQuartiles({ low: 0.846, median: 0.871, high: 0.9 })).toBe('0.87 (0.85–0.90)');
    expect(withQuartiles({ low: -120.4, median: -94.32, high: 3 }, 'ms')).toBe('−94.3 ms (−120.4 to 3.0)');
    expect(withQuartiles({ low: 1034, median: 1076.6, high: 1100 }, 'ms')).toBe('1,077 ms (1,034–1,100)');
    expect(withQuartiles({ low: -0.01, median: -0.04, high: 0.2 }, 'ms')).toBe('0.0 ms (0.0 to 0.2)');
  });
});

/** One Node's figures: milliseconds or MB of each side, by the row's id. */
function group(node: string, values: Readonly<Record<string, readonly [number, number]>>): Group {
  const rows = Object.entries(values).map(([id, pair]) => rowOf({ id, what: id, beside: 'other' }, [pair]));
  return { node, rows };
}

const judge = (...nodes: Group[]) => judgeTargets({ nodes });

describe('the targets', () => {
  const limits = [
    ['v20.19.0', 'before-cdk/profiles-10', [65, 40], [65.1, 40]],
    ['v20.19.0', 'before-cdk/large', [100, 40], [100.1, 40]],
    ['v20.19.0', 'memory/wrapper', [60, 40], [60.1, 40]],
    ['v20.19.0', 'memory/large', [60, 40], [60.1, 40]],
    ['v20.19.0', 'plugin/load', [615, 600], [615.1, 600]],
    ...['--version', 'ls'].flatMap(
      (command) =>
        [
          ['v20.19.0', `commands/${command}/cdk`, [1100, 1000], [1101, 1000]],
          ['v22.1.0', `commands/${command}/cdk`, [950, 1000], [951, 1000]],
          ['v26.0.0', `commands/${command}/cdk`, [950, 1000], [951, 1000]],
        ] as const,
    ),
  ] as const;
  it.each(limits)('with Node %s %s is met at %j, missed at %j', (node, id, most, more) => {
    const states = [most, more].flatMap((values) => judge(group(node, { [id]: values })).map(({ state }) => state));
    expect(states.filter((state) => state !== 'not measured')).toEqual(['met', 'missed']);
  });

  it('hold at the limit, and not above', () => {
    const judged = judge(
      group('v22.1.0', { 'before-cdk/profiles-10': [65, 40], 'memory/wrapper': [60.001, 40] }),
      group('v24.0.0', { 'before-cdk/profiles-10': [65.5, 40], 'before-cdk/no-profile': [57, 40] }),
    );
    const own = judged.filter(({ promise }) => promise.includes('ten profiles'));
    expect(own).toEqual([
      expect.objectContaining({ node: 'v22.1.0', state: 'met', by: 0 }),
      expect.objectContaining({
        node: 'v24.0.0',
        state: 'missed',
        by: 0.5,
        why: expect.stringMatching(/^17\.0 ms .* 8\.5 ms/),
      }),
    ]);
    const memory = judged.filter(({ promise }) => promise.includes('memory'));
    expect(memory.map(({ state, why }) => [state, why])).toEqual([
      ['missed', 'Node alone takes 40.0 MB of it, cdkx 20.0 MB'],
      ['not measured', undefined],
    ]);
  });

  it('for whole commands ask more of a Node that has a compile cache, and tell what it won back', () => {
    const values = (ours: number) => ({
      'commands/ls/cdk': [ours, 1000] as const,
      'before-cdk/profiles-10': [70, 40] as const,
    });
    const judged = judge(
      group('v20.20.0', values(1100)),
      group('v20.20.0', values(1101)),
      group('v26.1.0', values(960)),
    );
    expect(judged.filter(({ promise }) => promise.includes('cdkx ls'))).toEqual([
      expect.objectContaining({ state: 'met' }),
      expect.objectContaining({ state: 'missed', why: expect.stringContaining('no compile cache') }),
      expect.objectContaining({
        state: 'missed',
        why: expect.stringMatching(/70\.0 ms until .* about 110 ms of 1,000 ms/),
      }),
    ]);
  });

  it('say where the time goes only if that was measured', () => {
    const [own] = judge(group('v22.1.0', { 'before-cdk/profiles-10': [90, 40] }));
    expect(own).toMatchObject({ state: 'missed', why: 'where the time goes was not measured' });
  });
});

describe('the figures', () => {
  it('keep one group for each major version of Node, in their order', () => {
    const first = withNode(withNode({ nodes: [] }, group('v24.1.0', {})), group('v8.2.0', {}));
    const { nodes } = withNode(first, group('v24.2.0', { 'commands/ls/cdk': [1, 2] }));
    expect(nodes.map(({ node, rows }) => [node, rows.length])).toEqual([
      ['v8.2.0', 0],
      ['v24.2.0', 1],
    ]);
  });
});

describe('the chart', () => {
  const at = (svg: string, name: string) =>
    [...svg.matchAll(new RegExp(`<rect class="${name}" x="([\\d.]+)" y="\\d+" width="([\\d.]+)" height="9"`, 'g'))].map(
      ([, x, width]) => [Number(x), Number(width)],
    );

  it('has bars that begin at zero and are as long as the medians, on one scale', () => {
    const slow = group('v20.1.0', { 'commands/--version/cdk': [500, 1000], 'commands/ls/cdk': [3000, 2000] });
    const svg = drawChart({ nodes: [slow] }) ?? '';
    const zero = Number(/<text class="soft" x="(\d+)"[^>]*>0 s</.exec(svg)?.[1]);
    const [cdk, cdkx] = [at(svg, 'cdk'), at(svg, 'cdkx')];
    expect([...cdk, ...cdkx].map(([x]) => x)).toEqual([zero, zero, zero, zero]);
    const unit = (cdkx[0]?.[1] ?? 0) / 500;
    expect([...cdk, ...cdkx].map(([, width = 0]) => Math.round(width / unit / 10) * 10)).toEqual([
      1000, 2000, 500, 3000,
    ]);
  });

  it('is told in words, for light and dark pages, with nothing from elsewhere', () => {
    const svg = drawChart({ nodes: [group('v22.1.0', { 'commands/ls/cdk': [900, 1000] })] }) ?? '';
    expect(svg).toContain('Node 22, ls: cdk 1.00 s, cdkx 0.90 s, ratio 0.90 (0.90–0.90).');
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg.match(/https?:[^"]*|url\(|@import|@font-face|<image/g)).toEqual(['http://www.w3.org/2000/svg']);
  });

  it('is not drawn from nothing', () => {
    expect(drawChart({ nodes: [group('v22.1.0', {})] })).toBeUndefined();
  });
});
