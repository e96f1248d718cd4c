import type { DiffLine } from '../../terminal/output.ts';

/** One edit. */
export type ConfigEdit = SetSection | RemoveProfile;

/** Sets keys of a section; adds the section at the end of the file if it doesn't exist. Doesn't change other keys. */
export interface SetSection {
  readonly action: 'set';
  readonly kind: 'profile' | 'sso-session';
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
  /** A comment line below the header of a new section, with its `#`. */
  readonly comment?: string;
}

/** Removes a profile's section. Keeps the comments after its keys. */
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
