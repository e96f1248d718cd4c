import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { repository } from './helpers/cli.ts';
import { tempFolder } from './helpers/temp-folder.ts';

const figure = (name: string, value = '–') => `<!-- figure:${name} -->${value}<!-- /figure -->`;
const table = (row: string) => `# Reliability\n\n| promise | test | figures |\n| --- | --- | --- |\n${row}\n`;

/** Runs the script on a document of the test's own. */
function reliability(document: string | undefined, figures: readonly object[] | undefined, ...args: string[]) {
  const folder = tempFolder();
  const file = join(folder, 'reliability.md');
  if (document !== undefined) writeFileSync(file, document);
  mkdirSync(join(folder, 'figures'));
  if (figures !== undefined) {
    writeFileSync(join(folder, 'figures/1.jsonl'), figures.map((each) => `${JSON.stringify(each)}\n`).join(''));
  }
  const { status, stderr } = spawnSync(process.execPath, [join(repository, 'scripts/reliability.mjs'), ...args], {
    encoding: 'utf8',
    env: {
      ...process.env,
      ...(document === undefined
        ? {}
        : { CDKX_RELIABILITY_FILE: file, CDKX_RELIABILITY_FIGURES: join(folder, 'figures') }),
    },
  });
  return { status, stderr, text: document === undefined ? '' : readFileSync(file, 'utf8') };
}

describe('docs/reliability.md', () => {
  it('names for each promise a test that exists and a figure that a test records', () => {
    expect(reliability(undefined, undefined, '--check')).toMatchObject({ stderr: '', status: 0 });
  });

  it.each([
    ['test/nowhere.test.ts does not exist', `| p | \`test/nowhere.test.ts\` | ${figure('crowd.login.logins')} |`],
    ['no test is named for "p"', `| p | by hand | ${figure('crowd.login.logins')} |`],
    ['no figure stands beside "p"', '| p | `test/faults/crowd.test.ts` | 50 |'],
    ['no test records the figure "made.up"', `| p | \`test/faults/crowd.test.ts\` | ${figure('made.up')} |`],
    ['has no table of promises', 'nothing'],
  ])('does not pass with: %s', (problem, row) => {
    const { status, stderr } = reliability(table(row), undefined, '--check');
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(problem) });
  });

  it('gets the sums of what was counted, and stays as it is where a figure is missing', () => {
    const document = table(`| p | \`test/x.test.ts\` | ${figure('a', '1')} of ${figure('b')} |`);
    const counted = [
      { name: 'a', value: 1000 },
      { name: 'a', value: 234 },
      { name: 'b', value: 'x y' },
    ];
    const longest = [0.94, 1.26, 0.3].map((seconds) => ({ name: 'a', longest: seconds }));
    expect(reliability(document, [...longest, { name: 'b', value: 'x' }]).text).toContain(figure('a', '1.26'));
    const { status, text } = reliability(document, counted);
    expect({ status, found: text.includes(`${figure('a', '1,234')} of ${figure('b', 'x y')}`) }).toEqual({
      status: 0,
      found: true,
    });
    const lacking = reliability(document, counted.slice(0, 2));
    expect(lacking).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no run gave the figure "b"'),
      text: document,
    });
    const twice = reliability(document, [...counted, { name: 'b', value: 'z' }]);
    expect(twice).toMatchObject({ status: 1, stderr: expect.stringContaining('two values of "b"'), text: document });
  });
});
