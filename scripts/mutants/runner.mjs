// Runs test files in a worker process of a tree, each within a time limit.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** ES modules of tests that ended stay in memory: a worker above this is replaced. */
const largest = 900 * 1024 * 1024;

/** A runner for a tree. `run` resolves with what became of a test file: 'passed', 'failed' or 'timeout'. */
export function createRunner(tree) {
  let worker;
  let home;

  return { run, close };

  async function run(test, milliseconds) {
    worker ??= await start();
    const answer = await ask(worker, { test: join(tree, test) }, milliseconds);
    if (answer.outcome !== 'passed' || answer.rss > largest) close();
    return answer;
  }

  async function start() {
    home = mkdtempSync(join(tmpdir(), 'mutants-'));
    const child = fork(join(tree, 'scripts/mutants/worker.mjs'), {
      cwd: tree,
      // A group of its own, so that what a mutant starts or kills is in it, and ends with it.
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
      env: { ...process.env, HOME: home, USERPROFILE: home, TMPDIR: home, TEMP: home, TMP: home },
    });
    const { ready } = await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`The worker ended with ${code} before it was ready.`)));
    });
    if (!ready) throw new Error('The worker is not ready.');
    child.removeAllListeners('exit');
    return child;
  }

  function close() {
    if (worker === undefined) return;
    try {
      process.kill(process.platform === 'win32' ? worker.pid : -worker.pid, 'SIGKILL');
    } catch {
      // It has ended, and all of its group.
    }
    worker = undefined;
    // Programs that are about to end may still write.
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

function ask(child, question, milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(
      () => done({ outcome: 'timeout', milliseconds, reached: [], name: '', message: '' }),
      milliseconds,
    );
    const onMessage = (answer) => done({ ...answer, outcome: answer.passed ? 'passed' : 'failed' });
    const onExit = () =>
      done({ outcome: 'failed', milliseconds: 0, reached: [], name: '', message: 'The process ended.' });
    child.on('message', onMessage).on('exit', onExit);
    child.send(question, () => {});

    function done(answer) {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
      resolve(answer);
    }
  });
}
