/** The text below a heading of a page, up to the next one. */
export function section(page: string, heading: string): string {
  const text = page.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`));
  if (text === undefined) throw new Error(`there is no heading "${heading}"`);
  return text;
}

/** The rows of the tables of a text, without their heads: cells, trimmed. */
export function tableRows(text: string): string[][] {
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  const body = rows.filter((line, index) => !isRule(line) && !isRule(rows[index + 1] ?? ''));
  return body.map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** What stands in backticks. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

function isRule(line: string): boolean {
  return /^\|[\s:|-]+\|$/.test(line);
}
