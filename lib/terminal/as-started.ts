import type { Environment } from '../context.ts';

/** How each package manager starts a program of the project. They name themselves in `npm_config_user_agent` to what they run. */
const starters: Readonly<Record<string, string>> = {
  npm: 'npx cdkx',
  pnpm: 'pnpm exec cdkx',
  yarn: 'yarn cdkx',
  bun: 'bunx cdkx',
};

/**
 * A command to paste as this run was started: where `npx` or a script of package.json started cdkx, the shell of the person knows no `cdkx`
 * by itself. Commands of other programs stay as they are.
 */
export function asStarted(command: string, env: Environment): string {
  const [, manager = ''] = /^(\w+)\//.exec(env['npm_config_user_agent'] ?? '') ?? [];
  const starter = Object.hasOwn(starters, manager) ? starters[manager] : undefined;
  return starter === undefined ? command : command.replace(/^cdkx(?= )/, starter);
}
