import { shellWord } from '../terminal/shell-word.ts';
import type { MessageParts } from '../terminal/user-error.ts';
import type { Detection, ProfilePin } from './detect-types.ts';
import { findIgnoredSection, type SharedConfig } from './shared-config.ts';
import { findSkippedLines } from './skipped-lines.ts';
import { where } from './source-problems.ts';

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
      ignored === undefined ? 'Check the spelling, or add a profile:' : 'Correct that section, or add a profile:',
      `    cdkx sso configure${isDescribed(pin) ? ' --from-project' : ''}`,
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
      'Name one of them for this run:',
      `    cdkx --profile ${shellWord(matches[0] ?? '')} …`,
      ...(pin.role === undefined
        ? ['Or pin the role too: context.cdkx.role in cdk.json.']
        : ['Or pin it for good:', `    cdkx profile pin ${shellWord(matches[0] ?? '')}`]),
    ],
  };
}

function unmatchedPin({ pin, known }: Extract<Detection, { outcome: 'not-defined' }>, asker: string): MessageParts {
  return {
    what: `no local profile leads to account ${pin?.account}${withRole(pin?.role)} (pinned by ${asker}).`,
    why: knownNames(known),
    next: ['Add one as the project describes it:', '    cdkx sso configure --from-project'],
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
