import type { DiffLine } from '../../terminal/output.ts';

/** One wish for the AWS config file. */
export type ConfigEdit = SetSection | RemoveProfile;

/** Sets keys of a section, which is added at the end of the file if it is not there. Other keys stay as they are. */
export interface SetSection {
  readonly action: 'set';
  readonly kind: 'profile' | 'sso-session';
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
  /** A comment line below the header, with its `#`; only where the section is new. */
  readonly comment?: string;
}

/** Removes a profile's section with its keys; the comments that stand after them stay. */
export interface RemoveProfile {
  readonly action: 'remove';
  readonly kind: 'profile';
  readonly name: string;
}

export interface EditedConfig {
  readonly text: string;
  readonly diff: readonly DiffLine[];
  readonly isChanged: boolean;
}
