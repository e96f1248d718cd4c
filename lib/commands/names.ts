import type { Reporter } from '../messages/errors.ts';

/** The cdkx commands. None is a command or alias of `cdk`; a test checks many versions. */
export const cdkxCommands: readonly string[] = ['sso', 'profile', 'completion'];

/** Whether the word is a cdkx command, which is not passed to `cdk`. Loads nothing. */
export function isCdkxCommand(word: string | undefined): boolean {
  return word !== undefined && cdkxCommands.includes(word);
}

/**
 * Whether the command is a cdkx subcommand without its group; prints a hint if so. `cdkx login` is passed to `cdk`, which rejects it,
 * so it needs no session.
 */
export async function hintAtCdkxCommand(command: string | undefined, reporter: Reporter): Promise<boolean> {
  const { findSubcommand } = await import('./command-list.ts');
  const verb = findSubcommand(command ?? '');
  if (verb === undefined) return false;
  reporter.warn({
    what: `cdk has no "${command}" command`,
    next: [{ say: 'Did you mean:' }, { run: `cdkx ${verb}` }],
  });
  return true;
}
