/** The cdkx commands with their options, for completion, which has no time to load the parser; `=` takes a value. A test compares both. */
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
    pin: ['--stage=', '--stacks=', '--protected', '--dry-run', '--yes'],
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

/** Commands of other tools (aws-vault, granted, aws-sso-cli, Leapp, the AWS CLI) and the cdkx command that does the same. */
const otherTools: Readonly<Record<string, readonly string[]>> = {
  assume: ['sso', 'login'],
  'ls-profiles': ['profile', 'list'],
  profiles: ['profile', 'list'],
  sessions: ['sso', 'status'],
  signin: ['sso', 'login'],
  signout: ['sso', 'logout'],
  switch: ['profile', 'pin'],
  use: ['profile', 'pin'],
  whoami: ['profile', 'show'],
  'profile current': ['profile', 'show'],
  'profile ls': ['profile', 'list'],
  'profile set': ['profile', 'pin'],
  'profile switch': ['profile', 'pin'],
  'profile use': ['profile', 'pin'],
  'sso list': ['sso', 'status'],
  'sso ls': ['sso', 'status'],
  'sso signin': ['sso', 'login'],
};

/** The cdkx command for words that `cdk` does not know: `sso login` for `login`, `profile pin NAME` for `use NAME`. */
export function meantCommand([first = '', second = '', ...rest]: readonly string[]): readonly string[] | undefined {
  const ofTwo = `${first} ${second}`;
  if (Object.hasOwn(otherTools, ofTwo)) return withName(otherTools[ofTwo] ?? [], rest);
  const own = Object.hasOwn(subcommands, first) ? (subcommands[first] ?? {}) : undefined;
  if (own !== undefined) return second === '' || Object.hasOwn(own, second) ? words(first, second, rest) : undefined;
  const after = second === '' ? rest : [second, ...rest];
  if (Object.hasOwn(otherTools, first)) return withName(otherTools[first] ?? [], after);
  const group = ['sso', 'profile'].find((name) => Object.hasOwn(subcommands[name] ?? {}, first));
  return group === undefined ? undefined : withName([group, first], after);
}

function words(first: string, second: string, rest: readonly string[]): string[] {
  return [first, ...(second === '' ? [] : [second]), ...rest];
}

/** Adds the name that was typed after the command, if the command takes one. */
function withName(command: readonly string[], [name]: readonly string[]): readonly string[] {
  const takesName = ['profile pin', 'sso login', 'sso console'].includes(command.join(' '));
  return name === undefined || !takesName ? command : [...command, name];
}
