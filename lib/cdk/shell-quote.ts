const harmless = /^[\w@%+=:,./-]+$/;
const unsafe = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;
const unsafeEach = new RegExp(unsafe, 'gu');
const urlPassword = /(?<=:\/\/)[^\s/@]+@/g;

/** Arguments as a POSIX shell reads them back; user names and passwords within URLs are masked. */
export function quoteArguments(args: readonly string[]): string {
  return args.map((arg) => quote(arg.replace(urlPassword, '***@'))).join(' ');
}

function quote(arg: string): string {
  if (harmless.test(arg)) return arg;
  // Shown on a terminal, such characters would steer it: the shell's own escapes stand for them.
  if (unsafe.test(arg)) return `$'${arg.replaceAll(/[\\']/g, String.raw`\$&`).replaceAll(unsafeEach, escape)}'`;
  return `'${arg.replaceAll("'", String.raw`'\''`)}'`;
}

function escape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
