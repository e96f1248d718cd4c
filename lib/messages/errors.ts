/** cdkx's own exit codes (README, "Exit codes"); everything else is `cdk`'s own, or 128 + n when it died by signal n. */
export const exitCode = {
  /** Wrong use of cdkx's own words (EX_USAGE of sysexits.h). */
  usage: 64,
  /** Identity Center cannot be reached (EX_UNAVAILABLE). */
  unavailable: 69,
  /** A defect of cdkx itself (EX_SOFTWARE). */
  internal: 70,
  /** What cdkx had to say on stdout could not be written (EX_IOERR). */
  outputLost: 74,
  /** Not signed in, or no access (EX_NOPERM). */
  notSignedIn: 77,
  /** A configuration that cannot work (EX_CONFIG). */
  configuration: 78,
  /** No `cdk` was found, as a shell says it. */
  commandNotFound: 127,
  /** A person declined or cancelled, as after Ctrl-C. */
  cancelled: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The three parts of a message: what happened with the offending value, why, and what to run next. */
export interface MessageParts {
  /** One sentence, without a final full stop being required; names the offending value and where it came from. */
  readonly what: string;
  /** Why it happened, or what is known around it. One entry a line. */
  readonly why?: readonly string[] | string;
  /** What to do next, in order. */
  readonly next?: readonly NextStep[];
}

/** One line of what to do next: `say` is a sentence, `run` a command that works when pasted. Only commands are indented. */
export type NextStep = { readonly say: string } | { readonly run: string };

/** An expected failure: shown as its three parts without a stack. Anything else that is thrown is a defect of cdkx. */
export class UserError extends Error {
  readonly parts: MessageParts;
  readonly exitCode: ExitCode;

  constructor(code: ExitCode, parts: MessageParts, options?: { cause?: unknown }) {
    super(parts.what, options);
    this.name = 'UserError';
    this.parts = parts;
    this.exitCode = code;
  }
}

/** How much cdkx says: `quiet` only errors and questions, `verbose` everything. */
export type LogLevel = 'quiet' | 'normal' | 'verbose';

/** cdkx's voice: always on stderr, each message prefixed `cdkx: `, never a secret in it. */
export interface Reporter {
  readonly level: LogLevel;
  /** True where a person can answer: a terminal on stdin and stderr, no CI, no agent. */
  readonly interactive: boolean;
  /** One plain line that a person on a terminal wants to see (profile line, a finished login). Shown only on a terminal, or when verbose. */
  info(line: string): void;
  /** What was done, or what follows. Always shown, but not when quiet. */
  notice(parts: MessageParts | string): void;
  /** Something the user should know although the command goes on. Always shown, but not when quiet. */
  warn(parts: MessageParts): void;
  /** A detail for those who asked for details. */
  verbose(line: string): void;
  /** A failure. Always shown. */
  error(parts: MessageParts): void;
}
