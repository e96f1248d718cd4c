import type { Environment } from '../context.ts';

// C0, DEL and C1 control characters, bidirectional controls, which can make a line read differently, and the line
// separators of Unicode.
// oxlint-disable-next-line no-control-regex
const unsafe = /[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/** Makes control characters, escape sequences and direction marks of untrusted text visible, and cuts it to `maxLength` characters. */
export function safeText(text: string, maxLength = 200): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return cut.replace(unsafe, escape);
}

/** Formats a value as JSON that is safe on a terminal. It parses to the same value, because the escapes are JSON escapes. */
export function safeJson(value: unknown, indent?: number): string {
  // Keep the line breaks of JSON.stringify; those within strings are escaped already.
  return JSON.stringify(value, null, indent).replace(unsafe, (char) => (char === '\n' ? char : escape(char)));
}

export function escape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const harmless = /^[\w@%+=:,./-]+$/;
const unsafeInShell = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;
const unsafeInShellEach = new RegExp(unsafeInShell, 'gu');

/** Quotes any text as one word for a POSIX shell, so that a name from a file can't inject anything into a command to paste. */
export function shellWord(text: string): string {
  if (harmless.test(text)) return text;
  // Control characters would act on the terminal: use the shell's escapes instead.
  if (unsafeInShell.test(text))
    return `$'${text.replaceAll(/[\\']/g, String.raw`\$&`).replaceAll(unsafeInShellEach, escape)}'`;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The words of a POSIX command line of plain and quoted words, as {@link shellWord} writes them; `undefined` for anything more. */
export function splitShellWords(command: string): string[] | undefined {
  const word = /(?:[^\s'"$`\\;&|<>()]+|\\'|\$'(?:[^'\\]|\\.)*'|'[^']*')+/g;
  if (command.replaceAll(word, '').trim() !== '') return undefined;
  return command.match(word)?.map((each) => each.replaceAll(/\\'|\$'((?:[^'\\]|\\.)*)'|'([^']*)'/g, unquote));
}

function unquote(_quoted: string, withEscapes?: string, plain?: string): string {
  if (withEscapes === undefined) return plain ?? "'";
  return withEscapes.replaceAll(/\\(?:u([\da-f]{4})|(.))/g, (_, code?: string, char?: string) =>
    code === undefined ? (char ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** Masks user name and password of each URL in a text. */
export function maskPasswords(text: string): string {
  return text.replace(/(?<=:\/\/)[^\s/@]+@/g, '***@');
}

/** Quotes arguments for a POSIX shell and masks user names and passwords in URLs. */
export function quoteArguments(args: readonly string[]): string {
  return args.map((arg) => shellWord(maskPasswords(arg))).join(' ');
}

/** How each package manager runs cdkx. Package managers identify themselves in `npm_config_user_agent`. */
const starters: Readonly<Record<string, string>> = {
  npm: 'npx cdkx',
  pnpm: 'pnpm exec cdkx',
  yarn: 'yarn cdkx',
  bun: 'bunx cdkx',
};

/** Prefixes a command of cdkx the way this run was started: with `npx` or a script, `cdkx` alone isn't on the user's PATH. */
export function asStarted(command: string, env: Environment): string {
  const [, manager = ''] = /^(\w+)\//.exec(env['npm_config_user_agent'] ?? '') ?? [];
  const starter = Object.hasOwn(starters, manager) ? starters[manager] : undefined;
  return starter === undefined ? command : command.replace(/^cdkx(?= )/, starter);
}

const secondsPerMinute = 60;
const secondsPerHour = 3600;
const secondsPerDay = 86_400;

/** Formats a duration with its two largest units: `7 h 12 min`, `45 s`, `3 d 4 h`. Negative durations are `0 s`. */
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

/** Formats a local time of day: `14:05`. */
export function formatTimeOfDay(at: Date): string {
  return `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`;
}
