// Runs one test file after another in one warm process: started with the tree as its working directory, asked over IPC.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCLI } from 'jest';

const root = process.cwd();
const { jest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const config = {
  ...jest,
  rootDir: root,
  // Without node_modules, which need not be searched for what changed.
  roots: ['bin', 'lib', 'test'].map((name) => join(root, name)),
  cacheDirectory: join(root, '../jest-cache'),
  testEnvironment: join(root, 'scripts/mutants/environment.mjs'),
  randomize: false,
  maxWorkers: 1,
};

process.on('message', async ({ test }) => {
  const started = performance.now();
  globalThis.mutantsReached = new Set();
  let answer;
  try {
    const args = { _: [test], $0: '', config: JSON.stringify(config), runTestsByPath: true, runInBand: true };
    const { results } = await runCLI({ ...args, ci: true, silent: true, watchman: false, reporters: [] }, [root]);
    const [file] = results.testResults;
    const failed = file?.testResults.find(({ status }) => status === 'failed');
    const message = failed?.failureMessages[0] ?? file?.failureMessage ?? '';
    answer = { passed: results.success && results.numTotalTestSuites === 1, name: failed?.fullName ?? '', message };
  } catch (error) {
    answer = { passed: false, name: '', message: String(error?.stack ?? error) };
  }
  const milliseconds = performance.now() - started;
  const { rss } = process.memoryUsage();
  process.send({ ...answer, reached: [...globalThis.mutantsReached], milliseconds, rss });
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
