// What one press of Tab costs: the process that a completion script starts, with ten profiles and three stacks.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { interleave } from './pairs.mjs';
import { wallMs } from './processes.mjs';
import { createHome } from './projects.mjs';

const stacks = ['Dev', 'Test', 'Prod'];

const presses = [
  { id: 'command', what: 'a command', words: ['dep'], expected: /^deploy\b/m },
  { id: 'stack', what: 'a stack', words: ['deploy', ''], expected: /^Prod\b/m },
  { id: 'profile', what: 'a profile', words: ['--profile', ''], expected: /^acme-dev\b/m },
];

export function completionMeasurements(bench) {
  return presses.map(({ id, what, words, expected }) => ({
    id: `completion/${id}`,
    what: `one press of Tab that completes ${what}`,
    beside: '`node -e 0`',
    measure: () => pressTab(bench, id, words, expected),
  }));
}

function pressTab({ node, cdkx, project, folder, standIn, token, runs, settingsFor }, id, words, expected) {
  const cwd = join(folder, `completion-${id}`);
  cpSync(project, cwd, { recursive: true, verbatimSymlinks: true });
  const artifacts = stacks.map((name) => [name, { type: 'aws:cloudformation:stack' }]);
  mkdirSync(join(cwd, 'cdk.out'), { recursive: true });
  writeFileSync(
    join(cwd, 'cdk.out/manifest.json'),
    JSON.stringify({ version: '48.0.0', artifacts: Object.fromEntries(artifacts) }),
  );
  const settings = { ...settingsFor(createHome(join(folder, 'homes', `completion-${id}`), { standIn, token })), cwd };
  const command = [node, cdkx, 'completion', '--complete', '--', ...words];
  return interleave(
    () => wallMs(command, settings, expected),
    () => wallMs([node, '-e', '0'], settings),
    { runs },
  );
}
