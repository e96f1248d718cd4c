// Survivors that no test could notice: reasons.json has each with why, and the score leaves it out.
import { readFileSync } from 'node:fs';

/** The recorded survivors by the id of their mutant. Throws if an entry is not complete. */
export function readReasons(path) {
  const entries = JSON.parse(readFileSync(path, 'utf8'));
  for (const entry of entries) {
    const missing = ['id', 'file', 'within', 'before', 'after', 'reason'].filter(
      (name) => typeof entry[name] !== 'string',
    );
    if (missing.length > 0 || entry.reason.trim() === '') {
      throw new Error(`${path}: the entry ${JSON.stringify(entry)} has no ${missing[0] ?? 'reason'}.`);
    }
  }
  return new Map(entries.map((entry) => [entry.id, entry]));
}

/** What is wrong with the recorded survivors: code that is no more, and mutants that a test does notice. */
export function staleReasons(reasons, mutants, results) {
  const known = new Set(mutants.map(({ id }) => id));
  const noticed = new Map(results.filter(({ status }) => status === 'killed').map((result) => [result.id, result]));
  return [...reasons.values()].flatMap(({ id, file, before, after }) => {
    const entry = `${id} (${file}: ${before} → ${after})`;
    if (!known.has(id)) return [`${entry}: there is no such code any more. Remove the entry.`];
    const result = noticed.get(id);
    return result === undefined ? [] : [`${entry}: ${result.by} notices it. Remove the entry.`];
  });
}
