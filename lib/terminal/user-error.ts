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

export type OwnExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The three parts of a message: what happened with the offending value, why, and what to run next. */
export interface MessageParts {
  /** One sentence, without a final full stop being required; names the offending value and where it came from. */
  readonly what: string;
  /** Why it happened, or what is known around it. One entry a line. */
  readonly why?: readonly string[] | string;
  /** What to run or to change next. Commands stand alone on their line. */
  readonly next?: readonly string[] | string;
}

/** An expected failure: shown as its three parts without a stack. Anything else that is thrown is a defect of cdkx. */
export class UserError extends Error {
  readonly parts: MessageParts;
  readonly exitCode: OwnExitCode;

  constructor(code: OwnExitCode, parts: MessageParts, options?: { cause?: unknown }) {
    super(parts.what, options);
    this.name = 'UserError';
    this.parts = parts;
    this.exitCode = code;
  }
}
