import { describe, expect, it } from '@jest/globals';
import { asStarted } from '../../lib/messages/text.ts';
import { createReporter } from '../../lib/terminal/reporter.ts';
import { createTestContext } from '../helpers/context.ts';

describe('a command as this run was started', () => {
  it.each([
    ['a shell', undefined, 'cdkx sso login'],
    ['npm', 'npm/11.19.1 node/v24.0.0 linux x64 workspaces/false', 'npx cdkx sso login'],
    ['pnpm', 'pnpm/10.0.0 npm/? node/v24.0.0 linux x64', 'pnpm exec cdkx sso login'],
    ['Yarn', 'yarn/4.9.0 npm/? node/v24.0.0 linux x64', 'yarn cdkx sso login'],
    ['Bun', 'bun/1.2.0 npm/? node/v24.0.0 linux x64', 'bunx cdkx sso login'],
    ['something else', 'constructor/1', 'cdkx sso login'],
  ])('by %s', (_, agent, expected) => {
    expect(asStarted('cdkx sso login', { npm_config_user_agent: agent })).toBe(expected);
  });

  it('leaves commands of other programs alone', () => {
    const env = { npm_config_user_agent: 'npm/11.19.1' };
    expect(asStarted('aws login --profile cdkx', env)).toBe('aws login --profile cdkx');
    expect(asStarted('cdkxy login', env)).toBe('cdkxy login');
  });

  it('is what messages show, in the lines to paste', () => {
    const ctx = createTestContext({ env: { npm_config_user_agent: 'npm/11.19.1' } });
    createReporter(ctx, 'normal').error({ what: 'run cdkx again', next: [{ say: 'Or:' }, { run: 'cdkx sso login' }] });
    expect(ctx.written.stderr()).toBe('cdkx: run cdkx again\n  Or:\n    npx cdkx sso login\n');
  });
});
