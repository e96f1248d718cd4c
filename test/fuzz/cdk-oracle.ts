import { fork, execFileSync, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { cleanEnvironment, dependencies } from '../helpers/cli.ts';

/** One run of `cdk`, as its process would see it. */
export interface OracleRun {
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** The directory of the app's assembly by the value of the context key `stageKey`; `''` for any other value. */
  readonly assemblies: Readonly<Record<string, string>>;
  readonly stageKey: string;
}

/** What `cdk` makes of a run. */
export interface Judgment {
  /** The options and words as its parser leaves them; absent if it refuses them. */
  readonly argv?: Readonly<Record<string, unknown>>;
  /** The context that the app sees; absent if the app isn't run. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** The settings as `cdk` merges them; absent if the app isn't run. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The stacks that the command selects, those that `cdk` adds included; absent if it selects none. */
  readonly stacks?: readonly string[];
  /** The environments of `bootstrap` and `gc`: `ACCOUNT/REGION`. */
  readonly environments?: readonly string[];
  readonly error?: string;
  readonly output: string;
}

/** The installed `cdk` in a process of its own, which answers one run after the other. */
export interface CdkOracle {
  judge(run: OracleRun): Promise<Judgment>;
  /** Whether `cdk`'s matcher selects a stack by these patterns. */
  selects(patterns: readonly string[], stack: string): Promise<boolean>;
  close(): void;
}

const programs = join(import.meta.dirname, 'programs');

/** Starts the oracle. It fails if this version of `cdk` lacks what it looks into. */
export async function startCdkOracle(): Promise<CdkOracle> {
  const child = fork(join(programs, 'cdk-oracle.cjs'), [join(dependencies, 'aws-cdk')], {
    execArgv: [],
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await nextMessage(child);
  let id = 0;
  const ask = async (question: Record<string, unknown>): Promise<unknown> => {
    id += 1;
    child.send({ id, ...question });
    const answer = (await nextMessage(child)) as { id: number; result?: unknown; failure?: string };
    if (answer.id !== id)
      throw new Error(`the oracle answered ${answer.id} in place of ${id}: ask it one thing at a time`);
    if (answer.failure !== undefined) throw new Error(answer.failure);
    return answer.result;
  };
  return {
    judge: async (run) => (await ask({ run })) as Judgment,
    selects: async (patterns, name) => (await ask({ match: { patterns, name } })) as boolean,
    close: () => child.disconnect(),
  };
}

/** Writes the assemblies of the app with stages into a directory: `all`, `dev`, `prod`, `one`. */
export function synthesizeStagedApp(directory: string): void {
  execFileSync(process.execPath, [join(programs, 'staged-app.mjs'), directory], {
    env: cleanEnvironment(directory),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('the oracle has ended'));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message);
    });
  });
}
