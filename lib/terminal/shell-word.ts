const harmless = /^[\w@%+=:,./-]+$/;
const unsafe = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;
const unsafeEach = new RegExp(unsafe, 'gu');

/** Any text as one word of a POSIX shell, for a command to paste: a name from a file must not become more than a word there. */
export function shellWord(text: string): string {
  if (harmless.test(text)) return text;
  // Shown on a terminal, such characters would steer it: the shell's own escapes stand for them.
  if (unsafe.test(text)) return `$'${text.replaceAll(/[\\']/g, String.raw`\$&`).replaceAll(unsafeEach, escape)}'`;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function escape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
