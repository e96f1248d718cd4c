/** cdkx's own exit codes (docs/configuration.md, "Exit codes"); everything else is `cdk`'s own, or 128 + n when it died by signal n. */
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

/** Every expected failure of cdkx by its code, with its exit code. docs/troubleshooting.md has an entry for each. */
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
  SessionConflict: exitCode.configuration,
  SessionUnreadable: exitCode.configuration,
  CredentialLoop: exitCode.configuration,
  WrongAccount: exitCode.configuration,
  UnknownAccount: exitCode.configuration,
  NoProfileForAccount: exitCode.configuration,
  InvalidBlock: exitCode.configuration,
  UnknownKey: exitCode.configuration,
  IncompleteBlock: exitCode.configuration,
  InvalidPin: exitCode.configuration,
  FirstRunNotPossible: exitCode.configuration,
  UnknownStage: exitCode.configuration,
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

/** The stable name of a failure, for programs: messages may change, codes do not. */
export type ErrorCode = keyof typeof errorCodes;

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
  readonly code: ErrorCode;
  readonly parts: MessageParts;

  constructor(code: ErrorCode, parts: MessageParts, options?: { cause?: unknown }) {
    super(parts.what, options);
    this.name = 'UserError';
    this.code = code;
    this.parts = parts;
  }

  /** The exit code of cdkx if nothing catches it. */
  get exitCode(): ExitCode {
    return errorCodes[this.code];
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
