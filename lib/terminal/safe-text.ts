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

function escape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
