import { type Command, Option } from 'commander';
import { resolveCdkxSettings } from '../../cdkx-flags.ts';
import { UserError } from '../../messages/errors.ts';
import { formatDuration, shellWord } from '../../messages/text.ts';
import { ensureProfile, type ReadySession } from '../../profile/ensure-profile.ts';
import { lookUpSession, profileSession, resolveCredentialSource } from '../../profile/resolve-source.ts';
import { type CredentialSource, leafSource } from '../../profile/source.ts';
import { sessionStep } from '../../run/ensure.ts';
import type { ChosenProfile, ResolvedProject } from '../../run/project.ts';
import type { SsoToken } from '../../sso/cache/token.ts';
import { ensureSession } from '../../sso/ensure/ensure-session.ts';
import { sessionName, type SsoSession } from '../../sso/session.ts';
import { unattended } from '../../system/environment.ts';
import { addCommand, type CommandContext } from '../command.ts';
import { onlyShows, requireProfile, resolveCommandProject } from '../shared/project.ts';

interface LoginOptions {
  readonly profile?: string;
  readonly ssoSession?: string;
  readonly deviceCode?: boolean;
  /** `false` with `--no-browser`. */
  readonly browser: boolean;
  readonly force?: boolean;
}

const thisCommand = 'cdkx sso login';

/** Adds `cdkx sso login`, which signs in to one session unless it is valid. */
export function addSsoLogin(parent: Command, run: CommandContext): void {
  addCommand(parent, {
    usage: 'login',
    description: "Sign in to the SSO session of this project's profile. Does nothing if the session is still valid.",
    examples: [
      [thisCommand, "the session of this project's profile"],
      [`${thisCommand} acme-dev`, 'the session of another profile'],
      [`${thisCommand} --sso-session acme`, 'a session by name'],
      [`${thisCommand} --device-code`, 'show a code to enter on any device'],
    ],
  })
    .argument('[profile]', 'the profile, as with --profile')
    .option('--profile <name>', 'the profile whose session to use')
    .addOption(
      new Option('--sso-session <name>', 'the name of an [sso-session] section of ~/.aws/config').conflicts('profile'),
    )
    .option('--device-code', 'sign in with a code on any device, for example over SSH')
    .option('--no-browser', 'print the sign-in URL instead of opening a browser')
    .option('--force', 'sign in even if the session is valid')
    .action(async (profile: string | undefined, options: LoginOptions) => {
      run.end(await login(run, profile === undefined ? options : withProfile(options, profile)));
    });
}

function withProfile(options: LoginOptions, profile: string): LoginOptions {
  if (options.profile === undefined && options.ssoSession === undefined) return { ...options, profile };
  throw new UserError('ConflictingOptions', {
    what: `the profile "${profile}" can't be combined with ${options.profile === undefined ? '--sso-session' : '--profile'}`,
    next: [{ say: 'Use one of them:' }, { run: `${thisCommand} ${shellWord(profile)}` }],
  });
}

async function login(run: CommandContext, options: LoginOptions): Promise<number> {
  const readsProject = options.profile === undefined && options.ssoSession === undefined;
  const project = resolveCommandProject(run, options.profile, { readsProject });
  if (options.ssoSession !== undefined) {
    const { session, problem } = lookUpSession(project.config, options.ssoSession, run.ctx.env);
    if (problem !== undefined) throw new UserError('InvalidCredentialSource', problem);
    return signInTo(run, options, project, session);
  }
  const incomplete = incompleteSession(run, project);
  if (incomplete !== undefined) return signInTo(run, options, project, incomplete);
  const profile = await requireProfile(run, project, thisCommand);
  const source = signInSource(profile);
  const isGood = options.force !== true && sessionStep(run.ctx, profile).length === 0;
  const wouldDo = isGood ? 'nothing: the session is still good' : `would sign in with profile "${profile.name}"`;
  if (onlyShows(run, [wouldDo])) return 0;
  const outcome = await ensureProfile(run.ctx, {
    ...howToLogIn(run, options, project),
    profile: profile.name,
    source,
  });
  if (outcome.state === 'ready') {
    sayStatus(run, outcome.source.session, { state: outcome.session, token: outcome.token });
  }
  return 0;
}

