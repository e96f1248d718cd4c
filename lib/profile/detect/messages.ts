import { findIgnoredSection, type SharedConfig } from '../../aws-config/shared-config.ts';
import { findSkippedLines } from '../../aws-config/skipped-lines.ts';
import type { Environment } from '../../context.ts';
import { type MessageParts, UserError } from '../../messages/errors.ts';
import { shellWord } from '../../messages/text.ts';
import { isCi } from '../../system/environment.ts';
import { where } from '../source-problems.ts';
import type { Detection, DetectionRow, ProfilePin } from './types.ts';

/** `profile` in a settings file is not a string. */
export function badPin({ where, value }: DetectionRow): UserError {
  return new UserError('InvalidPin', {
    what: `${where} must be the name of one profile, not ${JSON.stringify(value)}`,
    why: 'cdk uses exactly one profile. Other accounts are mapped in context.cdkx.accounts.',
    next: [{ say: 'Write one name in quotes, or run:' }, { run: 'cdkx profile pin' }],
  });
}

/** The block and cdk.json's own `profile` name different profiles. */
export function disagreement(pin: ProfilePin, used: string | undefined, cdkProfile: string): MessageParts {
  const what =
    pin.profile === undefined
      ? `${pin.where} pins account ${pin.account}${used === undefined ? '' : ` (profile "${used}")`}, but profile in cdk.json is "${cdkProfile}".`
      : `cdk.json has two profiles: "${pin.profile}" in ${pin.where}, "${cdkProfile}" in profile.`;
  return {
    what,
    why: `cdkx uses ${pin.where}; cdk alone would use "${cdkProfile}".`,
    next: [
      { say: 'Make them agree. For example, run the following, then remove "profile" from cdk.json:' },
      { run: `cdkx profile pin ${shellWord(used ?? cdkProfile)}` },
    ],
  };
}

/** The pinned profile doesn't exist on this machine, but the environment has credentials. */
export function gaveWay(pin: ProfilePin, ambient: DetectionRow): MessageParts {
  return {
    what: `${pinned(pin)} is not defined on this machine; cdk runs with ${ambient.where} (${String(ambient.value)})`,
  };
}

/** The pinned profile doesn't exist on this machine, and the command continues without credentials because cdkx can't prompt. */
export function goesWithout(pin: ProfilePin, env: Environment): MessageParts {
  const silence = 'To silence this warning, pass --no-profile.';
  return {
    what: `${pinned(pin)} is not defined on this machine`,
    why: 'Continuing without credentials: CDK_DEFAULT_ACCOUNT is not set.',
    next: isCi(env)
      ? [{ say: silence }]
      : [{ say: `${silence} To create the profile, run:` }, { run: createProfile(pin) }],
  };
}

/** A project distinguishes two roles, and the run uses a profile with another than the command's. */
export function otherRoleUsed(pin: ProfilePin, name: string, role: string | undefined): MessageParts {
  const { account, roleUse, roleWhere, otherRole } = pin;
  const why = `cdk runs with profile "${name}"${withRole(role)}.`;
  return otherRole === undefined
    ? { what: `${roleWhere} sets no "${roleUse}"`, why }
    : {
        what: `no local profile uses account ${account}${withRole(pin.role)} ("${roleUse}" of ${roleWhere})`,
        why,
        next: [{ say: 'To create the profile, run:' }, { run: createProfile(pin) }],
      };
}

function createProfile(pin: ProfilePin | undefined): string {
  const stage = pin?.stage === undefined ? '' : ` --cdkx-stage=${shellWord(pin.stage)}`;
  return `cdkx sso configure${isDescribed(pin) ? ` --from-project${stage}` : ''}`;
}

function pinned({ profile, account, where }: ProfilePin): string {
  return `${profile === undefined ? `account ${account}` : `profile "${profile}"`} (${where})`;
}

/** More names than these are only counted. */
const knownLimit = 10;

