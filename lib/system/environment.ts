import { readFileSync } from 'node:fs';
import type { Context, Environment } from '../context.ts';

interface AgentSign {
  readonly variable: string;
  readonly contains?: string;
}

/** The signs by which `cdk` recognizes an AI agent (`ai-agents.ts` of @aws-cdk/toolkit-lib, aws-cdk 2.1148). A test compares them. */
export const agentSigns: readonly AgentSign[] = [
  { variable: 'CLAUDECODE' },
  { variable: 'CODEX_THREAD_ID' },
  { variable: 'CODEX_SANDBOX' },
  { variable: 'CODEX_CI' },
  { variable: 'CURSOR_AGENT' },
  { variable: 'VSCODE_AGENT' },
  { variable: 'CLINE_ACTIVE' },
  { variable: 'GEMINI_CLI' },
  { variable: 'OPENCODE' },
  { variable: 'COPILOT_CLI' },
  { variable: 'AUGMENT_AGENT' },
  { variable: 'QWEN_CODE' },
  { variable: 'AWS_EXECUTION_ENV', contains: 'amazonq' },
  { variable: 'AWS_EXECUTION_ENV', contains: 'kiro' },
  { variable: 'AI_AGENT' },
  { variable: 'AGENT' },
];

/** Whether this is CI, as `cdk` decides: `CI` is set, even to nothing, and neither `false` nor `0`. */
export function isCi(env: Environment): boolean {
  return env['CI'] !== undefined && env['CI'] !== 'false' && env['CI'] !== '0';
}

/** The variable that shows that an AI agent runs this, as `cdk` recognizes it; `undefined` if there is none. */
export function agentVariable(env: Environment): string | undefined {
  return agentSigns.find(({ variable, contains }) => {
    const value = env[variable];
    return value !== undefined && value !== '' && (contains === undefined || value.toLowerCase().includes(contains));
  })?.variable;
}

/** What runs cdkx instead of a user: CI, or an AI agent with the variable that shows it. */
export type Unattended = { readonly by: 'ci' } | { readonly by: 'agent'; readonly variable: string };

/** Whether CI or an AI agent runs this. */
export function unattended(env: Environment): Unattended | undefined {
  if (isCi(env)) return { by: 'ci' };
  const variable = agentVariable(env);
  return variable === undefined ? undefined : { by: 'agent', variable };
}

/** Whether cdkx can prompt: a terminal on stdin and stderr (prompts go to stderr), no CI, no AI agent. */
export function isInteractive(ctx: Pick<Context, 'env' | 'stdin' | 'stderr'>): boolean {
  return unattended(ctx.env) === undefined && ctx.stderr.isTTY && ctx.stdin.isTTY;
}

/** The script that VS Code, Cursor and code-server set as `BROWSER` in the terminals of a remote workspace. */
const editorBrowser = /[\\/]bin[\\/]helpers[\\/]browser[^\\/]*\.(?:sh|cmd)$/;

/** The browser that the user set in `BROWSER`; ignores what an editor's server set. */
export function chosenBrowser({ BROWSER: browser }: Environment): string | undefined {
  return browser === undefined || browser === '' || editorBrowser.test(browser) ? undefined : browser;
}

/** Why cdkx can't prompt, as a sentence for messages. */
export function cannotPrompt(env: Environment): string {
  const by = unattended(env);
  const reason =
    by === undefined ? 'no terminal' : by.by === 'ci' ? 'CI' : `running under an AI agent (${by.variable})`;
  return `cdkx can't prompt: ${reason}.`;
}

/** The program that opens URLs on Windows, as a path in WSL. */
export const windowsOpener = '/mnt/c/Windows/System32/rundll32.exe';

/** Whether this is the Windows Subsystem for Linux, whose kernel version contains "Microsoft". */
export function isWsl(ctx: Pick<Context, 'env' | 'platform'>): boolean {
  if (ctx.platform !== 'linux') return false;
  if (ctx.env['WSL_DISTRO_NAME'] || ctx.env['WSL_INTEROP']) return true;
  try {
    return /microsoft/i.test(readFileSync('/proc/sys/kernel/osrelease', 'utf8'));
  } catch {
    return false;
  }
}
