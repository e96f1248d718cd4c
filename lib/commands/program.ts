import { CommanderError, type Command } from 'commander';
import type { ChildEnd } from '../cdk/delegate.ts';
import { exitCode } from '../terminal/user-error.ts';
import { addOwnCommand, createRootCommand, type OwnCommandText, type OwnRun } from './own-command.ts';

type AddVerb = (parent: Command, run: OwnRun) => void;

/** A word of ours with its verbs, each loaded when it is needed. */
interface WordOfVerbs {
  readonly text: OwnCommandText;
  readonly verbs: Readonly<Record<string, () => Promise<AddVerb>>>;
}

const sso: WordOfVerbs = {
  text: {
    usage: 'sso',
    description: 'Sign in to IAM Identity Center, and use the credentials it gives.',
    examples: [
      ['cdkx sso configure', 'make profiles from your access portal'],
      ['cdkx sso login', "sign in to the session of this project's profile"],
      ['cdkx sso status', 'see every session, and how long it lasts'],
    ],
  },
  verbs: {
    login: async () => (await import('./sso-login.ts')).addSsoLogin,
    status: async () => (await import('./sso-status.ts')).addSsoStatus,
    logout: async () => (await import('./sso-logout.ts')).addSsoLogout,
    configure: async () => (await import('./sso-configure.ts')).addSsoConfigure,
    exec: async () => (await import('./sso-exec.ts')).addSsoExec,
    credentials: async () => (await import('./sso-credentials.ts')).addSsoCredentials,
  },
};

const profile: WordOfVerbs = {
  text: {
    usage: 'profile',
    description: 'See and choose the AWS profile that a project uses.',
    examples: [
      ['cdkx profile show', "this project's profile, and why it was chosen"],
      ['cdkx profile list', 'all profiles of this machine'],
      ['cdkx profile pin acme-dev', 'pin a profile for this project'],
    ],
  },
  verbs: {
    show: async () => (await import('./profile-show.ts')).addProfileShow,
    list: async () => (await import('./profile-list.ts')).addProfileList,
    pin: async () => (await import('./profile-pin.ts')).addProfilePin,
  },
};

/** Parses a command line of cdkx's own words and runs its verb. Returns its end: code 0 for `--help`, 64 for a word without its verb. */
export async function runProgram(given: Omit<OwnRun, 'end'>, argv: readonly string[]): Promise<ChildEnd> {
  let end: ChildEnd = { code: 0 };
  const run: OwnRun = { ...given, end: (how) => void (end = typeof how === 'number' ? { code: how } : how) };
  const program = await createProgram(run, argv[1]);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help was asked for (0), or shown on stderr since a verb is missing.
    return { code: error.exitCode === 0 ? 0 : exitCode.usage };
  }
  return end;
}

/** cdkx's own words with their verbs; where `verb` is one of a word's, with that one alone, since loading the others costs. */
export async function createProgram(run: OwnRun, verb?: string): Promise<Command> {
  const root = createRootCommand(run.ctx);
  for (const { text, verbs } of [sso, profile]) {
    const word = addOwnCommand(root, text);
    const only = verb !== undefined && Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    for (const load of only === undefined ? Object.values(verbs) : [only]) (await load())(word, run);
  }
  (await import('./completion.ts')).addCompletion(root, run);
  return root;
}
