import type { DetectionRow } from './types.ts';
import type { MessageParts } from '../../messages/errors.ts';
import { nearestNames } from '../../messages/nearest-names.ts';
import { resolvePin } from './match.ts';
import { resolveCredentialSource } from '../resolve-source.ts';
import { leafSource, sourceRole } from '../source.ts';
import { badPin, disagreement, gaveWay, goesWithout, otherRoleUsed } from './messages.ts';
import type {
  CandidateState,
  Decision,
  Detection,
  DetectionInput,
  PassThroughReason,
  ProfilePin,
  SourceId,
} from './types.ts';

/** Decides which profile a run uses: the first source that is defined wins; a pin that works nowhere here gives way to ambient credentials. */
export function detectProfile(input: DetectionInput): Detection {
  const rows = collectRows(input);
  const bySource = Object.fromEntries(rows.map((row) => [row.source, row])) as Search['rows'];
  const search: Search = { input, rows: bySource, marks: new Map(), warnings: [], isCancelled: false };
  const decision = decideExplicit(search) ?? decidePins(search) ?? decideAmbient(search);
  const candidates = rows.map(({ source, where, value, isGiven }) => ({
    source,
    where,
    value: shownValue(value),
    ...(search.marks.get(source) ?? { state: isGiven ? ('shadowed' as const) : ('absent' as const) }),
  }));
  return { ...decision, candidates, warnings: search.warnings };
}

function shownValue(value: unknown): string | false | undefined {
  return typeof value === 'string' || value === false ? value : undefined;
}

/** `--profile` and `CDK_PROFILE`: what the user says for this run. An empty value cancels the pins. */
function decideExplicit(search: Search): Decision | undefined {
  const { flag, 'cdk-profile-variable': variable } = search.rows;
  const row = flag.isGiven ? flag : variable;
  if (!row.isGiven) return undefined;
  if (typeof row.value === 'string' && row.value !== '') return useName(search, row, row.value, row !== flag);
  search.isCancelled = true;
  mark(search, row, 'cancelled', 'cancels the profiles that are pinned');
  markCancelled(search, [...(row === flag ? (['cdk-profile-variable'] as const) : []), ...pinRows]);
  return undefined;
}

/** The environment and the default profile: what `cdk` would find without cdkx, and finally the picker. */
function decideAmbient(search: Search): Decision {
  const { rows, input } = search;
  if (rows['environment-keys'].isGiven) return passThrough(search, 'environment-keys', 'environment-keys');
  const variable = rows['aws-profile'].isGiven ? rows['aws-profile'] : rows['aws-default-profile'];
  const ambient = (['web-identity', 'container'] as const).find((source) => rows[source].isGiven);
  if (variable.isGiven) {
    const name = String(variable.value);
    // `default` may be named without being defined, as for the AWS CLI.
    const isKnown = input.config.profiles.has(name) || name === 'default';
    if (!isKnown || hasSource(search, name)) return useName(search, variable, name, !search.isCancelled);
    mark(search, variable, 'settings-only');
    return ambient === undefined
      ? passThrough(search, undefined, 'settings-only')
      : passThrough(search, ambient, ambient);
  }
  if (rows['default-profile'].isGiven) {
    const leaf = leafSource(resolveCredentialSource(input.config, 'default', input.env));
    // It wasn't requested: if it can't work, cdk's own chain looks elsewhere, so the run continues.
    if (leaf.kind === 'invalid') mark(search, rows['default-profile'], 'cannot-work', leaf.problem.what);
    else if (leaf.kind === 'none') mark(search, rows['default-profile'], 'settings-only');
    else return useName(search, rows['default-profile'], 'default', !search.isCancelled);
  }
  if (ambient !== undefined) return passThrough(search, ambient, ambient);
  const canAsk =
    input.interactive && !search.isCancelled && [...input.config.profiles.keys()].some((name) => canWork(search, name));
  if (!canAsk) return passThrough(search, undefined, 'instance-or-nothing');
  mark(search, rows.picker, 'won');
  return { outcome: 'ask' };
}

/** The rows that an empty `--profile` or `CDK_PROFILE` cancels. */
export const pinRows = ['project-block', 'project-settings', 'user-block', 'user-settings'] as const;

