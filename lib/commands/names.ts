import type { Reporter } from '../messages/errors.ts';

/** cdkx's own words. None is a command or alias of `cdk`: a test holds that against many versions. */
export const cdkxCommands: readonly string[] = ['sso', 'profile', 'completion'];

/** Whether a command line that begins with this word is cdkx's own and never reaches `cdk`. Loads nothing. */
export function isCdkxCommand(word: string | undefined): boolean {
  return word !== undefined && cdkxCommands.includes(word);
}

/**
 * Whether the command is a verb of ours without its word, and then says so: `cdkx login` goes to `cdk`, which does not know it and
 * refuses it, so that it needs no session.
 */
export async function hintAtCdkxCommand(command: string | undefined, reporter: Reporter): Promise<boolean> {
  const { findSubcommand } = await import('./command-list.ts');
  const verb = findSubcommand(command ?? '');
  if (verb === undefined) return false;
  reporter.warn({
    what: `this cdk has no command "${command}".`,
    why: `It is passed on to cdk all the same: cdkx's own words are sso, profile and completion.`,
    next: [{ say: 'You may mean:' }, { run: `cdkx ${verb}` }],
  });
  return true;
}