/** The selected profile doesn't exist on this machine (exit code 78). */
export function unknownProfileMessage(
  detection: Extract<Detection, { outcome: 'not-defined' }>,
  config: SharedConfig,
  stages: readonly string[] = [],
): MessageParts {
  const { name, pin, nearest, known, candidates, origin } = detection;
  const asker = candidates.find(({ source }) => source === origin)?.where ?? origin;
  if (name === undefined) return unmatchedPin(detection, asker);
  const ignored = findIgnoredSection(config, 'profile', name);
  const reason =
    ignored === undefined
      ? []
      : [`cdk ignores its section in ${ignored.file.shownPath}. ${ignored.section.header.reason}`];
  const guess =
    nearest.length === 0 ? [] : [`Did you mean ${nearest.map((near) => JSON.stringify(near)).join(' or ')}?`];
  const stage = stages.includes(name)
    ? [`"${name}" is a stage of cdk.json. To choose it, use --cdkx-stage=${name}.`]
    : [];
  const similar = known.filter((each) => each.toLowerCase().includes(name.toLowerCase()));
  const account =
    pin?.account === undefined ? [] : [`No local profile uses account ${pin.account}${withRole(pin.role)} either.`];
  return {
    what: `no profile named "${name}" in ${where(config)} (from ${asker})`,
    why: [
      ...reason,
      ...stage,
      ...guess,
      ...account,
      knownNames([...new Set([...similar, ...known])]),
      ...(ignored === undefined ? skippedLines(config) : []),
    ],
    next: [
      ignored === undefined
        ? { say: 'Check the spelling, or create a profile:' }
        : { say: 'Correct that section, or create a profile:' },
      { run: createProfile(pin) },
    ],
  };
}

/** Several local profiles use the pinned account, and cdkx can't prompt (exit code 78). */
export function severalMatchesMessage({
  pin,
  matches,
}: Extract<Detection, { outcome: 'several-matches' }>): MessageParts {
  const named =
    pin.profile === undefined || pin.otherRole !== undefined
      ? ''
      : ` "${pin.profile}" does not exist on this machine, and`;
  return {
    what: `${pin.where}:${named} ${matches.length} local profiles use account ${pin.account}${withRole(pin.role)}`,
    why: `Profiles: ${listNames(matches)}.`,
    next: [
      { say: 'Choose one of them for this run:' },
      { run: `cdkx deploy --profile ${shellWord(matches[0] ?? '')}` },
      ...(pin.role === undefined
        ? [{ say: 'Or pin the role too: context.cdkx.role in cdk.json.' }]
        : [{ say: 'Or pin it for this project:' }, { run: `cdkx profile pin ${shellWord(matches[0] ?? '')}` }]),
    ],
  };
}

function unmatchedPin({ pin, known }: Extract<Detection, { outcome: 'not-defined' }>, asker: string): MessageParts {
  return {
    what: `no local profile uses account ${pin?.account}${withRole(pin?.role)} (pinned by ${asker})`,
    why: knownNames(known),
    next: [{ say: 'To create the profile that the project describes, run:' }, { run: createProfile(pin) }],
  };
}

/** Whether the pin is complete, as `--from-project` requires. */
function isDescribed(pin: ProfilePin | undefined): boolean {
  return pin?.account !== undefined && pin.role !== undefined && pin.ssoSession?.startUrl !== undefined;
}

/** A hint if nothing better is known: with a misspelled header, a profile isn't found. */
function skippedLines({ files }: SharedConfig): string[] {
  return [files.config, files.credentials].flatMap(({ parsed, shownPath }) => {
    const { length } = findSkippedLines(parsed);
    if (length === 0) return [];
    const lines = length === 1 ? '1 line has' : `${length} lines have`;
    return [`${lines} no effect in ${shownPath}; --cdkx-verbose shows them.`];
  });
}

function withRole(role: string | undefined): string {
  return role === undefined ? '' : ` with role ${role}`;
}

function knownNames(known: readonly string[]): string {
  return known.length === 0 ? 'There are no profiles on this machine.' : `Known profiles: ${listNames(known)}.`;
}

function listNames(names: readonly string[]): string {
  const rest = names.length - knownLimit;
  return names.slice(0, knownLimit).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
