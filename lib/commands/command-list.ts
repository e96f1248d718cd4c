/**
 * The cdkx commands with their options, for completion, which has no time to load the parser. A test compares this with the
 * parser. An option that ends in `=` takes a value.
 */
export const subcommands: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  sso: {
    login: ['--profile=', '--sso-session=', '--device-code', '--no-browser', '--force'],
    status: ['--json', '--check'],
    logout: ['--profile=', '--sso-session=', '--all'],
    configure: [
      '--start-url=',
      '--region=',
      '--session=',
      '--scopes=',
      '--profile-region=',
      '--name-template=',
      '--profile=',
      '--account=',
      '--role=',
      '--all',
      '--prune',
      '--from-project',
      '--dry-run',
      '--yes',
    ],
    exec: ['--profile=', '--keys'],
    credentials: ['--profile=', '--format='],
    console: ['--profile=', '--print'],
  },
  profile: {
    show: ['--profile=', '--accounts', '--json'],
    list: ['--json'],
    pin: ['--stage=', '--dry-run', '--yes'],
  },
  completion: { bash: [], zsh: [], fish: [], pwsh: [] },
};

/** The `--cdkx-*` flags, those with a value ending in `=`. */
export const cdkxFlagNames: readonly string[] = [
  '--cdkx-login=',
  '--cdkx-stage=',
  '--cdkx-confirm=',
  '--cdkx-device-code',
  '--cdkx-no-browser',
  '--cdkx-dry-run',
  '--cdkx-verbose',
  '--cdkx-quiet',
  '--cdkx-version',
  '--cdkx-help',
];

/** Returns `sso login` for `login`: the full name of a cdkx subcommand. `undefined` for any other word. */
export function findSubcommand(word: string): string | undefined {
  const owner = ['sso', 'profile'].find((name) => Object.hasOwn(subcommands[name] ?? {}, word));
  return owner === undefined ? undefined : `${owner} ${word}`;
}
