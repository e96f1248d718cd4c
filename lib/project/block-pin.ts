import type { ProfilePin } from '../profile/detect-types.ts';
import { parseProjectBlock } from './block.ts';
import { withProfile, type EffectiveBlock } from './effective-block.ts';

/** The key of the project block in `context`. */
export const blockKey = 'cdkx';

const flagWhere = `-c ${blockKey}`;

/** Lays `-c cdkx=NAME` over a block; an empty or absent value changes nothing. */
export function withContextFlag(effective: EffectiveBlock, contextFlags: Readonly<Record<string, string>>) {
  const named = Object.hasOwn(contextFlags, blockKey) ? contextFlags[blockKey] : undefined;
  if (named === undefined || named === '') return effective;
  return withProfile(effective, parseProjectBlock(named, flagWhere).profile ?? named, flagWhere);
}

/** What a block pins, with the place where its profile (or else its account) stands. */
export function pinOf(effective: EffectiveBlock | undefined, shownPath: string): ProfilePin | undefined {
  if (effective === undefined) return undefined;
  const { profile, account, role, ssoSession, origin } = effective;
  return {
    where: placeOf(origin, profile === undefined ? 'account' : 'profile', shownPath),
    profile,
    account,
    role,
    ssoSession,
  };
}

/** Where a setting of the block stands, for messages: `context.cdkx.stages.prod.account in cdk.json`, or `-c cdkx`. */
export function placeOf(origin: EffectiveBlock['origin'], setting: 'profile' | 'account', shownPath: string): string {
  const part = origin[setting] ?? '';
  if (part === flagWhere) return part;
  return `${['context', blockKey, part, setting].filter((word) => word !== '').join('.')} in ${shownPath}`;
}