async function signInTo(
  run: CommandContext,
  options: LoginOptions,
  project: ResolvedProject,
  session: SsoSession,
): Promise<number> {
  if (onlyShows(run, [`would sign in to ${sessionName({ session })}, unless its token is still good`])) return 0;
  const outcome = await ensureSession(run.ctx, { ...howToLogIn(run, options, project), session });
  if ('token' in outcome) sayStatus(run, session, outcome);
  return 0;
}

/** Returns the session of a profile without account or role. Like the AWS CLI, cdkx can sign in to it. */
function incompleteSession({ ctx }: CommandContext, { detection, config }: ResolvedProject): SsoSession | undefined {
  const isUnnamed = detection.candidates.some(({ state }) => state === 'cannot-work');
  const name = detection.outcome === 'profile' ? detection.name : isUnnamed ? 'default' : undefined;
  if (name === undefined || resolveCredentialSource(config, name, ctx.env).kind !== 'invalid') return undefined;
  return profileSession(config, name, ctx.env);
}

/** The common part of the request. Signs in without prompting, because the user ran `login`. */
function howToLogIn(run: CommandContext, options: LoginOptions, { http }: Pick<ResolvedProject, 'http'>) {
  const { deviceCode, noBrowser } = resolveCdkxSettings(run.flags, run.ctx.env);
  const away = unattended(run.ctx.env);
  // An agent may pass on a URL or a code for the user. It opens nothing.
  const isPassedOn = away?.by === 'agent' && (options.deviceCode === true || !options.browser);
  return {
    requirement: 'required',
    login: 'auto',
    reporter: run.reporter,
    http,
    deviceCode: options.deviceCode ?? deviceCode,
    noBrowser: !options.browser || noBrowser || isPassedOn,
    force: options.force ?? false,
    unattended: isPassedOn ? undefined : away,
    command: thisCommand,
    tokenFor: 'cache',
  } as const;
}

/** Returns the source if it uses an SSO session. Throws a UserError (78) for another credential source. */
function signInSource({ name, source }: ChosenProfile): CredentialSource {
  const leaf = leafSource(source);
  const kinds: Readonly<Partial<Record<typeof leaf.kind, string>>> = {
    static: "It has access keys, which don't need a sign-in.",
    temporary:
      'It has short-term credentials in the credentials file. Copy new ones, or create a profile that signs in.',
    process: 'Its credentials come from a program (credential_process), which signs in if needed.',
    'web-identity': 'Its credentials come from a web identity token.',
    ambient: 'Its credentials come from the environment, the container or the instance.',
    none: 'It contains settings only, and no credentials.',
  };
  const why = kinds[leaf.kind];
  if (why === undefined) return source;
  throw new UserError('NoSsoSession', {
    what: `profile "${name}" has no SSO session to sign in to`,
    why,
    next: [
      { say: 'To see its credential source, run:' },
      { run: `cdkx profile show --profile ${shellWord(name)}` },
      { say: 'To create a profile that signs in, run:' },
      { run: 'cdkx sso configure' },
    ],
  });
}

function sayStatus(
  run: CommandContext,
  session: SsoSession,
  { state, token }: { readonly state: ReadySession; readonly token: SsoToken },
): void {
  // The sign-in already printed a message.
  if (state === 'logged-in') return;
  const left = formatDuration((token.expiresAt.getTime() - run.ctx.clock.now()) / 1000);
  run.reporter.notice(
    `already signed in to ${sessionName({ session })} (expires in ${left}); use --force to sign in again`,
  );
}
