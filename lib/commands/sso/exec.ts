import type { Command } from 'commander';
import type { Environment } from '../../context.ts';
import { exitCode, UserError } from '../../messages/errors.ts';
import { formatDuration, quoteArguments } from '../../messages/text.ts';
import { agentVariable } from '../../system/environment.ts';
import { announceDetection } from '../../run/announce.ts';
import { buildChildEnvironment } from '../../run/child/environment.ts';
import { type ChildEnd, delegate, formatDryRun } from '../../run/child/spawn.ts';
import { chooseProfile } from '../../run/choose/choose-profile.ts';
import { sessionStep } from '../../run/ensure.ts';
import type { ChosenProfile, ResolvedProject } from '../../run/project.ts';
import { addCommand, type CommandContext } from '../command.ts';
import { ensureCommandProfile, requireProfile, resolveCommandProject } from '../shared/project.ts';
import { commandCredentials } from './credentials.ts';

const thisCommand = 'cdkx sso exec';

interface ExecOptions {
  readonly profile?: string;
  readonly keys?: boolean;
}

/** Adds `cdkx sso exec`, which runs any command with the project's profile. */
export function addSsoExec(parent: Command, run: CommandContext): void {
  addCommand(parent, {
    usage: 'exec',
    description:
      "Run a command with this project's profile in AWS_PROFILE, after signing in if needed. Other AWS credentials are removed from the environment.",
    examples: [
      [`${thisCommand} -- aws s3 ls`, "with this project's profile"],
      [`${thisCommand} --profile acme-prod -- npm run smoke`, 'with another profile'],
      [`${thisCommand} --keys -- docker build .`, 'with short-lived keys'],
    ],
    notes: [
      "The exit code is that of the command; 127 if it can't be started.",
      '--keys is for programs without SSO support (docker, old SDKs): they get short-lived keys in the environment instead of the profile.',
    ],
  })
    .argument('<command...>', 'the command and its arguments; put -- before it')
    .option('--profile <name>', 'the profile to use')
    .option('--keys', 'pass short-lived keys in the environment')
    .passThroughOptions()
    .action(async (words: readonly string[], options: ExecOptions) => {
      run.end(await execute(run, words, options));
    });
}

async function execute(
  run: CommandContext,
  words: readonly string[],
  { profile: given, keys = false }: ExecOptions,
): Promise<ChildEnd> {
  const { ctx, reporter, flags } = run;
  const project = resolveCommandProject(run, given, { readsProject: given === undefined });
  announceDetection(project, reporter);
  if (keys && !flags.dryRun) return runCommand(run, words, undefined, await fetchKeys(run, project, words));
  const profile = await chooseProfile(ctx, project, reporter, flags);
  if (flags.dryRun) {
    for (const step of profile === undefined ? [] : sessionStep(ctx, profile)) reporter.notice(`dry run: ${step}`);
    if (keys) reporter.notice('dry run: would put short-lived keys into the environment instead of the profile');
  } else if (profile !== undefined)
    await ensureCommandProfile(run, project, profile, { command: thisCommand, tokenFor: 'child' });
  return runCommand(run, words, profile);
}

/** Short-lived keys of the project's profile as environment variables, for programs that can't read a profile. */
async function fetchKeys(
  run: CommandContext,
  project: ResolvedProject,
  words: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const { ctx, reporter } = run;
  refuseKeysForAgents(ctx.env);
  const profile = await requireProfile(run, project, thisCommand, ` -- ${quoteArguments(words)}`);
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = await commandCredentials(
    run,
    project,
    profile,
    thisCommand,
  );
  const until =
    expiration === undefined
      ? ''
      : `; they expire in ${formatDuration((expiration.getTime() - ctx.clock.now()) / 1000)}`;
  reporter.notice(`short-lived keys of profile "${profile.name}" are in the environment of this command${until}`);
  const region = project.config.profiles.get(profile.name)?.['region'];
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
    ...(expiration === undefined ? {} : { AWS_CREDENTIAL_EXPIRATION: expiration.toISOString() }),
    ...(region === undefined || ctx.env['AWS_REGION'] !== undefined ? {} : { AWS_REGION: region }),
  };
}

/** An agent gets no keys unless the user has allowed it in the environment: it could write them anywhere. */
function refuseKeysForAgents(env: Environment): void {
  const agent = agentVariable(env);
  if (agent === undefined || env['CDKX_ALLOW_KEYS'] === '1') return;
  throw new UserError('KeysNotAllowed', {
    what: "cdkx doesn't give keys to a command that an AI agent runs",
    why: `${agent} is set: an AI agent is running this. Keys in an environment can be read and copied by the agent.`,
    next: [
      {
        say: 'To allow it, set CDKX_ALLOW_KEYS=1 in your own shell. Without keys, most programs work with the profile:',
      },
      { run: `${thisCommand} -- aws sts get-caller-identity` },
    ],
  });
}

async function runCommand(
  { ctx, reporter, flags }: CommandContext,
  [command = '', ...args]: readonly string[],
  profile: ChosenProfile | undefined,
  keys?: Readonly<Record<string, string>>,
): Promise<ChildEnd> {
  const environment = buildChildEnvironment({
    env: ctx.env,
    platform: ctx.platform,
    home: ctx.home,
    // Pass the profile only in AWS_PROFILE. A different CDK_PROFILE would override it for a cdk in the command.
    ...(profile === undefined ? {} : { profile: { name: profile.name, source: profile.source, inject: true } }),
    hasProfileFlag: false,
    ...(keys === undefined ? {} : { keys }),
  });
  if (flags.dryRun) {
    ctx.stdout.write(`${formatDryRun({ command, args, ...environment }, ctx).join('\n')}\n`);
    return { code: 0 };
  }
  if (environment.removed.length > 0)
    reporter.verbose(`removed from the environment of ${command}: ${environment.removed.join(', ')}`);
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
      what: `couldn't start ${command}`,
      ...(why === undefined ? {} : { why }),
      next: [
        { say: 'Specify a program and its arguments. There is no shell. For example:' },
        { run: `${thisCommand} -- aws sts get-caller-identity` },
      ],
    },
    { cause: error },
  );
}
