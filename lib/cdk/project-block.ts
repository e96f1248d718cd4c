import { parseProjectBlock, type ProjectBlock } from '../project/block.ts';
import { effectiveBlock, withProfile, type EffectiveBlock } from '../project/effective-block.ts';
import { chooseStage, type StageChoice } from '../project/stages.ts';
import { targetKind } from '../project/target-kind.ts';
import type { ProfilePin } from '../profile/detect-types.ts';
import type { CdkCommandLine } from './command-line.ts';
import type { OwnSettings } from './own-settings.ts';
import { contextOf, type CdkSettings, type SettingsFile } from './settings.ts';

/** The block of `./cdk.json` as it holds for one run. */
export interface RunBlock {
  readonly block: ProjectBlock;
  readonly stage: StageChoice;
  readonly effective: EffectiveBlock;
}

const key = 'cdkx';
const flagWhere = `-c ${key}`;

/**
 * Reads the project block of `./cdk.json`, chooses its stage and lays `-c cdkx=NAME` over it. Absent where there is neither.
 *
 * @throws UserError 78 for a block that is wrong, an unknown stage, and a stage that leads nowhere.
 */
export function readRunBlock(
  line: Pick<CdkCommandLine, 'context' | 'command' | 'positionals' | 'option'>,
  own: Pick<OwnSettings, 'stage'>,
  settings: CdkSettings,
): RunBlock | undefined {
  const written = blockOf(settings.project);
  const named = Object.hasOwn(line.context, key) ? line.context[key] : undefined;
  const block = written ?? (named === undefined ? undefined : {});
  const stage = chooseStage(block, {
    ...(own.stage === undefined ? {} : { [isFlag(own) ? 'flag' : 'variable']: own.stage.value }),
    contextFlags: line.context,
    fileContext: contextOf(settings.project),
    stacks: namesStacks(line) ? line.positionals : [],
  });
  if (block === undefined) return undefined;
  const effective = effectiveBlock(block, stage.kind === 'chosen' ? stage.name : undefined);
  if (named === undefined || named === '') return { block, stage, effective };
  return { block, stage, effective: withProfile(effective, nameOf(named), flagWhere) };
}

/** The block of `~/.cdk.json`: a pin for every project that has none, without stages. */
export function readUserBlock(settings: CdkSettings): EffectiveBlock | undefined {
  const block = blockOf(settings.user);
  return block === undefined ? undefined : effectiveBlock(block);
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
  return `${['context', key, part, setting].filter((word) => word !== '').join('.')} in ${shownPath}`;
}

function blockOf(file: SettingsFile | undefined): ProjectBlock | undefined {
  const value = contextOf(file)[key];
  return file === undefined || value === undefined
    ? undefined
    : parseProjectBlock(value, `context.${key} in ${file.shownPath}`);
}

/** With `--all` the words after the command choose nothing. */
function namesStacks({ command, option }: Pick<CdkCommandLine, 'command' | 'option'>): boolean {
  return command !== undefined && targetKind(command) === 'stacks' && option('all') !== true;
}

function nameOf(value: string): string {
  return parseProjectBlock(value, flagWhere).profile ?? value;
}

function isFlag({ stage }: Pick<OwnSettings, 'stage'>): boolean {
  return stage?.from.startsWith('--') ?? false;
}
