import { shellWord } from '../terminal/shell-word.ts';
import { exitCode, UserError, type MessageParts } from '../terminal/user-error.ts';
import type { ProfilePin } from './detect-types.ts';
import type { DetectionRow } from './detection-rows.ts';

/** `profile` of a settings file that is no text: cdk would make an unusable name of it. */
export function badPin({ where, value }: DetectionRow): UserError {
  return new UserError(exitCode.configuration, {
    what: `${where} must be the name of one profile, not ${JSON.stringify(value)}.`,
    why: 'cdk takes exactly one profile for its own calls; other accounts are mapped in context.cdkx.accounts.',
    next: ['Write one name in quotes, or let cdkx write it:', '    cdkx profile pin'],
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
      'Make them agree, for example by removing profile from cdk.json after',
      `    cdkx profile pin ${shellWord(used ?? ownPin)}`,
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
    next: ['With --no-profile this is not said. To add the profile:', '    cdkx sso configure'],
  };
}

function pinned({ profile, account, where }: ProfilePin): string {
  return `${profile === undefined ? `account ${account}` : `profile "${profile}"`} (${where})`;
}
