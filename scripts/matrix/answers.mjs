/** The path of the cdk that `cdkx profile show --json` names; other programs may have written before it. */
export function shownCdk(stdout) {
  const start = stdout.indexOf('{');
  if (start === -1) return undefined;
  try {
    return JSON.parse(stdout.slice(start, stdout.lastIndexOf('}') + 1)).cdk?.path;
  } catch {
    return undefined;
  }
}

/** A word for a POSIX shell. */
export function quoteForShell(word) {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
