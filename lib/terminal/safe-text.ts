// C0, DEL and C1 control characters, and the bidirectional controls that can make a line read differently than it is.
// oxlint-disable-next-line no-control-regex
const unsafe = /[\u0000-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/**
 * Text from outside (names in files, replies of a server) made harmless for a terminal: control characters, escape sequences
 * and direction marks become visible escapes, and what is longer than `maxLength` characters is cut with an ellipsis.
 */
export function safeText(text: string, maxLength = 200): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return cut.replace(unsafe, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