/** The pins: what the project block, cdk.json and ~/.cdk.json name. */
export function decidePins(search: Search): Decision | undefined {
  if (search.isCancelled) return undefined;
  for (const [index, source] of pinRows.entries()) {
    const row = search.rows[source];
    if (!row.isGiven) continue;
    if (row.pin === undefined && isEmpty(row.value)) {
      // As in cdk, an empty `profile` in cdk.json cancels what ~/.cdk.json says.
      markCancelled(search, pinRows.slice(index));
      return undefined;
    }
    const decision = decidePin(search, row);
    if (decision !== undefined) return decision;
  }
  return undefined;
}

function decidePin(search: Search, row: DetectionRow): Decision | undefined {
  const pin = row.pin ?? { where: row.where, profile: textOf(row) };
  const cdkProfile = search.rows['project-settings'].value;
  const resolution = resolvePin(search.input, pin, row.source === 'project-block' ? cdkProfile : undefined);
  if (resolution.state === 'nowhere') return decideUnknownPin(search, row, pin);
  const name = resolution.state === 'several' ? pin.profile : resolution.name;
  if (row.source === 'project-block' && typeof cdkProfile === 'string' && !isEmpty(cdkProfile)) {
    if (cdkProfile !== name && cdkProfile !== pin.profile) search.warnings.push(disagreement(pin, name, cdkProfile));
  }
  if (resolution.state === 'several') {
    mark(search, row, 'won', `several profiles lead to ${pin.account}`);
    const { matches, role } = resolution;
    return { outcome: 'several-matches', origin: row.source, pin: { ...pin, role }, matches };
  }
  if (resolution.state === 'matched') mark(search, row, 'matched', `"${name}" uses account ${pin.account}`);
  else mark(search, row, 'won', resolution.source.kind === 'none' ? 'holds only settings' : undefined);
  const { name: found, source: credentialSource } = resolution;
  const usedRole = sourceRole(credentialSource);
  if (pin.roleUse !== undefined && (pin.otherRole === undefined || usedRole !== pin.role))
    search.warnings.push(otherRoleUsed(pin, found, usedRole));
  return { outcome: 'profile', name: found, origin: row.source, inject: true, credentialSource, pin };
}

/** A pin that works nowhere here gives way to ambient credentials. One that only names an account is a guard, and no profile at all. */
function decideUnknownPin(search: Search, row: DetectionRow, pin: ProfilePin): Decision | undefined {
  const isGuardOnly = pin.profile === undefined && (pin.role === undefined || pin.ssoSession?.startUrl === undefined);
  mark(
    search,
    row,
    'not-defined',
    pin.profile === undefined ? `no local profile uses account ${pin.account}` : undefined,
  );
  if (isGuardOnly) return undefined;
  const ambient = (['environment-keys', 'web-identity', 'container'] as const).find(
    (source) => search.rows[source].isGiven,
  );
  if (ambient === undefined) {
    const { bestEffort = false, interactive } = search.input;
    if (!bestEffort || interactive) return notDefined(search, row, pin.profile, pin);
    search.warnings.push(goesWithout(pin, search.input.env));
    return passThrough(search, undefined, 'instance-or-nothing');
  }
  search.warnings.push(gaveWay(pin, search.rows[ambient]));
  return passThrough(search, ambient, ambient);
}

function textOf(row: DetectionRow): string {
  if (typeof row.value === 'string') return row.value;
  throw badPin(row);
}

/** Every source in the order of precedence. */
export function collectRows(input: DetectionInput): DetectionRow[] {
  const { flag, env, config } = input;
  const variable = (source: SourceId, name: string) => row(source, name, env[name] === '' ? undefined : env[name]);
  const defaultProfile = config.profiles.has('default') ? 'default' : undefined;
  return [
    row('flag', flag === false ? '--no-profile' : '--profile', flag),
    row('cdk-profile-variable', 'CDK_PROFILE', input.profileVariable),
    pinRow('project-block', 'context.cdkx in cdk.json', input.projectPin),
    row('project-settings', 'profile in cdk.json', input.projectProfile ?? undefined),
    pinRow('user-block', 'context.cdkx in ~/.cdk.json', input.userPin),
    row('user-settings', 'profile in ~/.cdk.json', input.userProfile ?? undefined),
    row('environment-keys', 'a key pair in the environment', environmentKeys(env)),
    variable('aws-profile', 'AWS_PROFILE'),
    variable('aws-default-profile', 'AWS_DEFAULT_PROFILE'),
    row('default-profile', `the default profile in ${config.files.config.shownPath}`, defaultProfile),
    row('web-identity', 'web identity', webIdentity(env)),
    row('container', 'container credentials', container(env)),
    row('picker', 'your choice', undefined),
  ];
}

