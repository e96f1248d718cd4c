import type { ChildProcess, SpawnOptions } from 'node:child_process';

/** Environment variables by name. A variable that is not set is absent or `undefined`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The time, and waiting: injected so that tests can move it. */
export interface Clock {
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when `signal` aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `action` every `ms` milliseconds until the returned function is called. It does not keep the process alive. */
  every(ms: number, action: () => void): () => void;
}

/** Proxy and CA settings for cdkx's HTTPS calls, the same as for `cdk`. */
export interface HttpSettings {
  /** Proxy URL from `--proxy` or cdk.json; `''` means none; `undefined` means the proxy variables of the environment. */
  readonly proxy?: string | undefined;
  /** Path of a PEM file with certificate authorities, from `--ca-bundle-path` or cdk.json; it comes before `AWS_CA_BUNDLE`. */
  readonly caBundlePath?: string | undefined;
  /** The profile's own `ca_bundle`; it comes after `AWS_CA_BUNDLE`. */
  readonly profileCaBundle?: string | undefined;
}

export type ExitSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Everything from outside the program. Tests make their own; files are real files. */
export interface Context {
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
  /** The home directory as the AWS SDK for JavaScript finds it: HOME, USERPROFILE, HOMEDRIVE+HOMEPATH, else the system's. */
  readonly home: string;
  readonly platform: NodeJS.Platform;
  readonly uid: number | undefined;
  /** The process ID, which is written into locks. */
  readonly pid: number;
  readonly execPath: string;
  /** The version of Node.js: `24.21.0`. */
  readonly nodeVersion: string;
  /** Absolute path of cdkx's start file: used to recognize a `cdk` on PATH that is cdkx itself. */
  readonly selfPath: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly clock: Clock;
  /** The AWS SDK's request handler (`@smithy/node-http-handler`) with proxy and certificates, loaded on first use. */
  requestHandler(settings: HttpSettings): Promise<RequestHandlerLike>;
  /** Starts a child process without a shell; a batch file of Windows through `cmd.exe`, with its arguments quoted. */
  spawn(command: string, args: readonly string[], options: SpawnOptions): ChildProcess;
  /** Calls `listener` on that signal instead of the default action, until the returned function is called. */
  onSignal(signal: ExitSignal | 'SIGCONT' | 'SIGTSTP', listener: () => void): () => void;
  /** Sends a signal to a process; `0` only checks whether the process exists. Throws as `process.kill` does. */
  kill(pid: number, signal: NodeJS.Signals | 0): void;
}

/** The request handler of the AWS SDK clients; opaque, so that the SDK isn't loaded on the hot path. */
export interface RequestHandlerLike {
  handle(request: unknown, options?: unknown): Promise<{ response: unknown }>;
  destroy?(): void;
}
