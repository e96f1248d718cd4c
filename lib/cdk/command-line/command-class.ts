import type { CdkCommandLine } from './command-line.ts';

/**
 * Whether a command needs credentials. `never`: it makes no AWS call, so nothing is detected or injected.
 * `best-effort`: it runs the app, and goes on without an account. `required`: it fails without credentials.
 */
export type CommandClass = 'never' | 'best-effort' | 'required';

const classes: Readonly<Record<string, CommandClass>> = {
  acknowledge: 'never',
  'cli-telemetry': 'never',
  context: 'never',
  docs: 'never',
  doctor: 'never',
  explore: 'never',
  init: 'never',
  lsp: 'never',
  notices: 'never',
  version: 'never',
  list: 'best-effort',
  synth: 'best-effort',
  metadata: 'best-effort',
  flags: 'best-effort',
  validate: 'best-effort',
};

/**
 * The class of a command line, observed on aws-cdk 2.1148 with and without credentials. A command that is not in the
 * table (a newer `cdk` may have more) is `required`, for that is the class in which nothing goes wrong silently.
 */
export function classifyCommand(line: CdkCommandLine): CommandClass {
  if (line.command === undefined || line.asksHelp || line.asksVersion || line.refusal !== undefined) return 'never';
  if (line.command === 'bootstrap' && line.option('show-template') === true) return 'never';
  if (line.command === 'migrate' && typeof line.option('from-path') === 'string') return 'never';
  return Object.hasOwn(classes, line.command) ? (classes[line.command] ?? 'required') : 'required';
}
