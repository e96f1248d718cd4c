import { describe, expect, it } from '@jest/globals';
import { deservesExplanation } from '../../lib/run/explain.ts';
import { parseCommandLine } from '../../lib/cdk/command-line/command-line.ts';
import { readOptionTable } from '../../lib/cdk/command-line/option-table.ts';
import type { MessageParts } from '../../lib/messages/errors.ts';
import { resolveCredentialSource } from '../../lib/profile/resolve-source.ts';
import { explainFailedRun, explainFailure, type FailedDelegation } from '../../lib/run/explain-end.ts';
import { resolveProject } from '../../lib/run/project.ts';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import { sso, ssoSession } from '../aws-config/shared-config-text.ts';
import { createTestContext } from '../helpers/context.ts';
import { createHome } from '../helpers/home.ts';
import { nextLines } from '../helpers/message.ts';
import { onPosix } from '../helpers/needs.ts';
import { createRecorder } from '../sso/setup.ts';

const failed: FailedDelegation = {
  verdict: { state: 'revoked' },
  profile: 'acme dev',
  session: { name: 'acme', startUrl: 'https://acme.awsapps.com/start', region: 'eu-west-1', endpoints: {} },
  accountId: '111111111111',
  roleName: 'Developer',
  tokenRegion: 'eu-west-1',
};

describe('explainFailure', () => {
  it('names a session that was revoked and the login to run, quoted for a shell', () => {
    const parts = explainFailure(failed);
    expect(parts?.what).toContain('no longer accepts SSO session "acme"');
    expect(parts?.next).toContainEqual({ run: "cdkx sso login --force --profile 'acme dev'" });
  });

  it('names both regions where the token comes from another than sso_region', () => {
    const parts = explainFailure({ ...failed, tokenRegion: 'us-east-1' });
    expect(parts?.why).toContain('us-east-1');
    expect(parts?.what).toContain('eu-west-1');
  });

  it('names account, role and the roles there are, and does not send to a login', () => {
    const parts = explainFailure({ ...failed, verdict: { state: 'no-access', roles: ['ReadOnly', 'Billing'] } });
    expect(parts?.what).toContain('no access to account 111111111111 as Developer');
    expect(parts?.why).toContain('Your roles in account 111111111111: ReadOnly, Billing.');
    expect(nextLines(parts?.next).join()).not.toContain('login');
  });

  it.each([
    [[], 'You have no roles in account 111111111111.'],
    [undefined, undefined],
  ])('goes without a list of roles: %j', (roles, line) => {
    const verdict = roles === undefined ? ({ state: 'no-access' } as const) : ({ state: 'no-access', roles } as const);
    const why = [explainFailure({ ...failed, verdict })?.why].flat();
    expect(why[1]).toBe(line);
  });

  it.each(['usable', 'unknown'] as const)('says nothing when the session is %s', (state) => {
    expect(explainFailure({ ...failed, verdict: { state } })).toBeUndefined();
  });
});

/** What is told after `cdk deploy` with profile "p" failed, and what AWS was asked. Without a terminal. */
async function explain(setUp: (emulator: Emulator) => { config: string; tokens?: Record<string, unknown> }) {
  const emulator = await startEmulator();
  try {
    const ctx = createTestContext({ env: { ...emulator.env(), AWS_REGION: 'eu-west-1' } });
    createHome(ctx.home, setUp(emulator));
    const line = parseCommandLine(['deploy', '--profile', 'p'], readOptionTable(undefined), ctx.env);
    const project = resolveProject(ctx, line, {}, { trustsProject: true });
    const told: MessageParts[] = [];
    const reporter = { ...createRecorder(), error: (parts: MessageParts) => told.push(parts) };
    const source = resolveCredentialSource(project.config, 'p', ctx.env);
    await explainFailedRun(ctx, project, { name: 'p', source }, reporter);
    return { told, calls: emulator.log.map(({ operation }) => operation) };
  } finally {
    await emulator.close();
  }
}

describe('explainFailedRun, of a role that needs MFA', () => {
  const behindMfa = (id: string, secret: string) => ({
    config:
      '[profile p]\nrole_arn = arn:aws:iam::111111111111:role/Admin\nmfa_serial = phone\nsource_profile = q\n' +
      `[profile q]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`,
  });

  it('names the keys that the role is assumed with, if AWS refuses them', async () => {
    const { told } = await explain(() => behindMfa('AKIAIOSFODNN7EXAMPLE', 'not-a-secret'));
    expect(told).toHaveLength(1);
    expect(told[0]?.what).toContain('"q"');
    expect([told[0]?.why].flat().join()).toContain('InvalidClientTokenId');
  });

  it('is silent if these are good: whether the code was wrong is not known', async () => {
    const { told, calls } = await explain((emulator) => {
      const keys = emulator.userKeyFor({ account: '111111111111' });
      return behindMfa(keys.AWS_ACCESS_KEY_ID, keys.AWS_SECRET_ACCESS_KEY);
    });
    expect({ told, calls }).toEqual({ told: [], calls: ['GetCallerIdentity'] });
  });
});

describe('explainFailedRun, of a session', () => {
  const config = ssoSession + sso('p', '111111111111', 'Developer');

  it.each([
    ['was revoked', true, 'cdkx sso login --force --profile p'],
    ['is good, so that the failure has another cause', false, undefined],
  ])('that %s', async (_, isRevoked, command) => {
    const { told } = await explain((emulator) => {
      const acme = emulator.issueToken({});
      if (isRevoked) emulator.revoke();
      return { config, tokens: { acme } };
    });
    expect(told.map(({ next }) => nextLines(next).at(-1)?.trim())).toEqual(command === undefined ? [] : [command]);
  });
});

it('explainFailedRun, of aws login, names the sign-in of that profile', async () => {
  const config = '[profile p]\nlogin_session = arn:aws:iam::111111111111:user/ada\n';
  const { told } = await explain(() => ({ config }));
  expect(told.map(({ next }) => nextLines(next).at(-1)?.trim())).toEqual(['aws login --profile p']);
});

onPosix(describe, 'shell')('explainFailedRun, of a program', () => {
  it.each([
    ['echo one >&2; echo "sign in first" >&2; exit 3', ['exit code 3', 'sign in first']],
    ['exit 3', ['exit code 3', undefined]],
  ])('that fails: %s', async (script, [what, why]) => {
    const { told } = await explain(() => ({ config: `[profile p]\ncredential_process = sh -c '${script}'\n` }));
    expect(told).toHaveLength(1);
    expect(told[0]?.what).toContain(what);
    expect(why === undefined ? told[0]?.why === undefined : told[0]?.why?.includes(why)).toBe(true);
    expect(told[0]?.why ?? '').not.toContain('one');
  });
});

describe('deservesExplanation', () => {
  it.each([
    ['required', { code: 1 }, true],
    ['required', { code: 0 }, false],
    ['required', { signal: 'SIGINT' }, false],
    ['best-effort', { code: 1 }, false],
    ['never', { code: 1 }, false],
  ] as const)('of a %s command that ended with %j is %s', (commandClass, end, expected) => {
    expect(deservesExplanation(commandClass, end)).toBe(expected);
  });
});
