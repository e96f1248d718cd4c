import { parseProjectBlock, type ProjectBlock } from '../project/block.ts';
import { blockKey, withContextFlag } from '../project/block-pin.ts';
import { effectiveBlock, type EffectiveBlock } from '../project/effective-block.ts';
import { chooseStage, type StageChoice } from '../project/stages.ts';
import { targetKind } from '../project/target-kind.ts';
import type { CdkCommandLine } from './command-line.ts';
import type { OwnSettings } from './own-settings.ts';
import { contextOf, type CdkSettings, type SettingsFile } from './settings.ts';

/** The block of `./cdk.json` as it holds for one run. */
export interface RunBlock {
  readonly block: ProjectBlock;
  readonly stage: StageChoice;
  readonly effective: EffectiveBlock;
}

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
  const block = written ?? (Object.hasOwn(line.context, blockKey) ? {} : undefined);
  const stage = chooseStage(block, {
    ...(own.stage === undefined ? {} : { [isFlag(own) ? 'flag' : 'variable']: own.stage.value }),
    contextFlags: line.context,
    fileContext: contextOf(settings.project),
    stacks: namesStacks(line) ? line.positionals : [],
  });
  if (block === undefined) return undefined;
  const effective = effectiveBlock(block, stage.kind === 'chosen' ? stage.name : undefined);
  return { block, stage, effective: withContextFlag(effective, line.context) };
}

/** The block of `~/.cdk.json`: a pin for every project that has none, without stages. */
export function readUserBlock(settings: CdkSettings): EffectiveBlock | undefined {
  const block = blockOf(settings.user);
  return block === undefined ? undefined : effectiveBlock(block);
}

function blockOf(file: SettingsFile | undefined): ProjectBlock | undefined {
  const value = contextOf(file)[blockKey];
  return file === undefined || value === undefined
    ? undefined
    : parseProjectBlock(value, `context.${blockKey} in ${file.shownPath}`);
}

/** With `--all` the words after the command choose nothing. */
function namesStacks({ command, option }: Pick<CdkCommandLine, 'command' | 'option'>): boolean {
  return command !== undefined && targetKind(command) === 'stacks' && option('all') !== true;
}

function isFlag({ stage }: Pick<OwnSettings, 'stage'>): boolean {
  return stage?.from.startsWith('--') ?? false;
}
