import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Command } from 'commander';
import { lineDiff } from '../../terminal/output.ts';
import { readSharedConfig, type SharedConfig } from '../../aws-config/shared-config.ts';
import type { Environment } from '../../context.ts';
import { UserError } from '../../messages/errors.ts';
import { nearestNames } from '../../messages/nearest-names.ts';
import { shellWord } from '../../messages/text.ts';
import { resolveCredentialSource } from '../../profile/resolve-source.ts';
import { writeProjectFile } from '../../project/cdk-json.ts';
import { editPin, readCdkJson, shownPath } from '../../run/choose/pin-in-project.ts';
import { cannotPrompt } from '../../system/environment.ts';
import { showDiff } from '../../terminal/output.ts';
import { orCancel, confirm } from '../../terminal/prompts.ts';
import { addCommand, type CommandContext } from '../command.ts';
import { resolveCommandProject } from '../shared/project.ts';
import { askStage, type StageSettings, stageEffect, wantsSchema, withSchema } from './pin-stage.ts';

/** The options of `cdkx profile pin`. */
export interface PinOptions {
  readonly stage?: string | undefined;
  readonly stacks?: readonly string[] | undefined;
  readonly protected?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

/** Adds `cdkx profile pin [NAME] [--stage S]`. */
export function addProfilePin(parent: Command, run: CommandContext): void {
  addCommand(parent, {
    usage: 'pin',
    description:
      'Save the profile in the project block of cdk.json, with its account, role, Region and SSO session, so that it works for the whole team.',
    examples: [
      ['cdkx profile pin acme-dev', 'pin that profile for this project'],
      ['cdkx profile pin', 'pin the profile in use, or choose one'],
      ["cdkx profile pin acme-prod --stage prod --stacks 'Prod*' --protected", 'pin it for one stage'],
    ],
  })
    .argument('[name]', 'the profile (default: the one in use, or choose one)')
    .option('--stage <stage>', 'the stage of the project block to pin it for')
    .option('--stacks <pattern...>', 'the stacks that belong to the stage: names or globs')
    .option('--protected', 'changes to the stage must be confirmed')
    .option('--dry-run', 'show the change without writing it')
    .option('-y, --yes', "don't prompt")
    .action(async (name: string | undefined, options: PinOptions) => {
      run.end(await profilePin(run, name, { ...options, stage: options.stage ?? run.flags.stage }));
    });
}

type PinRun = Pick<CommandContext, 'ctx' | 'reporter' | 'flags'>;

/** Pins a profile in cdk.json. Without a terminal, giving the name is confirmation enough, because the file is under version control. */
export async function profilePin(run: PinRun, typed: string | undefined, options: PinOptions): Promise<number> {
  const { ctx, reporter } = run;
  const { stage, yes = false } = options;
  if (stage === undefined && (options.stacks !== undefined || options.protected !== undefined)) throw stageNeeded();
  const dryRun = options.dryRun === true || run.flags.dryRun;
  const file = readCdkJson(ctx);
  const config = readSharedConfig(ctx);
  const name = typed ?? (await findProfile(run, config));
  if (!config.profiles.has(name)) throw unknownProfile(config, name);
  const source = resolveCredentialSource(config, name, ctx.env);
  if (source.kind === 'invalid') throw new UserError('InvalidCredentialSource', source.problem);
  const before = file.text;
  const target = { name, source, region: config.profiles.get(name)?.['region'], stage };
  const isAsked = reporter.interactive && !yes && !dryRun;
  const edit = (settings: StageSettings) => editPin(before, { ...target, settings });
  const given = { stacks: options.stacks, protected: options.protected };
  const settings = stage !== undefined && isAsked ? await askStage(ctx, stage, { given, text: edit(given) }) : given;
  const pinned = edit(settings);
  const after = isAsked && (await wantsSchema(ctx, pinned)) ? withSchema(pinned) : pinned;
  const pinnedStage = stage === undefined ? [] : [stageEffect(ctx, name, stage, pinned)];
  if (before === after) {
    reporter.notice({
      what: `profile "${name}" is already pinned in ${shownPath}${forStage(stage)}`,
      ...pinnedStage[0],
    });
    return 0;
  }
  const shown = shownTarget(file.path);
  showDiff(ctx, { shownPath: shown, diff: lineDiff(before, after), isData: dryRun });
  if (dryRun) return 0;
  if (isAsked && !orCancel(await confirm(ctx, { message: `Write this to ${shown}?` }))) throw declined();
  // What was shown is what is written.
  writeProjectFile(ctx, file, after);
  reporter.notice({ what: `pinned profile "${name}" in ${shownPath}${forStage(stage)}`, ...pinnedStage[0] });
  return 0;
}

/** A cdk.json that is a link can lead to any file of the user: it is shown which. */
function shownTarget(path: string): string {
  const target = realpathSync(path);
  return target === join(realpathSync(dirname(path)), basename(path)) ? shownPath : `${shownPath} (link to ${target})`;
}

async function findProfile({ ctx, reporter, flags }: PinRun, config: SharedConfig): Promise<string> {
  // The pin can add a stage that the block doesn't have yet.
  const { stage: _stage, ...rest } = flags;
  const { detection } = resolveCommandProject({ ctx, flags: rest });
  if (detection.outcome === 'profile') return detection.name;
  if (!reporter.interactive) throw nameNeeded(ctx.env);
  const names = detection.outcome === 'several-matches' ? detection.matches : [...config.profiles.keys()];
  const candidates = names
    .map((name) => ({ name, source: resolveCredentialSource(config, name, ctx.env) }))
    .filter(({ source }) => source.kind !== 'none' && source.kind !== 'invalid');
  const { pickProfile } = await import('../../run/choose/pick-profile.ts');
  return pickProfile(ctx, { candidates, message: 'Which profile is this project for?' });
}

function stageNeeded(): UserError {
  return new UserError('ConflictingOptions', {
    what: '--stacks and --protected need a stage',
    why: 'Only a stage of the project block has stacks, and can be protected.',
    next: [
      { say: 'Specify the stage with --stage, for example:' },
      { run: "cdkx profile pin --stage prod --stacks 'Prod*'" },
    ],
  });
}

function forStage(stage: string | undefined): string {
  return stage === undefined ? '' : ` for stage "${stage}"`;
}

function declined(): UserError {
  return new UserError('Cancelled', { what: `cancelled; ${shownPath} was not changed` });
}

function nameNeeded(env: Environment): UserError {
  return new UserError('ProfileNameRequired', {
    what: 'no profile to pin',
    why: ['None was named, and none is in use.', cannotPrompt(env)],
    next: [{ say: 'Specify the profile:' }, { run: 'cdkx profile pin NAME' }],
  });
}

function unknownProfile({ profiles, files }: SharedConfig, name: string): UserError {
  const known = [...profiles.keys()];
  const nearest = nearestNames(name, known);
  return new UserError('ProfileNotFound', {
    what: `no profile named "${name}" in ${files.config.shownPath}`,
    why:
      known.length === 0
        ? 'There are no profiles on this machine.'
        : `Known profiles: ${known.slice(0, 10).join(', ')}${known.length > 10 ? ' …' : ''}.`,
    next:
      nearest[0] === undefined
        ? [
            { say: 'Check the spelling, or create the profile:' },
            { run: `cdkx sso configure --profile ${shellWord(name)}` },
          ]
        : [{ say: 'Did you mean:' }, { run: `cdkx profile pin ${shellWord(nearest[0])}` }],
  });
}
