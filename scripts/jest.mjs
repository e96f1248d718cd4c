import { run } from './run.mjs';

/** Node's arguments that start jest, before jest's own: the tests are ES modules. */
export const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
];

/** What needs a terminal of Unix, a browser, mounts or Debian's programs: not for every system. */
const notEverywhere = ['e2e', 'faults', 'fuzz', 'docs', 'package', 'bench', 'scripts', 'supply-chain'];

/** Jest's argument for the unit tests, those that every system can run, but the ones of these paths below `test`. */
export function unitTestsBut(paths = []) {
  return `--testPathIgnorePatterns=[\\\\/]test[\\\\/](${[...notEverywhere, ...paths].join('|')})[\\\\/.]|\\.long\\.test`;
}

/** Runs tests as a step of a script. */
export function runTests(args) {
  run('test', 'node', [...jest, ...args]);
}
