/** The subcommands of the cdkx commands. A test compares them with the parser, which takes time to load. */
export const subcommands: Readonly<Record<string, readonly string[]>> = {
  sso: ['login', 'status', 'logout', 'configure', 'exec', 'credentials', 'console'],
  profile: ['show', 'list', 'pin'],
  completion: ['bash', 'zsh', 'fish', 'pwsh'],
};

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
  const own = Object.hasOwn(subcommands, first) ? subcommands[first] : undefined;
  if (own !== undefined) return second === '' || own.includes(second) ? words(first, second, rest) : undefined;
  const after = second === '' ? rest : [second, ...rest];
  if (Object.hasOwn(otherTools, first)) return withName(otherTools[first] ?? [], after);
  const group = ['sso', 'profile'].find((name) => subcommands[name]?.includes(first));
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
