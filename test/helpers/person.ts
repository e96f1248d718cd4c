import { join } from 'node:path';
import { repository } from './cli.ts';

/** A `BROWSER` with a person in front of it: it opens the stand-in's sign-in page and allows. */
export function personAsBrowser(decision: 'allow' | 'deny' = 'allow'): { BROWSER: string } {
  return { BROWSER: `"${process.execPath}" "${join(repository, 'scripts/demo-person.mjs')}" %s ${decision}` };
}

export const enter = '\r';
export const controlC = '\u0003';
