// What the smoke test runs on: this machine, or Node for another system on an emulator.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where the checks run. `label` says what it is. The programs under test can reach `folder`; `native` translates a path of this machine into
 * theirs. `node` is Node as they see it, and `nodeFile` the same file as this machine sees it. `env` is what each of them needs, and
 * `timeout` how long a run may take, milliseconds (two minutes by default). With `isFlaky`, a check that
 * fails is tried once more.
 * `launch` gives what to start here to run Node there with these arguments and variables.
 *
 * @typedef {{ label: string, isWindows: boolean, folder: string, native: (path: string) => string, node: string, nodeFile: string,
 *   env: Record<string, string>, timeout?: number, isFlaky?: boolean,
 *   launch: (args: string[], env: Record<string, string>) => { command: string, args: string[], env: Record<string, string> } }} Machine
 */

/** This machine with this Node. */
export function nativeMachine(folder) {
  const { platform, arch, version, env, execPath } = process;
  return {
    label: `${platform} ${arch} ${version}`,
    isWindows: platform === 'win32',
    folder,
    native: (path) => path,
    node: execPath,
    nodeFile: execPath,
    env: withoutSettings(env),
    launch: (args, environment) => ({ command: execPath, args, env: environment }),
  };
}

/** An environment without settings of AWS, cdk, npm and Node, and without signs of CI, an agent or SSH. */
export function withoutSettings(env) {
  const isSetting =
    /^(AWS_|AMAZON_|CDK|npm_|NODE_|WINE|SSH_|CODEX_)|^(HOME|USERPROFILE|BROWSER|CI|AGENT|AI_AGENT|CLAUDECODE)$|CA_BUNDLE|CERT/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isSetting.test(name)));
}

let runs = 0;

/**
 * Starts a program whose output goes to files: Node for Windows can't write to a pipe of Linux. `stderr()` is what it has printed so far, and
 * `ended` resolves with its exit code and output. It is killed after `timeout` milliseconds.
 */
export function start({ command, args, env }, { cwd, logs, timeout = 120_000 }) {
  mkdirSync(logs, { recursive: true });
  const files = ['stdout', 'stderr'].map((name) => join(logs, `${(runs += 1)}.${name}`));
  const descriptors = files.map((file) => openSync(file, 'w'));
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', ...descriptors] });
  descriptors.forEach((descriptor) => closeSync(descriptor));
  const [stdout, stderr] = files.map((file) => () => readFileSync(file, 'utf8'));
  const ended = new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), timeout);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? signal, stdout: stdout(), stderr: stderr() });
    });
  });
  return { ended, stderr };
}
