import type { CdkCommandLine } from '../cdk/command-line/command-line.ts';
import type { MessageParts } from '../messages/errors.ts';
import { quoteArguments } from '../messages/text.ts';

/** The cdkx commands. None is a command or alias of `cdk`; a test checks many versions. */
export const cdkxCommands: readonly string[] = ['sso', 'profile', 'completion'];

/** Whether the word is a cdkx command, which is not passed to `cdk`. Loads nothing. */
export function isCdkxCommand(word: string | undefined): boolean {
  return word !== undefined && cdkxCommands.includes(word);
}

/** A hint for a mistaken command (`cdkx login`, `cdkx -v sso status`, `cdkx whoami`). `cdk` gets it all the same, and rejects it. */
export async function hintAtCdkxCommand(
  line: Pick<CdkCommandLine, 'command' | 'positionals' | 'profile'>,
): Promise<MessageParts | undefined> {
  const { meantCommand } = await import('./command-list.ts');
  const meant = meantCommand([line.command ?? '', ...line.positionals]);
  if (meant === undefined) return undefined;
  const profile = typeof line.profile === 'string' && line.profile !== '' ? ['--profile', line.profile] : [];
  const isLate = isCdkxCommand(line.command);
  return {
    what: isLate
      ? `"${line.command}" is a cdkx command, and options must follow it`
      : `cdk has no "${line.command}" command`,
    next: [{ say: 'Did you mean:' }, { run: quoteArguments(['cdkx', ...meant, ...profile]) }],
  };
}
