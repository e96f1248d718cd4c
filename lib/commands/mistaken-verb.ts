import type { Reporter } from '../terminal/reporter.ts';

/**
 * Whether the command is a verb of ours without its word, and then says so: `cdkx login` goes to `cdk`, which does not know it and
 * refuses it, so that it needs no session.
 */
export async function isMistakenVerb(command: string | undefined, reporter: Reporter): Promise<boolean> {
  const { findVerb } = await import('./own-verbs.ts');
  const verb = findVerb(command ?? '');
  if (verb === undefined) return false;
  reporter.warn({
    what: `this cdk has no command "${command}".`,
    why: `It is passed on to cdk all the same: cdkx's own words are sso, profile and completion.`,
    next: ['You may mean:', `    cdkx ${verb}`],
  });
  return true;
}
