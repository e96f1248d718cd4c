/** How an AI agent shows itself: a variable that is set, or one whose value contains a word. */
interface AgentSign {
  readonly variable: string;
  readonly contains?: string;
}

/**
 * The signs by which `cdk` recognises an AI agent (`ai-agents.ts` of @aws-cdk/toolkit-lib, as shipped in aws-cdk 2.1148).
 * A test compares this list with the installed aws-cdk.
 */
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
