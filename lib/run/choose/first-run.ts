import {
  configAfter,
  type ConfigChange,
  planConfigChange,
  writeConfigChange,
} from '../../aws-config/edit/edit-config.ts';
import { cdkxMark } from '../../aws-config/edit/prune.ts';
import type { SharedConfig } from '../../aws-config/shared-config.ts';
import { accountAccessScope } from '../../sso/session.ts';
import { isLoopbackHost, isSignInHost } from '../../sso/start-url.ts';
import type { Context, Environment } from '../../context.ts';
import { type MessageParts, type Reporter, UserError } from '../../messages/errors.ts';
import { quoteArguments, shellWord } from '../../messages/text.ts';
import type { ProfilePin, SourceId } from '../../profile/detect/types.ts';
import { resolveCredentialSource } from '../../profile/resolve-source.ts';
import type { EffectiveBlock } from '../../project/block/effective-block.ts';
import { type FirstRunPlan, type NewProfile, planFirstRun } from '../../project/first-run.ts';
import { cannotPrompt, isCi } from '../../system/environment.ts';
import { showDiff } from '../../terminal/output.ts';
import { orCancel, confirm } from '../../terminal/prompts.ts';
import { createReporter } from '../../terminal/reporter.ts';
import { ciCredentials } from '../announce.ts';
import type { ChosenProfile, ResolvedProject } from '../project.ts';

export interface FirstRunRequest {
  readonly project: ResolvedProject;
  readonly reporter: Reporter;
  /** What the project pins; nothing here matches it. */
  readonly pin: ProfilePin;
  /** The message if the pin isn't complete enough to write a profile. */
  readonly message: MessageParts;
  readonly origin: SourceId;
  readonly dryRun: boolean;
}

/**
 * The first run of a project on a new machine: shows the profile and session that its pin needs, prompts, and adds them
 * to the AWS config file. Throws a UserError: 78 if the pin is incomplete or cdkx can't prompt, 130 if declined.
 */
export async function firstRun(ctx: Context, request: FirstRunRequest): Promise<ChosenProfile> {
  const { project, reporter, pin, message, origin, dryRun } = request;
  const plan = planFirstRun(pinOfOrigin(project, origin) ?? {}, project.config, ctx.env);
  if (plan.outcome === 'incomplete') throw new UserError('FirstRunNotPossible', message);
  if (plan.outcome === 'stop') throw new UserError('FirstRunNotPossible', plan.message);
  if (!reporter.interactive)
    throw cannotAsk(ctx.env, message, plan, origin === 'user-block' ? undefined : project.block?.effective.stage);
  const change = firstRunChange(ctx, plan);
  introduce(ctx, pin, plan);
  showDiff(ctx, change);
  if (dryRun) reporter.notice(`dry run: would prompt to add this to ${change.shownPath}`);
  else if (orCancel(await confirm(ctx, { message: `Add this to ${change.shownPath}?` })))
    writeConfigChange(ctx, change);
  else throw declined(ctx, project.config, change.shownPath);
  // The rest of the run must find the new profile, its Region included.
  Object.assign(project.config, configAfter(project.config, change));
  const { name } = ownProfile(plan);
  const source = resolveCredentialSource(project.config, name, ctx.env);
  return { name, source, origin, where: pin.where, inject: true };
}

/** What the project asks for, before anything is written or opened. */
export function introduce(
  ctx: Pick<Context, 'env' | 'platform' | 'stdin' | 'stderr'>,
  { where }: Pick<ProfilePin, 'where'>,
  addition: FirstRunAddition,
): void {
  const { profiles, session } = addition;
  const { account } = ownProfile(addition);
  const roles = profiles.map(({ role }) => role).join(' and ');
  // Print it at any level: the prompt that follows needs it.
  createReporter(ctx, 'normal').notice({
    what: `no profile on this machine matches this project: account ${account}, role ${roles} (${where})`,
    why: [`You would sign in at ${session.startUrl} (Region ${session.region}).`, ...strangeHost(session.startUrl)],
    next: [{ say: "This URL comes from cdk.json. Continue only if it's your organization's sign-in page." }],
  });
}

/** A vanity URL can belong to the organization; the user has to check it. */
function strangeHost(startUrl: string): string[] {
  const { hostname } = new URL(startUrl);
  return isSignInHost(hostname) || isLoopbackHost(hostname) ? [] : [`${hostname} does not belong to AWS.`];
}

function cannotAsk(
  env: Environment,
  { what }: MessageParts,
  addition: FirstRunAddition,
  stage: string | undefined,
): UserError {
  const profile = ownProfile(addition);
  const ofStage = stage === undefined ? '' : ` --cdkx-stage=${shellWord(stage)}`;
  return new UserError('FirstRunNotPossible', {
    what,
    why: [
      `The project describes it: account ${profile.account}, role ${profile.role}, start URL ${addition.session.startUrl}.`,
      ...(isCi(env) ? [] : ['The URL comes from cdk.json, so you have to confirm it.', cannotPrompt(env)]),
    ],
    next: isCi(env)
      ? ciCredentials
      : [
          { say: 'In a terminal, create it and sign in:' },
          { run: `cdkx sso configure --from-project${ofStage}` },
          { run: `cdkx sso login --profile ${shellWord(profile.name)}` },
        ],
  });
}

function declined({ argv }: Pick<Context, 'argv'>, { profiles }: SharedConfig, shownPath: string): UserError {
  const [example] = profiles.keys();
  return new UserError('Cancelled', {
    what: `cancelled; ${shownPath} was not changed`,
    next:
      example === undefined
        ? []
        : [
            { say: 'To use one of your profiles instead, list them, then name one:' },
            { run: 'cdkx profile list' },
            { run: quoteArguments(['cdkx', ...argv, '--profile', example]) },
          ],
  });
}

export type FirstRunAddition = Extract<FirstRunPlan, { outcome: 'add' }>;

/** The profile of the run among those that are added. */
function ownProfile({ profiles: [first] }: FirstRunAddition): NewProfile {
  if (first === undefined) throw new Error('a first run adds a profile');
  return first;
}

/** The block that an outcome of detection came from. */
export function pinOfOrigin(
  { block, userBlock }: Pick<ResolvedProject, 'block' | 'userBlock'>,
  origin: SourceId,
): EffectiveBlock | undefined {
  return origin === 'user-block' ? userBlock : block?.effective;
}

/** What the addition makes of the AWS config file; nothing is written. Throws a UserError (78) as `planConfigChange`. */
export function firstRunChange(ctx: Context, { profiles, session }: FirstRunAddition): ConfigChange {
  return planConfigChange(ctx, [
    ...profiles.map(
      ({ name, account, role, region }) =>
        ({
          action: 'set',
          kind: 'profile',
          name,
          values: {
            sso_session: session.name,
            sso_account_id: account,
            sso_role_name: role,
            ...(region === undefined ? {} : { region }),
          },
          comment: cdkxMark,
        }) as const,
    ),
    ...(session.exists
      ? []
      : ([
          {
            action: 'set',
            kind: 'sso-session',
            name: session.name,
            values: {
              sso_start_url: session.startUrl,
              sso_region: session.region,
              sso_registration_scopes: accountAccessScope,
            },
          },
        ] as const)),
  ]);
}
