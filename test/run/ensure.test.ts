import { describe, expect, it } from '@jest/globals';
import { readSharedConfig } from '../../lib/aws-config/shared-config.ts';
import { resolveCredentialSource } from '../../lib/profile/resolve-source.ts';
import { profilesToEnsure } from '../../lib/run/ensure.ts';
import { createTestContext } from '../helpers/context.ts';
import { createHome } from '../helpers/home.ts';
import { userError } from '../sso/setup.ts';

const sso = (name: string, account: string, session: string) => `[profile ${name}]
sso_session = ${session}
sso_account_id = ${account}
sso_role_name = Developer
`;
const session = (name: string) =>
  `[sso-session ${name}]\nsso_start_url = https://${name}.awsapps.com/start\nsso_region = eu-west-1\n`;
const config = [
  session('acme'),
  session('other'),
  sso('dev', '111111111111', 'acme'),
  sso('prod', '222222222222', 'acme'),
  sso('eu', '333333333333', 'other'),
  sso('us', '444444444444', 'other'),
].join('');

function ensured(accounts: Readonly<Record<string, string>>, own?: string) {
  const ctx = createTestContext();
  createHome(ctx.home, { config });
  const read = readSharedConfig(ctx);
  const block = { effective: { accounts, protected: false, origin: {} } };
  const source = own === undefined ? undefined : resolveCredentialSource(read, own, ctx.env);
  return profilesToEnsure(ctx, { block, config: read } as never, source).map(({ name }) => name);
}

const all = { '111111111111': 'dev', '222222222222': 'prod', '333333333333': 'eu', '444444444444': 'us' };

describe('the profiles to make ready before cdk starts', () => {
  it.each([
    [all, undefined, ['dev', 'eu']],
    [all, 'dev', ['eu']],
    [all, 'us', ['dev']],
    [{ '222222222222': 'prod' }, 'dev', []],
    [{}, 'dev', []],
  ])('are one for each session that %j needs beside that of %s: %j', (accounts, own, expected) => {
    expect(ensured(accounts, own)).toEqual(expected);
  });

  it('do not lead elsewhere', async () => {
    const error = await userError(Promise.resolve().then(() => ensured({ '111111111111': 'prod' })));
    expect(error).toMatchObject({ code: 'WrongAccount', exitCode: 78 });
  });
});
