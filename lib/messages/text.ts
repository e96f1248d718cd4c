import type { Environment } from '../context.ts';

// C0, DEL and C1 control characters, the bidirectional controls that can make a line read differently than it is, and the line
// separators of Unicode.
// oxlint-disable-next-line no-control-regex
const unsafe = /[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/**
 * Text from outside (names in files, replies of a server) made harmless for a terminal: control characters, escape sequences
 * and direction marks become visible escapes, and what is longer than `maxLength` characters is cut with an ellipsis.
 */
export function safeText(text: string, maxLength = 200): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return cut.replace(unsafe, escape);
}

/** A value as JSON that brings nothing of the above to a terminal: it reads back as the same value, since JSON knows these escapes. */
export function safeJson(value: unknown, indent?: number): string {
  // What JSON.stringify breaks into lines stays so: line ends within texts are escaped already.
  return JSON.stringify(value, null, indent).replace(unsafe, (char) => (char === '\n' ? char : escape(char)));
}

export function escape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const harmless = /^[\w@%+=:,./-]+$/;
const unsafeInShell = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;
const unsafeInShellEach = new RegExp(unsafeInShell, 'gu');

/** Any text as one word of a POSIX shell, for a command to paste: a name from a file must not become more than a word there. */
export function shellWord(text: string): string {
  if (harmless.test(text)) return text;
  // Shown on a terminal, such characters would steer it: the shell's own escapes stand for them.
  if (unsafeInShell.test(text))
    return `$'${text.replaceAll(/[\\']/g, String.raw`\$&`).replaceAll(unsafeInShellEach, escape)}'`;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

const urlPassword = /(?<=:\/\/)[^\s/@]+@/g;

/** Arguments as a POSIX shell reads them back; user names and passwords within URLs are masked. */
export function quoteArguments(args: readonly string[]): string {
  return args.map((arg) => shellWord(arg.replace(urlPassword, '***@'))).join(' ');
}

/** How each package manager starts a program of the project. They name themselves in `npm_config_user_agent` to what they run. */
const starters: Readonly<Record<string, string>> = {
  npm: 'npx cdkx',
  pnpm: 'pnpm exec cdkx',
  yarn: 'yarn cdkx',
  bun: 'bunx cdkx',
};

/**
 * A command to paste as this run was started: where `npx` or a script of package.json started cdkx, the shell of the person knows no `cdkx`
 * by itself. Commands of other programs stay as they are.
 */
export function asStarted(command: string, env: Environment): string {
  const [, manager = ''] = /^(\w+)\//.exec(env['npm_config_user_agent'] ?? '') ?? [];
  const starter = Object.hasOwn(starters, manager) ? starters[manager] : undefined;
  return starter === undefined ? command : command.replace(/^cdkx(?= )/, starter);
}

const secondsPerMinute = 60;
const secondsPerHour = 3600;
const secondsPerDay = 86_400;

/** A span of time for people, its two largest units: `7 h 12 min`, `45 s`, `3 d 4 h`. Negative spans count as `0 s`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < secondsPerMinute) return `${whole} s`;
  if (whole < secondsPerHour) return `${Math.floor(whole / secondsPerMinute)} min`;
  if (whole < secondsPerDay) {
    const minutes = Math.floor((whole % secondsPerHour) / secondsPerMinute);
    return `${Math.floor(whole / secondsPerHour)} h${minutes === 0 ? '' : ` ${minutes} min`}`;
  }
  const hours = Math.floor((whole % secondsPerDay) / secondsPerHour);
  return `${Math.floor(whole / secondsPerDay)} d${hours === 0 ? '' : ` ${hours} h`}`;
}

/** A moment for people in the local time of the machine, hours and minutes: `14:05`. */
export function formatTimeOfDay(at: Date): string {
  return `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`;
}
