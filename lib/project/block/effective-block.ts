import type { LoginMode } from '../../cdkx-flags.ts';
import { UserError } from '../../messages/errors.ts';
import { shellWord } from '../../messages/text.ts';
import type { ProfilePin } from '../../profile/detect/types.ts';
import { type AccountsRule, parseProjectBlock, type Pin, type ProjectBlock, type Stage } from './block.ts';

/** What a command does with the account, by which a project can distinguish two roles. */
export type RoleUse = 'read' | 'change';

/** The role of a command. */
export interface RoleChoice {
  readonly role?: string;
  /** The other one of two, used if no profile has `role`. */
  readonly otherRole?: string;
  /** Set if `role` is one of two, or is the only one although it is for the other use. */
  readonly roleUse?: RoleUse;
}

/** Chooses the role of a command; if only the one for the other use is set, that one. */
export function chooseRole(role: Pin['role'], roleUse: RoleUse): RoleChoice {
  if (typeof role !== 'object') return role === undefined ? {} : { role };
  const { [roleUse]: own, [roleUse === 'read' ? 'change' : 'read']: other } = role;
  if (own !== undefined)
    return other === undefined || other === own ? { role: own } : { role: own, otherRole: other, roleUse };
  return other === undefined ? {} : { role: other, roleUse };
}

/** The settings of one run: the block, overridden by the chosen stage. */
export interface EffectiveBlock extends Omit<Pin, 'role'>, RoleChoice {
  readonly accounts?: AccountsRule;
  readonly login?: LoginMode;
  readonly requestAccess?: string;
  readonly stage?: string;
  readonly protected: boolean;
  /** For each setting, the part of the block that sets it: `stages.prod`, or empty for the base. */
  readonly origin: Readonly<Partial<Record<keyof Stage, string>>>;
}

const inherited = ['profile', 'account', 'role', 'region', 'ssoSession', 'accounts', 'login'] as const;

/** The settings of a run with a stage, and the role for its command. */
export function effectiveBlock(block: ProjectBlock, stageName?: string, roleUse: RoleUse = 'change'): EffectiveBlock {
  const { role, ...settings } = stageSettings(block, stageName);
  return { ...settings, ...chooseRole(role, roleUse) };
}

/** The settings of a stage, which inherits what it does not set; its own `profile` drops the inherited account and role, its `account` the profile. */
function stageSettings(block: ProjectBlock, stageName: string | undefined) {
  const { stages = {}, stageContext: _, ...base } = block;
  const stage = stageName !== undefined && Object.hasOwn(stages, stageName) ? stages[stageName] : undefined;
  if (stageName === undefined || stage === undefined) return { ...base, protected: false, origin: originOf(base, '') };
  const rest: Stage = {
    ...base,
    ...(stage.profile === undefined ? {} : { account: undefined, role: undefined }),
    ...(stage.account === undefined ? {} : { profile: undefined }),
  };
  const { stacks: _stacks, protected: isProtected = false, ...own } = stage;
  const result = { ...rest, ...own };
  if (result.profile === undefined && result.account === undefined && result.accounts === undefined) {
    throw nothingUsable(stageName);
  }
  const origin = { ...originOf(rest, ''), ...originOf(own, `stages.${stageName}`) };
  return { ...result, stage: stageName, protected: isProtected, origin };
}

/** The block with another profile, for `-c cdkx=NAME`: stages, protection and the account guard stay. */
export function withProfile(effective: EffectiveBlock, profile: string, where: string): EffectiveBlock {
  const { otherRole: _other, roleUse: _use, ...rest } = effective;
  return { ...rest, profile, origin: { ...effective.origin, profile: where } };
}

function originOf(settings: Stage, where: string): Partial<Record<keyof Stage, string>> {
  return Object.fromEntries(inherited.filter((key) => settings[key] !== undefined).map((key) => [key, where]));
}

function nothingUsable(stage: string): UserError {
  return new UserError('StageWithoutProfile', {
    what: `stage ${JSON.stringify(stage)} in context.cdkx of cdk.json has no profile, account or accounts`,
    why: 'It neither sets nor inherits one of them.',
    next: [
      { say: 'Add one of them to the stage, or pin a profile:' },
      { run: `cdkx profile pin --stage ${shellWord(stage)}` },
    ],
  });
}

/** The key of the project block in `context`. */
export const blockKey = 'cdkx';

const flagWhere = `-c ${blockKey}`;

/** Lays `-c cdkx=NAME` over a block; an empty or absent value changes nothing. */
export function withContextFlag(effective: EffectiveBlock, contextFlags: Readonly<Record<string, string>>) {
  const named = Object.hasOwn(contextFlags, blockKey) ? contextFlags[blockKey] : undefined;
  if (named === undefined || named === '') return effective;
  return withProfile(effective, parseProjectBlock(named, flagWhere).profile ?? named, flagWhere);
}

/** What a block pins, and where its profile (otherwise its account) is set. */
export function pinOf(effective: EffectiveBlock | undefined, shownPath: string): ProfilePin | undefined {
  if (effective === undefined) return undefined;
  const { profile, account, role, otherRole, roleUse, ssoSession, stage, origin } = effective;
  return {
    where: whereIs(origin, profile === undefined ? 'account' : 'profile', shownPath),
    profile,
    account,
    role,
    ...(roleUse === undefined ? {} : { otherRole, roleUse, roleWhere: whereIs(origin, 'role', shownPath) }),
    ssoSession,
    stage,
  };
}

/** Where a setting of the block is set, for messages: `context.cdkx.stages.prod.account in cdk.json`, or `-c cdkx`. */
export function whereIs(
  origin: EffectiveBlock['origin'],
  setting: 'profile' | 'account' | 'role' | 'region',
  shownPath: string,
): string {
  const part = origin[setting] ?? '';
  if (part === flagWhere) return part;
  return `${['context', blockKey, part, setting].filter((word) => word !== '').join('.')} in ${shownPath}`;
}

/** The `login` of a project block, as far as it counts: `auto` only where the project is trusted with it. */
export function consentOfProject(login: Stage['login'], isTrusted: () => boolean): Stage['login'] {
  return login === 'auto' && !isTrusted() ? undefined : login;
}
