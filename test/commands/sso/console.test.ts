import { expect, it } from '@jest/globals';
import { config, runOwn } from '../run-cdkx.ts';

it.each([
  [['--profile', 'acme-dev'], 0, ['account_id=111111111111', 'role_name=Developer', 'eu-north-1']],
  [['--profile', 'console'], 78, []],
  [['Missing', '--profile', 'acme-dev'], 78, []],
] as const)('cdkx sso console --print %j ends with %d and prints the URL of the role', async (words, code, parts) => {
  const { exitCode, stdout } = await runOwn(['sso', 'console', '--print', ...words], { config });
  expect({ exitCode, lines: stdout.split('\n').length - 1 }).toEqual({ exitCode: code, lines: code === 0 ? 1 : 0 });
  for (const part of parts) expect(decodeURIComponent(stdout)).toContain(part);
});