function row(source: SourceId, where: string, value: unknown): DetectionRow {
  return { source, where, value, isGiven: value !== undefined };
}

/** A block without profile and account pins nothing: it only has stages, say. */
function pinRow(source: SourceId, where: string, pin: ProfilePin | undefined): DetectionRow {
  if (pin === undefined || (pin.profile === undefined && pin.account === undefined)) {
    return row(source, pin?.where ?? where, undefined);
  }
  return { source, where: pin.where, value: pin.profile, isGiven: true, pin };
}

/** As `shouldPrioritizeEnv` of cdk: each half under either of its names, empty ones not counting. Gives the variable's name, never the key. */
function environmentKeys(env: DetectionInput['env']): string | undefined {
  const isSet = (name: string) => env[name] !== undefined && env[name] !== '';
  const id = ['AWS_ACCESS_KEY_ID', 'AMAZON_ACCESS_KEY_ID'].find(isSet);
  const secret = ['AWS_SECRET_ACCESS_KEY', 'AMAZON_SECRET_ACCESS_KEY'].find(isSet);
  return id !== undefined && secret !== undefined ? id : undefined;
}

function webIdentity(env: DetectionInput['env']): string | undefined {
  return env['AWS_WEB_IDENTITY_TOKEN_FILE'] && env['AWS_ROLE_ARN'] ? 'AWS_WEB_IDENTITY_TOKEN_FILE' : undefined;
}

function container(env: DetectionInput['env']): string | undefined {
  const names = ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'];
  return names.find((name) => env[name] !== undefined && env[name] !== '');
}

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

/** The run can't continue: the selected profile is not defined on this machine. */
export function notDefined(search: Search, row: DetectionRow, name: string | undefined, pin?: ProfilePin): Decision {
  if (!search.marks.has(row.source)) mark(search, row, 'not-defined');
  const known = [...search.input.config.profiles.keys()];
  const nearest = name === undefined ? [] : nearestNames(name, known);
  return { outcome: 'not-defined', name, origin: row.source, pin, nearest, known };
}

/** Adds no profile: `cdk` finds its credentials itself. */
export function passThrough(search: Search, winner: SourceId | undefined, reason: PassThroughReason): Decision {
  const { rows, isCancelled } = search;
  if (winner !== undefined) mark(search, rows[winner], 'won');
  const pinned = rows['project-settings'].isGiven ? rows['project-settings'] : rows['user-settings'];
  return { outcome: 'pass-through', reason, cancelCdkPin: !isCancelled && pinned.isGiven && !isEmpty(pinned.value) };
}

/** Whether a profile has its own credentials, working or not. */
export function hasSource({ input: { config, env } }: Search, name: string): boolean {
  return config.profiles.has(name) && resolveCredentialSource(config, name, env).kind !== 'none';
}

/** Whether a profile has its own credentials that can work, as far as the files show. */
function canWork({ input: { config, env } }: Search, name: string): boolean {
  const { kind } = leafSource(resolveCredentialSource(config, name, env));
  return kind !== 'none' && kind !== 'invalid';
}

/** Notes what became of a source. */
export function mark(search: Search, { source }: DetectionRow, state: CandidateState, note?: string): void {
  search.marks.set(source, { state, note });
}

/** Whether a value cancels, as cdk takes it. */
export function isEmpty(value: unknown): boolean {
  return value === '' || value === false;
}

/** Notes that these sources do not count. */
export function markCancelled(search: Search, sources: readonly SourceId[]): void {
  for (const source of sources) if (search.rows[source].isGiven) mark(search, search.rows[source], 'cancelled');
}
