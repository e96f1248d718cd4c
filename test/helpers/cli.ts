import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { searchRun, type Shows } from './shown-secrets.ts';

export const repository = join(import.meta.dirname, '../..');
/** The built program. */
export const cdkxPath = join(repository, 'dist/cdkx.cjs');
/** The packages of the projects under test; `npm run test:cdks` names those of other versions of cdk. */
export const dependencies = process.env['CDKX_TEST_DEPENDENCIES'] ?? join(repository, 'node_modules');
/** The real `cdk` among them: of the development dependencies, unless others are named. */
export const cdkPath = join(dependencies, 'aws-cdk/bin/cdk');

export interface RunResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Secrets that the program is there to show. None, unless a test says why. */
  readonly shows?: Shows;
  /** Called with all of stdout so far, whenever more of it comes. */
  readonly onOutput?: (stdout: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** An environment with nothing of the developer's machine in it but the way to programs. */
export function cleanEnvironment(home: string, extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    USERPROFILE: home,
    CDK_HOME: join(home, '.cdk'),
    TMPDIR: process.env['TMPDIR'] ?? '/tmp',
    LANG: 'C.UTF-8',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    CDK_NOTICES: 'false',
    ...extra,
  };
}

/** Runs the built cdkx without a terminal. */
export function runCdkx(args: readonly string[], options: RunOptions): Promise<RunResult> {
  return runNode([cdkxPath, ...args], options);
}

/** Runs the real cdk without cdkx. */
export function runCdk(args: readonly string[], options: RunOptions): Promise<RunResult> {
  return runNode([cdkPath, ...args], options);
}

/** Runs a Node program without a terminal: its path, then its arguments. A secret in what it puts out fails the test. */
export function runNode(args: readonly string[], options: RunOptions): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: options.cwd,
      env: cleanEnvironment(options.home, options.env),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout.push(chunk);
      options.onOutput?.(Buffer.concat(stdout).toString(), (signal) => child.kill(signal));
    });
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      const output = { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
      searchRun(args, output, options);
      resolve({ exitCode, signal, ...output });
    });
    child.stdin.end(options.input ?? '');
  });
}
