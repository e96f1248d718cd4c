import type { SharedConfig } from '../../aws-config/shared-config.ts';
import type { Environment } from '../../context.ts';
import type { MessageParts } from '../../messages/errors.ts';
import type { CredentialSource } from '../source.ts';

/** Where a profile can come from, in the order of precedence. */
export type SourceId =
  | 'flag'
  | 'cdk-profile-variable'
  | 'project-block'
  | 'project-settings'
  | 'user-block'
  | 'user-settings'
  | 'environment-keys'
  | 'aws-profile'
  | 'aws-default-profile'
  | 'default-profile'
  | 'web-identity'
  | 'container'
  | 'picker';

/** What became of a source. */
export type CandidateState =
  | 'won'
  /** Selected by account: the pinned name doesn't work on this machine, but a local profile of the same account does. */
  | 'matched'
  /** Given, but another one came first. */
  | 'shadowed'
  /** Cancelled by an empty `--profile`, `CDK_PROFILE` or `profile`, or itself that empty value. */
  | 'cancelled'
  | 'absent'
  | 'not-defined'
  /** Names a profile without its own credentials. */
  | 'settings-only'
  /** The `default` profile, which wasn't requested, with a credential source that can't work: `cdk` looks elsewhere. */
  | 'cannot-work';

/** One source with what it says and what became of it. */
export interface Candidate {
  readonly source: SourceId;
  /** The source as messages show it: `--profile`, `context.cdkx.profile in cdk.json`. */
  readonly where: string;
  /** A profile's name, an empty or `false` cancellation, or for ambient credentials the variable that holds them. */
  readonly value: string | false | undefined;
  readonly state: CandidateState;
  readonly note?: string;
}

/** What a `cdkx` block pins, stage applied: a profile by name, and the account and role that it must use. */
export interface ProfilePin {
  /** The pin's place for messages: `context.cdkx in cdk.json`. */
  readonly where: string;
  readonly profile?: string | undefined;
  readonly account?: string | undefined;
  readonly role?: string | undefined;
  /** The role of the other commands, used if no profile has `role`. */
  readonly otherRole?: string | undefined;
  /** What the command does, if the project distinguishes, and where it does. Without `otherRole`, it sets no role for that. */
  readonly roleUse?: 'read' | 'change';
  readonly roleWhere?: string;
  readonly ssoSession?: { readonly startUrl?: string | undefined } | undefined;
  readonly stage?: string | undefined;
}

export interface DetectionInput {
  /** `--profile` as given; `''` and `false` (`--no-profile`) cancel the pins, `undefined` is no flag at all. */
  readonly flag: string | false | undefined;
  /** The profile of `CDK_PROFILE`, or of another variable that `cdk` reads as `--profile`; `undefined` without one. */
  readonly profileVariable?: unknown;
  readonly env: Environment;
  /** `context.cdkx` of `./cdk.json`, or `-c cdkx=NAME`. */
  readonly projectPin?: ProfilePin | undefined;
  readonly projectProfile?: unknown;
  /** `context.cdkx` of `~/.cdk.json`. */
  readonly userPin?: ProfilePin | undefined;
  readonly userProfile?: unknown;
  readonly config: SharedConfig;
  readonly interactive: boolean;
  /** Whether the command also works without credentials, as `synth` does. */
  readonly bestEffort?: boolean;
}

/** Which credentials `cdk` finds itself. */
export type PassThroughReason =
  'environment-keys' | 'web-identity' | 'container' | 'settings-only' | 'instance-or-nothing';

/** The outcome without its reasoning. */
export type Decision =
  | {
      readonly outcome: 'profile';
      readonly name: string;
      readonly origin: SourceId;
      /** Whether `--profile NAME` is to be added: not where the user gave it, nor where they cancelled profiles. */
      readonly inject: boolean;
      /** `none` where a pinned profile holds only settings. */
      readonly credentialSource: CredentialSource;
      readonly pin?: ProfilePin;
    }
  | {
      readonly outcome: 'pass-through';
      readonly reason: PassThroughReason;
      /** Whether the child needs an empty `CDK_PROFILE`, or `cdk` would use the `profile` of a settings file all the same. */
      readonly cancelCdkPin: boolean;
    }
  | { readonly outcome: 'ask' }
  | {
      readonly outcome: 'several-matches';
      readonly origin: SourceId;
      readonly pin: ProfilePin;
      readonly matches: readonly string[];
    }
  | {
      readonly outcome: 'not-defined';
      /** Absent where the pin says only account, role and session. */
      readonly name?: string;
      readonly origin: SourceId;
      readonly pin?: ProfilePin;
      readonly nearest: readonly string[];
      readonly known: readonly string[];
    };

/** The outcome, with every source in order and the messages for the user. */
export type Detection = Decision & {
  readonly candidates: readonly Candidate[];
  readonly warnings: readonly MessageParts[];
};

/** A source with what it says, before anything is decided. */
export interface DetectionRow {
  readonly source: SourceId;
  readonly where: string;
  /** As found: settings files may hold anything. */
  readonly value: unknown;
  /** Whether it says anything, a cancellation included. */
  readonly isGiven: boolean;
  readonly pin?: ProfilePin;
}
