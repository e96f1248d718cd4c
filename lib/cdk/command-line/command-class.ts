import type { CdkCommandLine } from './command-line.ts';

/** `never` makes no AWS call, `best-effort` runs the app and continues without an account, `required` fails without credentials. */
export type CommandClass = 'never' | 'best-effort' | 'required';

const classes: Readonly<Record<string, CommandClass>> = {
  acknowledge: 'never',
  'cli-telemetry': 'never',
  context: 'never',
  docs: 'never',
  doctor: 'never',
  help: 'never',
  init: 'never',
  notices: 'never',
  version: 'never',
  explore: 'best-effort',
  flags: 'best-effort',
  list: 'best-effort',
  lsp: 'best-effort',
  metadata: 'best-effort',
  synth: 'best-effort',
  validate: 'best-effort',
};

/** The commands of `cdk` that change nothing in an account. One that is not here, such as that of a newer `cdk`, may change something. */
const readingCommands: ReadonlySet<string> = new Set([
  'diagnose',
  'diff',
  'drift',
  'explore',
  'flags',
  'list',
  'lsp',
  'metadata',
  'synth',
  'validate',
]);

/** The commands that run for an editor or a browser: they ask nothing, and stdout is theirs. */
const silentCommands: ReadonlySet<string> = new Set(['explore', 'lsp']);

/** The class of a command line, observed on aws-cdk 2.1148. A command of another version that is not known is `required`. */
export function classifyCommand(line: CdkCommandLine): CommandClass {
  if (line.command === undefined || line.asksHelp || line.asksVersion) return 'never';
  if (!line.isKnown && line.isInstalledTable) return 'never';
  if (line.command === 'bootstrap' && line.option('show-template') === true) return 'never';
  if (line.command === 'migrate' && typeof line.option('from-path') === 'string') return 'never';
  return Object.hasOwn(classes, line.command) ? (classes[line.command] ?? 'required') : 'required';
}

/** Whether a command is known to change nothing in an account. */
export function isReadOnly(command: string): boolean {
  return readingCommands.has(command);
}

/** Whether a command never prompts, even on a terminal. */
export function isSilent(command: string): boolean {
  return silentCommands.has(command);
}
