import type { Context, Environment } from '../context.ts';
import { agentSigns } from './agents.ts';

/** Whether `cdk` itself takes this environment for CI: `CI` set, even empty, and neither `false` nor `0`. */
export function isCi(env: Environment): boolean {
  return env['CI'] !== undefined && env['CI'] !== 'false' && env['CI'] !== '0';
}

/** The variable by which an AI agent shows itself in this environment, as `cdk` recognises it; `undefined` without one. */
export function agentVariable(env: Environment): string | undefined {
  return agentSigns.find(({ variable, contains }) => {
    const value = env[variable];
    return value !== undefined && value !== '' && (contains === undefined || value.toLowerCase().includes(contains));
  })?.variable;
}

/** Whether a person can be asked: a terminal on stdin and stderr (questions go to stderr), no CI, no agent. */
export function isInteractive(ctx: Pick<Context, 'env' | 'stdin' | 'stderr'>): boolean {
  return !isCi(ctx.env) && agentVariable(ctx.env) === undefined && ctx.stderr.isTTY && ctx.stdin.isTTY;
}
