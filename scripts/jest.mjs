import { run } from './run.mjs';

/** Node's arguments that start jest, before jest's own: the tests are ES modules. */
export const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
];

/** Runs tests as a step of a script. */
export function runTests(args) {
  run('test', 'node', [...jest, ...args]);
}
