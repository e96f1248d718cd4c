import type { Command } from 'commander';
import { lineDiff } from '../../terminal/output.ts';
import { readSharedConfig, type SharedConfig } from '../../aws-config/shared-config.ts';
import { UserError } from '../../messages/errors.ts';
import { nearestNames } from '../../messages/nearest-names.ts';
import { shellWord } from '../../messages/text.ts';
import { resolveCredentialSource } from '../../profile/resolve-source.ts';
import { writeProjectFile } from '../../project/cdk-json.ts';
import { editPin, hasCdkJson, readCdkJson, shownPath } from '../../run/choose/pin-in-project.ts';
import { showDiff } from '../../terminal/output.ts';
import { orCancel, confirm } from '../../terminal/prompts.ts';
import { addCommand, type CommandContext } from '../command.ts';
import { resolveCommandProject } from '../shared/project.ts';

/** What `cdkx profile pin` was asked to do besides the name. */
export interface PinOptions {
  readonly stage?: string | undefined;
  /** Show the change, write nothing. */
  readonly dryRun?: boolean | undefined;
  /** Do not ask. */
  readonly yes?: boolean | undefined;
}

/** Adds `cdkx profile pin [NAME] [--stage S]`. */
export function addProfilePin(parent: Command, run: CommandContext): void {
  addCommand(parent, {
    usage: 'pin',
    description:
      "Write the profile into the project block of cdk.json, with its account, role, region and SSO session, so that it works on other people's machines too.",
    examples: [
      ['cdkx profile pin acme-dev', 'pin that profile for this project'],
      ['cdkx profile pin', 'pin the profile that is used now, or choose one'],
      ['cdkx profile pin acme-prod --stage prod', 'pin it for one stage'],
    ],
  })
    .argument('[name]', 'the profile; the one that is used now, or one to choose')
    .option('--stage <stage>', 'the stage of the project block to pin it for')
    .option('--dry-run', 'show what would change, write nothing')
    .option('-y, --yes', 'do not ask')
    .action(async (name: string | undefined, options: PinOptions) => {
      run.end(await profilePin(run, name, { ...options, stage: options.stage ?? run.flags.stage }));
    });
}

type PinRun = Pick<CommandContext, 'ctx' | 'reporter' | 'flags'>;

/**
 * Pins a profile in cdk.json, the change shown and confirmed; without a name the profile that is used now, or the one chosen on the terminal.
 * The file is under version control and the change small: without a terminal naming the profile is consent enough. Returns the exit code.
 *
 * @throws UserError 64 without a name where nobody can be asked, 78 for an unknown profile and a cdk.json that is missing or cannot be
 * edited, 130 when declined.
 */
export async function profilePin(run: PinRun, given: string | undefined, options: PinOptions): Promise<number> {
  const { ctx, reporter } = run;
  const { stage, yes = false } = options;
  const dryRun = options.dryRun === true || run.flags.dryRun;
  if (!hasCdkJson(ctx)) throw noCdkJson();
  const config = readSharedConfig(ctx);
  const name = given ?? (await findProfile(run, config));
  if (!config.profiles.has(name)) throw unknownProfile(config, name);
  const source = resolveCredentialSource(config, name, ctx.env);
  if (source.kind === 'invalid') throw new UserError('InvalidCredentialSource', source.problem);
  const file = readCdkJson(ctx);
  const before = file.text;
  const target = { name, source, region: config.profiles.get(name)?.['region'], stage };
  const after = editPin(before, target);
  if (before === after) {
    reporter.notice(`profile "${name}" is pinned in ${shownPath} already${forStage(stage)}`);
    return 0;
  }
  showDiff(ctx, { shownPath, diff: lineDiff(before, after), isData: dryRun });
  if (dryRun) return 0;
  const isAsked = reporter.interactive && !yes;
  if (isAsked && !orCancel(await confirm(ctx, { message: `Write this to ${shownPath}?` }))) throw declined();
  // What was shown is what is written.
  writeProjectFile(ctx, file, after);
  reporter.notice(`pinned profile "${name}" in ${shownPath}${forStage(stage)}`);
  return 0;
}

async function findProfile({ ctx, reporter, flags }: PinRun, config: SharedConfig): Promise<string> {
  // A stage that the block does not have yet is what the pin is for.
  const { stage: _stage, ...rest } = flags;
  const { detection } = resolveCommandProject({ ctx, flags: rest });
  if (detection.outcome === 'profile') return detection.name;
  if (!reporter.interactive) throw nameNeeded();
  const names = detection.outcome === 'several-matches' ? detection.matches : [...config.profiles.keys()];
  const candidates = names
    .map((name) => ({ name, source: resolveCredentialSource(config, name, ctx.env) }))
    .filter(({ source }) => source.kind !== 'none' && source.kind !== 'invalid');
  const { pickProfile } = await import('../../run/choose/pick-profile.ts');
  return pickProfile(ctx, { candidates, message: 'Which profile is this project for?' });
}

function forStage(stage: string | undefined): string {
  return stage === undefined ? '' : ` for stage "${stage}"`;
}

function declined(): UserError {
  return new UserError('Cancelled', { what: `declined; ${shownPath} is as it was.` });
}

function noCdkJson(): UserError {
  return new UserError('NoCdkJson', {
    what: `there is no ${shownPath} in this folder.`,
    why: 'A profile is pinned in the settings file of a CDK project.',
    next: [
      { say: 'Run this in the folder of the project, or begin one:' },
      { run: 'cdkx init app --language typescript' },
    ],
  });
}

function nameNeeded(): UserError {
  return new UserError('ProfileNameRequired', {
    what: 'no profile to pin is named.',
    why: 'Nothing here names one either, and there is no terminal to ask on.',
    next: [{ say: 'Name it:' }, { run: 'cdkx profile pin NAME' }],
  });
}

function unknownProfile({ profiles, files }: SharedConfig, name: string): UserError {
  const known = [...profiles.keys()];
  const nearest = nearestNames(name, known);
  return new UserError('ProfileNotFound', {
    what: `no profile named "${name}" in ${files.config.shownPath}.`,
    why:
      known.length === 0
        ? 'There are no profiles.'
        : `Known profiles: ${known.slice(0, 10).join(', ')}${known.length > 10 ? ' …' : ''}.`,
    next:
      nearest[0] === undefined
        ? [
            { say: 'Check the spelling, or add the profile:' },
            { run: `cdkx sso configure --profile ${shellWord(name)}` },
          ]
        : [{ say: 'Did you mean:' }, { run: `cdkx profile pin ${shellWord(nearest[0])}` }],
  });
}
