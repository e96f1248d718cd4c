import type { MessageParts } from '../terminal/user-error.ts';
import type { DetectionRow } from './detection-rows.ts';
import type {
  CandidateState,
  Decision,
  DetectionInput,
  PassThroughReason,
  ProfilePin,
  SourceId,
} from './detect-types.ts';
import { nearestNames } from './nearest-names.ts';
import { resolveCredentialSource } from './resolve-source.ts';

/** A detection under way: the sources, and what is known of each so far. */
export interface Search {
  readonly input: DetectionInput;
  readonly rows: Readonly<Record<SourceId, DetectionRow>>;
  readonly marks: Map<SourceId, { readonly state: CandidateState; readonly note?: string }>;
  readonly warnings: MessageParts[];
  /** Whether an empty `--profile` or `CDK_PROFILE` took the pins away: then nothing is injected. */
  isCancelled: boolean;
}

/** The profile of that name wins, if it is defined here. */
export function useName(search: Search, row: DetectionRow, name: string, inject: boolean): Decision {
  const { config, env } = search.input;
  if (!config.profiles.has(name)) return notDefined(search, row, name);
  const credentialSource = resolveCredentialSource(config, name, env);
  mark(search, row, 'won', credentialSource.kind === 'none' ? 'holds only settings' : undefined);
  return { outcome: 'profile', name, origin: row.source, inject, credentialSource };
}

/** The run cannot go on: the name that won is no profile here. */
export function notDefined(search: Search, row: DetectionRow, name: string | undefined, pin?: ProfilePin): Decision {
  if (!search.marks.has(row.source)) mark(search, row, 'not-defined');
  const known = [...search.input.config.profiles.keys()];
  const nearest = name === undefined ? [] : nearestNames(name, known);
  return {
    outcome: 'not-defined',
    ...(name !== undefined && { name }),
    origin: row.source,
    ...(pin && { pin }),
    nearest,
    known,
  };
}

/** Nothing is injected: `cdk` finds its credentials by itself. */
export function passThrough(search: Search, winner: SourceId | undefined, reason: PassThroughReason): Decision {
  const { rows, isCancelled } = search;
  if (winner !== undefined) mark(search, rows[winner], 'won');
  const pinned = rows['project-settings'].isGiven ? rows['project-settings'] : rows['user-settings'];
  return { outcome: 'pass-through', reason, cancelCdkPin: !isCancelled && pinned.isGiven && !isEmpty(pinned.value) };
}

/** Whether a profile has credentials of its own, working or not. */
export function hasSource({ input: { config, env } }: Search, name: string): boolean {
  return config.profiles.has(name) && resolveCredentialSource(config, name, env).kind !== 'none';
}

/** Notes what became of a source. */
export function mark(search: Search, { source }: DetectionRow, state: CandidateState, note?: string): void {
  search.marks.set(source, { state, ...(note !== undefined && { note }) });
}

/** Whether a value cancels, as cdk takes it. */
export function isEmpty(value: unknown): boolean {
  return value === '' || value === false;
}

/** Notes that these sources do not count. */
export function markCancelled(search: Search, sources: readonly SourceId[]): void {
  for (const source of sources) if (search.rows[source].isGiven) mark(search, search.rows[source], 'cancelled');
}
