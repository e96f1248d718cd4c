import { badPin, disagreement, gaveWay, goesWithout } from './detection-messages.ts';
import type { DetectionRow } from './detection-rows.ts';
import { isEmpty, mark, markCancelled, notDefined, passThrough, type Search } from './detection-search.ts';
import type { Decision, ProfilePin } from './detect-types.ts';
import { resolvePin } from './resolve-pin.ts';

/** The rows that an empty `--profile` or `CDK_PROFILE` cancels. */
export const pinRows = ['project-block', 'project-settings', 'user-block', 'user-settings'] as const;

/** Rows 3 to 5: what the project and the user have pinned. */
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
  const ownPin = search.rows['project-settings'].value;
  const resolution = resolvePin(search.input, pin, row.source === 'project-block' ? ownPin : undefined);
  if (resolution.state === 'nowhere') return decideUnknownPin(search, row, pin);
  const name = resolution.state === 'several' ? pin.profile : resolution.name;
  if (row.source === 'project-block' && typeof ownPin === 'string' && !isEmpty(ownPin)) {
    if (ownPin !== name && ownPin !== pin.profile) search.warnings.push(disagreement(pin, name, ownPin));
  }
  if (resolution.state === 'several') {
    mark(search, row, 'won', `several profiles lead to ${pin.account}`);
    return { outcome: 'several-matches', origin: row.source, pin, matches: resolution.matches };
  }
  if (resolution.state === 'matched') mark(search, row, 'matched', `"${name}" leads to ${pin.account}`);
  else mark(search, row, 'won', resolution.source.kind === 'none' ? 'holds only settings' : undefined);
  const { name: found, source: credentialSource } = resolution;
  return { outcome: 'profile', name: found, origin: row.source, inject: true, credentialSource, pin };
}

/**
 * A pin that works nowhere here gives way to ambient credentials; without any, a pipeline still can synthesize. One that only names an
 * account is a guard, and no profile at all.
 */
function decideUnknownPin(search: Search, row: DetectionRow, pin: ProfilePin): Decision | undefined {
  const isGuardOnly = pin.profile === undefined && (pin.role === undefined || pin.ssoSession?.startUrl === undefined);
  mark(search, row, 'not-defined', pin.profile === undefined ? `no local profile leads to ${pin.account}` : undefined);
  if (isGuardOnly) return undefined;
  const ambient = (['environment-keys', 'web-identity', 'container'] as const).find(
    (source) => search.rows[source].isGiven,
  );
  if (ambient === undefined) {
    const { bestEffort = false, interactive } = search.input;
    if (!bestEffort || interactive) return notDefined(search, row, pin.profile, pin);
    search.warnings.push(goesWithout(pin));
    return passThrough(search, undefined, 'instance-or-nothing');
  }
  search.warnings.push(gaveWay(pin, search.rows[ambient]));
  return passThrough(search, ambient, ambient);
}

function textOf(row: DetectionRow): string {
  if (typeof row.value === 'string') return row.value;
  throw badPin(row);
}
