import { findIgnoredSection, type SharedConfig } from '../../aws-config/shared-config.ts';
import { findSkippedLines } from '../../aws-config/skipped-lines.ts';
import { type MessageParts, UserError } from '../../messages/errors.ts';
import { shellWord } from '../../messages/text.ts';
import { where } from '../source-problems.ts';
import type { Detection, DetectionRow, ProfilePin } from './types.ts';

/** `profile` of a settings file that is no text: cdk would make an unusable name of it. */
export function badPin({ where, value }: DetectionRow): UserError {
  return new UserError('InvalidPin', {
    what: `${where} must be the name of one profile, not ${JSON.stringify(value)}.`,
    why: 'cdk takes exactly one profile for its own calls; other accounts are mapped in context.cdkx.accounts.',
    next: [{ say: 'Write one name in quotes, or let cdkx write it:' }, { run: 'cdkx profile pin' }],
  });
}

/** The block and cdk.json's own `profile` name different profiles. */
export function disagreement(pin: ProfilePin, used: string | undefined, ownPin: string): MessageParts {
  const what =
    pin.profile === undefined
      ? `${pin.where} pins account ${pin.account}${used === undefined ? '' : ` (here profile "${used}")`}, but profile in cdk.json is "${ownPin}".`
      : `cdk.json names two profiles: "${pin.profile}" in ${pin.where}, "${ownPin}" in profile.`;
  return {
    what,
    why: `cdkx goes by ${pin.where}; cdk alone would use "${ownPin}".`,
    next: [
      { say: 'Make them agree, for example by removing profile from cdk.json after' },
      { run: `cdkx profile pin ${shellWord(used ?? ownPin)}` },
    ],
  };
}

/** A pin that works nowhere here, while the environment has credentials. */
export function gaveWay(pin: ProfilePin, ambient: DetectionRow): MessageParts {
  return {
    what: `${pinned(pin)} is not defined on this machine; cdk runs with ${ambient.where} (${String(ambient.value)}).`,
  };
}

/** A pin that works nowhere here, for a command that goes on without credentials where nobody can be asked. */
export function goesWithout(pin: ProfilePin): MessageParts {
  return {
    what: `${pinned(pin)} is not defined on this machine.`,
    why: 'Going on without credentials: CDK_DEFAULT_ACCOUNT will be unset.',
    next: [{ say: 'With --no-profile this is not said. To add the profile:' }, { run: 'cdkx sso configure' }],
  };
}

function pinned({ profile, account, where }: ProfilePin): string {
  return `${profile === undefined ? `account ${account}` : `profile "${profile}"`} (${where})`;
}

/** More names than these are only counted. */
const knownLimit = 10;

/** What to say where a run means a profile that this machine does not have (exit code 78). */
export function unknownProfileMessage(
  detection: Extract<Detection, { outcome: 'not-defined' }>,
  config: SharedConfig,
): MessageParts {
  const { name, pin, nearest, known, candidates, origin } = detection;
  const asker = candidates.find(({ source }) => source === origin)?.where ?? origin;
  if (name === undefined) return unmatchedPin(detection, asker);
  const ignored = findIgnoredSection(config, 'profile', name);
  const reason =
    ignored === undefined
      ? []
      : [`There is a section meant for it in ${ignored.file.shownPath}, but ${ignored.section.header.reason}.`];
  const guess =
    nearest.length === 0 ? [] : [`Did you mean ${nearest.map((near) => JSON.stringify(near)).join(' or ')}?`];
  const account =
    pin?.account === undefined ? [] : [`No local profile leads to account ${pin.account}${withRole(pin.role)} either.`];
  return {
    what: `no profile named "${name}" in ${where(config)} (asked for by ${asker}).`,
    why: [...reason, ...guess, ...account, knownNames(known), ...(ignored === undefined ? skippedLines(config) : [])],
    next: [
      ignored === undefined
        ? { say: 'Check the spelling, or add a profile:' }
        : { say: 'Correct that section, or add a profile:' },
      { run: `cdkx sso configure${isDescribed(pin) ? ' --from-project' : ''}` },
    ],
  };
}

/** What to say where several local profiles lead to the pinned account and nobody can be asked (exit code 78). */
export function severalMatchesMessage({
  pin,
  matches,
}: Extract<Detection, { outcome: 'several-matches' }>): MessageParts {
  const named = pin.profile === undefined ? '' : ` "${pin.profile}" is not defined here, and`;
  return {
    what: `${pin.where}:${named} ${matches.length} local profiles lead to account ${pin.account}${withRole(pin.role)}.`,
    why: `They are ${listNames(matches)}.`,
    next: [
      { say: 'Name one of them for this run:' },
      { run: `cdkx --profile ${shellWord(matches[0] ?? '')} …` },
      ...(pin.role === undefined
        ? [{ say: 'Or pin the role too: context.cdkx.role in cdk.json.' }]
        : [{ say: 'Or pin it for good:' }, { run: `cdkx profile pin ${shellWord(matches[0] ?? '')}` }]),
    ],
  };
}

function unmatchedPin({ pin, known }: Extract<Detection, { outcome: 'not-defined' }>, asker: string): MessageParts {
  return {
    what: `no local profile leads to account ${pin?.account}${withRole(pin?.role)} (pinned by ${asker}).`,
    why: knownNames(known),
    next: [{ say: 'Add one as the project describes it:' }, { run: 'cdkx sso configure --from-project' }],
  };
}

/** Whether the pin says all that a profile needs, for `--from-project`: that command would only refuse otherwise. */
function isDescribed(pin: ProfilePin | undefined): boolean {
  return pin?.account !== undefined && pin.role !== undefined && pin.ssoSession?.startUrl !== undefined;
}

/** Where nothing better is known: a misspelt header makes a profile vanish. */
function skippedLines({ files }: SharedConfig): string[] {
  return [files.config, files.credentials].flatMap(({ parsed, shownPath }) => {
    const { length } = findSkippedLines(parsed);
    if (length === 0) return [];
    const lines = length === 1 ? '1 line has' : `${length} lines have`;
    return [`${lines} no effect in ${shownPath}; --cdkx-verbose says which and why.`];
  });
}

function withRole(role: string | undefined): string {
  return role === undefined ? '' : ` with role ${role}`;
}

function knownNames(known: readonly string[]): string {
  return known.length === 0 ? 'No profile is defined on this machine.' : `Known profiles: ${listNames(known)}.`;
}

function listNames(names: readonly string[]): string {
  const rest = names.length - knownLimit;
  return names.slice(0, knownLimit).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
