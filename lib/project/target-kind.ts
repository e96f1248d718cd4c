/** What the words after a command name: stacks, construct paths (`orphan`), AWS environments (`bootstrap`, `gc`), or nothing of the project. */
export type TargetKind = 'stacks' | 'paths' | 'environments' | 'nothing';

const environmentCommands: ReadonlySet<string> = new Set(['bootstrap', 'gc']);

/** What the words after `command` name. A command that cdkx does not know is taken to name stacks. */
export function targetKind(command: string): TargetKind {
  if (environmentCommands.has(command)) return 'environments';
  if (command === 'orphan') return 'paths';
  return command === 'migrate' ? 'nothing' : 'stacks';
}
