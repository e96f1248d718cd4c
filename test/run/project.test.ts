import { describe, expect, it } from '@jest/globals';
import { loginPolicy } from '../../lib/run/project.ts';
import { createTestContext } from '../helpers/context.ts';

type Policy = 'auto' | 'prompt' | 'never';
const withLogin = (login: Policy | undefined) => (login === undefined ? {} : { login });
const block = (login: Policy | undefined) =>
  ({ effective: { ...withLogin(login), profile: 'dev', protected: false, origin: {} } }) as never;

describe('whether a sign-in may begin without a question', () => {
  it.each<
    [setting: Policy | undefined, project: Policy | undefined, user: Policy | undefined, trusted: boolean, is: Policy]
  >([
    [undefined, undefined, undefined, true, 'prompt'],
    ['never', 'auto', 'auto', true, 'never'],
    ['auto', 'never', 'never', false, 'auto'],
    [undefined, 'never', 'auto', false, 'never'],
    [undefined, 'auto', undefined, true, 'auto'],
    [undefined, 'auto', undefined, false, 'prompt'],
    [undefined, undefined, 'auto', false, 'auto'],
  ])(
    'flag or variable %s, project %s, user %s, project trusted %s: %s',
    (setting, project, user, trusted, expected) => {
      const ctx = createTestContext({ interactive: true });
      const found = {
        block: project === undefined ? undefined : block(project),
        userBlock: user === undefined ? undefined : ({ login: user, protected: false, origin: {} } as const),
        trustsProject: trusted,
      };
      const settings = setting === undefined ? {} : { login: { value: setting, from: 'CDKX_LOGIN' } };
      expect(loginPolicy(ctx, found as never, settings as never)).toBe(expected);
    },
  );

  it('not by the project where nobody is at a terminal', () => {
    const found = { block: block('auto'), trustsProject: true };
    expect(loginPolicy(createTestContext(), found, {})).toBe('prompt');
  });
});
