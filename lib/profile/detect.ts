import { decidePins, pinRows } from './decide-pins.ts';
import { collectRows } from './detection-rows.ts';
import { hasSource, mark, markCancelled, passThrough, type Search, useName } from './detection-search.ts';
import type { Decision, Detection, DetectionInput } from './detect-types.ts';

/**
 * Decides which profile a run means: the first source that is defined wins, in the order of {@link SourceId}. Pure; the result
 * names every source and what became of it.
 *
 * A pin (block or settings file) that works here beats the credentials of the environment, as in cdk; one that is neither defined here
 * nor matched by its account gives way to them, so that the same script works on a laptop and in CI.
 *
 * @throws UserError 78 when a settings file pins something that is no text.
 */
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

/** Rows 1 and 2: what the user says for this run. An empty value cancels all profiles up to row 5. */
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

/** Rows 6 to 10: what `cdk` would find by itself, and in the end the picker. */
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
    if (hasSource(search, 'default')) return useName(search, rows['default-profile'], 'default', !search.isCancelled);
    mark(search, rows['default-profile'], 'settings-only');
  }
  if (ambient !== undefined) return passThrough(search, ambient, ambient);
  const canAsk =
    input.interactive &&
    !search.isCancelled &&
    [...input.config.profiles.keys()].some((name) => hasSource(search, name));
  if (!canAsk) return passThrough(search, undefined, 'instance-or-nothing');
  mark(search, rows.picker, 'won');
  return { outcome: 'ask' };
}
