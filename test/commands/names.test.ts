import { expect, it } from '@jest/globals';
import { hintAtCdkxCommand } from '../../lib/commands/names.ts';
import { nextLines } from '../helpers/message.ts';

it.each([
  [{ command: 'login', positionals: [] }, 'cdkx sso login'],
  [{ command: 'whoami', positionals: [], profile: 'acme dev' }, "cdkx profile show --profile 'acme dev'"],
  [{ command: 'sso', positionals: ['status'], profile: false }, 'cdkx sso status'],
  [{ command: 'deploy', positionals: ['Dev'] }, undefined],
] as const)('a command line that cdk rejects, %j, leads to: %s', async (line, command) => {
  const hint = await hintAtCdkxCommand(line);
  expect(nextLines(hint?.next).at(-1)?.trim()).toBe(command);
  expect(hint?.what.includes(`"${line.command}"`) ?? true).toBe(true);
});
