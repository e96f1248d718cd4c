import type { Command } from 'commander';
import { exitCode, UserError } from '../../messages/errors.ts';
import { announceDetection } from '../../run/announce.ts';
import { buildChildEnvironment } from '../../run/child/environment.ts';
import { type ChildEnd, delegate } from '../../run/child/spawn.ts';
import { chooseProfile } from '../../run/choose/choose-profile.ts';
import type { ChosenProfile } from '../../run/project.ts';
import { addCommand, type CommandContext } from '../command.ts';
import { ensureCommandProfile, resolveCommandProject } from '../shared/project.ts';

const verb = 'cdkx sso exec';

/** Adds `cdkx sso exec`: any command with the project's profile in its environment. */
export function addSsoExec(parent: Command, run: CommandContext): void {
  addCommand(parent, {
    usage: 'exec',
    description:
      "Run a command with this project's profile in AWS_PROFILE, its session ensured, other AWS credentials removed from its environment.",
    examples: [
      [`${verb} -- aws s3 ls`, "with this project's profile"],
      [`${verb} --profile acme-prod -- npm run smoke`, 'with another profile'],
    ],
    notes: ['The exit code is that of the command; 127 if it cannot be started.'],
  })
    .argument('<command...>', 'the command and its arguments; put -- before it')
    .option('--profile <name>', 'the profile to use')
    .passThroughOptions()
    .action(async (words: readonly string[], options: { readonly profile?: string }) => {
      run.end(await execute(run, words, options));
    });
}

async function execute(
  run: CommandContext,
  words: readonly string[],
  { profile: given }: { readonly profile?: string },
): Promise<ChildEnd> {
  const { ctx, reporter } = run;
  const project = resolveCommandProject(run, given);
  announceDetection(project, reporter);
  const profile = await chooseProfile(ctx, project, reporter);
  if (profile !== undefined) await ensureCommandProfile(run, project, profile, { verb, tokenFor: 'child' });
  return runCommand(run, words, profile);
}

async function runCommand(
  { ctx, reporter }: CommandContext,
  [command = '', ...args]: readonly string[],
  profile: ChosenProfile | undefined,
): Promise<ChildEnd> {
  const environment = buildChildEnvironment({
    env: ctx.env,
    platform: ctx.platform,
    home: ctx.home,
    // Whatever the command is, only AWS_PROFILE tells it the profile: a CDK_PROFILE of another name would mislead a cdk in it.
    ...(profile === undefined ? {} : { profile: { name: profile.name, source: profile.source, inject: true } }),
    hasProfileFlag: false,
  });
  if (environment.removed.length > 0) reporter.verbose(`kept from ${command}: ${environment.removed.join(', ')}`);
  try {
    return await delegate(ctx, { command, args, ...environment });
  } catch (error) {
    if (error instanceof UserError && error.exitCode === exitCode.commandNotFound) throw cannotStart(command, error);
    throw error;
  }
}

function cannotStart(command: string, error: UserError): UserError {
  const { why } = error.parts;
  return new UserError(
    'CommandNotFound',
    {
      what: `${command} could not be started.`,
      ...(why === undefined ? {} : { why }),
      next: [
        { say: 'It takes a program and its arguments, without a shell:' },
        { run: `${verb} -- aws sts get-caller-identity` },
      ],
    },
    { cause: error },
  );
}
