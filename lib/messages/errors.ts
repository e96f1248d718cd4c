/** cdkx's exit codes (docs/configuration.md, "Exit codes"). Any other exit code is that of `cdk`, or 128 + n if signal n ended it. */
export const exitCode = {
  /** Wrong use of a cdkx command or option (EX_USAGE of sysexits.h). */
  usage: 64,
  /** IAM Identity Center or AWS STS is unreachable (EX_UNAVAILABLE). */
  unavailable: 69,
  /** A bug in cdkx (EX_SOFTWARE). */
  internal: 70,
  /** Writing to stdout failed (EX_IOERR). */
  outputLost: 74,
  /** Not signed in, or no access (EX_NOPERM). */
  notSignedIn: 77,
  /** Invalid configuration (EX_CONFIG). */
  configuration: 78,
  /** No `cdk` was found; the exit code that shells use. */
  commandNotFound: 127,
  /** The user declined or cancelled; the exit code after Ctrl-C. */
  cancelled: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The exit code of each error code. docs/troubleshooting.md has an entry for each. */
export const errorCodes = {
  InvalidCommand: exitCode.usage,
  UnknownOption: exitCode.usage,
  InvalidValue: exitCode.usage,
  MissingValue: exitCode.usage,
  ConflictingOptions: exitCode.usage,
  ProfileNameRequired: exitCode.usage,
  StartUrlRequired: exitCode.usage,
  RegionRequired: exitCode.usage,
  RolesNotChosen: exitCode.usage,
  ConfirmationRequired: exitCode.usage,
  KeysNotAllowed: exitCode.usage,
  AwsUnreachable: exitCode.unavailable,
  PortalUnreachable: exitCode.unavailable,
  CertificateNotTrusted: exitCode.unavailable,
  RequestsThrottled: exitCode.unavailable,
  InvalidAnswer: exitCode.unavailable,
  PortNotAvailable: exitCode.unavailable,
  CdkxFileMissing: exitCode.internal,
  OutputLost: exitCode.outputLost,
  NotSignedIn: exitCode.notSignedIn,
  SessionLocked: exitCode.notSignedIn,
  SessionRevoked: exitCode.notSignedIn,
  SignInDenied: exitCode.notSignedIn,
  SignInFailed: exitCode.notSignedIn,
  SignInTimedOut: exitCode.notSignedIn,
  AwsLoginRequired: exitCode.notSignedIn,
  AwsLoginFailed: exitCode.notSignedIn,
  NoAccess: exitCode.notSignedIn,
  NoRoleAssigned: exitCode.notSignedIn,
  NoCredentials: exitCode.notSignedIn,
  CredentialsExpired: exitCode.notSignedIn,
  CredentialsRefused: exitCode.notSignedIn,
  MfaCodeRequired: exitCode.notSignedIn,
  HomeNotAbsolute: exitCode.configuration,
  WorkingDirectoryGone: exitCode.configuration,
  ConfigFileUnreadable: exitCode.configuration,
  ConfigFileNotWritable: exitCode.configuration,
  ConfigNotEditable: exitCode.configuration,
  SettingsFileUnreadable: exitCode.configuration,
  SettingsFileInvalid: exitCode.configuration,
  NoCdkJson: exitCode.configuration,
  CdkJsonNotEditable: exitCode.configuration,
  FileChanged: exitCode.configuration,
  FileNotWritable: exitCode.configuration,
  CertificateFileUnreadable: exitCode.configuration,
  InvalidProxy: exitCode.configuration,
  NoEndpoint: exitCode.configuration,
  InvalidStartUrl: exitCode.configuration,
  StartUrlNotFound: exitCode.configuration,
  ScopesRefused: exitCode.configuration,
  ProfileNotFound: exitCode.configuration,
  ProfileRequired: exitCode.configuration,
  SeveralProfilesMatch: exitCode.configuration,
  NoProfiles: exitCode.configuration,
  ProfileConflict: exitCode.configuration,
  InvalidCredentialSource: exitCode.configuration,
  NoCredentialSource: exitCode.configuration,
  NoSsoSession: exitCode.configuration,
  CredentialLoop: exitCode.configuration,
  WrongAccount: exitCode.configuration,
  WrongRegion: exitCode.configuration,
  UnknownAccount: exitCode.configuration,
  NoProfileForAccount: exitCode.configuration,
  InvalidBlock: exitCode.configuration,
  UnknownKey: exitCode.configuration,
  IncompleteBlock: exitCode.configuration,
  InvalidPin: exitCode.configuration,
  FirstRunNotPossible: exitCode.configuration,
  UnknownStage: exitCode.configuration,
  InvalidRegion: exitCode.configuration,
  UnknownStack: exitCode.configuration,
  InvalidStage: exitCode.configuration,
  StageWithoutProfile: exitCode.configuration,
  StageNotChosen: exitCode.configuration,
  StageNotConfirmed: exitCode.configuration,
  CdkNotFound: exitCode.commandNotFound,
  CdkLoop: exitCode.commandNotFound,
  CdkNotStarted: exitCode.commandNotFound,
  CommandNotFound: exitCode.commandNotFound,
  Cancelled: exitCode.cancelled,
  SignInDeclined: exitCode.cancelled,
  SignInCancelled: exitCode.cancelled,
  ConfirmationDeclined: exitCode.cancelled,
  ProfileNotChosen: exitCode.cancelled,
} as const satisfies Readonly<Record<string, ExitCode>>;

/** The stable name of an error, for programs. Messages may change; codes don't. */
export type ErrorCode = keyof typeof errorCodes;

/** The three parts of a message: what happened, why, and what to do next. */
export interface MessageParts {
  /** Shown after `cdkx: `. Starts in lower case and has no final full stop. Contains the offending value and its source. */
  readonly what: string;
  /** Why it happened, in full sentences. Each entry starts a line. */
  readonly why?: readonly string[] | string;
  readonly next?: readonly NextStep[];
  /** The text of `what` that is a link, on terminals that have links. */
  readonly link?: { readonly text: string; readonly url: string } | undefined;
}

/** One next step: `say` is a sentence, `run` a command that works when pasted. Only commands are indented. */
export type NextStep = { readonly say: string } | { readonly run: string };

/** An error that the user can fix: shown without a stack. Anything else that is thrown is a bug in cdkx. */
export class UserError extends Error {
  readonly code: ErrorCode;
  readonly parts: MessageParts;

  constructor(code: ErrorCode, parts: MessageParts, options?: { cause?: unknown }) {
    super(parts.what, options);
    this.name = 'UserError';
    this.code = code;
    this.parts = parts;
  }

  /** The exit code of cdkx if nothing catches the error. */
  get exitCode(): ExitCode {
    return errorCodes[this.code];
  }
}

/** How much cdkx prints: `quiet` prints only errors and prompts, `verbose` everything. */
export type LogLevel = 'quiet' | 'normal' | 'verbose';

/** Writes messages to stderr, each with the prefix `cdkx: `. Messages never contain secrets. */
export interface Reporter {
  readonly level: LogLevel;
  /** Whether cdkx can prompt: a terminal on stdin and stderr, no CI, no AI agent. */
  readonly interactive: boolean;
  /** A line of progress, such as the profile in use. Shown on a terminal, or if verbose. */
  info(line: string): void;
  /** What cdkx did or will do. Shown unless quiet. */
  notice(parts: MessageParts | string): void;
  /** A problem that doesn't stop the command. Shown unless quiet. */
  warn(parts: MessageParts): void;
  verbose(line: string): void;
  error(parts: MessageParts): void;
}
