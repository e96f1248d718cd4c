import type { Environment } from '../context.ts';
import { asStarted, maskPasswords, quoteArguments, safeText, splitShellWords } from '../messages/text.ts';

/** The shells in which the commands of messages can be pasted. */
export type Shell = 'posix' | 'cmd' | 'powershell';

/** The user's shell. On Windows, Git and MSYS set MSYSTEM or SHELL, and PowerShell adds a directory of the user to PSModulePath. */
export function userShell({ env, platform }: { readonly env: Environment; readonly platform: NodeJS.Platform }): Shell {
  if (platform !== 'win32' || env['MSYSTEM'] || env['SHELL']) return 'posix';
  const home = env['USERPROFILE']?.toLowerCase() ?? '';
  const modules = env['PSModulePath']?.toLowerCase().split(';') ?? [];
  return home !== '' && modules.some((path) => path.startsWith(`${home}\\`)) ? 'powershell' : 'cmd';
}

/** A command of a message as it can be pasted: for the user's shell, and with the program that started this run. */
export function commandToPaste(
  command: string,
  ctx: { readonly env: Environment; readonly platform: NodeJS.Platform },
): string {
  return inShell(asStarted(command, ctx.env), userShell(ctx));
}

/** Whether a command can be shown for every shell: all that messages suggest must be. */
export function isPortable(command: string): boolean {
  const [program = ''] = splitShellWords(command) ?? command.split(' ');
  return programs.has(program) || Object.hasOwn(translations, program);
}

/** A command, written for a POSIX shell, in another shell. What isn't a command (a setting, JSON) stays as it is. */
export function inShell(command: string, shell: Shell): string {
  if (shell === 'posix') return command;
  if (!isPortable(command)) return command;
  const [program = '', ...words] = splitShellWords(command) ?? command.split(' ');
  return translations[program]?.(words, shell) ?? quoteFor([program, ...words], shell);
}

/** Quotes words as one command line of that shell. Masks passwords in URLs. */
export function quoteFor(words: readonly string[], shell: Shell): string {
  if (shell === 'posix') return quoteArguments(words);
  const quoted = words.map((word) => quoteWord(safeText(maskPasswords(word), Infinity), shell)).join(' ');
  // PowerShell takes a command line that begins with a quote for a text.
  return shell === 'powershell' && quoted.startsWith("'") ? `& ${quoted}` : quoted;
}

const harmless = { cmd: /^[\w@+=:,./\\…-]+$/, powershell: /^[\w+=:./\\…-]+$/ };

function quoteWord(word: string, shell: Exclude<Shell, 'posix'>): string {
  if (harmless[shell].test(word)) return word;
  // Neither of them expands ~ for programs.
  if (word.startsWith('~/')) return quoteHome(word.slice(2).replaceAll('/', '\\'), shell);
  if (shell === 'powershell') return quotePowerShell(word);
  const quoted = word.replaceAll(/(\\*)"/g, '$1$1""').replace(/\\+$/, '$&$&');
  // Only outside quotes does a caret keep cmd.exe from taking what is between two `%` for a variable.
  // A single `%` isn't a variable.
  return /%.*%/s.test(quoted) ? `"${quoted.replaceAll('%', '"^%"')}"` : `"${quoted}"`;
}

function quoteHome(path: string, shell: Exclude<Shell, 'posix'>): string {
  if (shell === 'cmd') return `"%USERPROFILE%\\${path.replaceAll('%', '"^%"')}"`;
  // Here `$(…)` would be run, and typographic quotes end the text too.
  return `"$HOME\\${path.replaceAll(/["`$\u201C-\u201E]/g, '`$&')}"`;
}

/** A text in single quotes for PowerShell, to which typographic ones are the same. */
export function quotePowerShell(text: string): string {
  return `'${text.replaceAll(/['\u2018-\u201B]/g, '$&$&')}'`;
}

/** Programs that messages name and that take the same words on every system. */
const programs: ReadonlySet<string> = new Set([
  'aws',
  'bun',
  'bunx',
  'cdk',
  'cdkx',
  'npm',
  'npx',
  'pnpm',
  'taskkill',
  'yarn',
]);

type Translate = (words: readonly string[], shell: Exclude<Shell, 'posix'>) => string;

const translations: Readonly<Record<string, Translate>> = {
  cd: (_, shell) => (shell === 'cmd' ? 'cd /d "%CD%"' : 'cd $PWD'),
  chmod: ([, path = ''], shell) => quoteFor(['attrib', '-r', path], shell),
  df: ([, path = ''], shell) => quoteFor(['fsutil', 'volume', 'diskfree', /^[A-Za-z]:/.exec(path)?.[0] ?? path], shell),
  export: ([setting = ''], shell) => setVariable(setting, shell),
  iconv: (words, shell) => quoteFor(['notepad', words.at(-1) ?? ''], shell),
  kill: ([pid = ''], shell) => quoteFor(['taskkill', '/F', '/PID', pid], shell),
  ls: (words, shell) =>
    words
      .slice(1)
      .map((path) => quoteFor(['icacls', path], shell))
      .join(shell === 'cmd' ? ' & ' : '; '),
  tail: ([path = ''], shell) => quoteFor(['notepad', path], shell),
  unset: (names, shell) =>
    shell === 'cmd'
      ? names.map((name) => `set "${name}="`).join(' & ')
      : `Remove-Item ${names.map((name) => `Env:${name}`).join(', ')}`,
};

function setVariable(setting: string, shell: Exclude<Shell, 'posix'>): string {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(setting) ?? [];
  return shell === 'cmd' ? `set "${name}=${value}"` : `$Env:${name} = '${value.replaceAll("'", "''")}'`;
}
