import { describe, expect, it } from '@jest/globals';
import type { Environment } from '../../lib/context.ts';
import { detectProfile } from '../../lib/profile/detect/detect.ts';
import { resolveCredentialSource } from '../../lib/profile/resolve-source.ts';
import { credentialsLine, expiredEnvironmentKeys, nothingFound } from '../../lib/run/announce.ts';
import type { ResolvedProject } from '../../lib/run/project.ts';
import { sharedConfig } from '../aws-config/shared-config-text.ts';
import { createTestContext } from '../helpers/context.ts';

const config = `[profile dev]
sso_session = acme
sso_account_id = 111111111111
sso_role_name = Developer
[profile other]
role_arn = arn:aws:iam::222222222222:role/Deployer
source_profile = dev
[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
`;
const keys = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'x' };

function project(env: Environment, { flag, text = config }: { flag?: string | false; text?: string } = {}) {
  const files = sharedConfig(text);
  const detection = detectProfile({ flag, env, config: files, interactive: false });
  return { detection, config: files, region: { region: 'eu-west-1' } } as unknown as ResolvedProject;
}

function line(env: Environment, options: { flag?: string | false; text?: string; left?: number } = {}): string {
  const resolved = project(env, options);
  const { detection } = resolved;
  const profile =
    detection.outcome === 'profile'
      ? {
          name: detection.name,
          origin: detection.origin,
          where: detection.candidates.find(({ source }) => source === detection.origin)?.where ?? '',
          source: resolveCredentialSource(resolved.config, detection.name, env),
        }
      : undefined;
  return credentialsLine(resolved, profile, env, options.left);
}

describe('the line before cdk starts', () => {
  it.each<[string, Environment, Parameters<typeof line>[1], string]>([
    [
      'a profile',
      {},
      { flag: 'dev', left: 25_920 },
      'profile dev (--profile) · account 111111111111 · role Developer · eu-west-1 · 7 h 12 min left',
    ],
    [
      'a role chain',
      { AWS_PROFILE: 'other' },
      {},
      'profile other (AWS_PROFILE) · account 222222222222 · role Deployer · eu-west-1',
    ],
    [
      'a profile over variables',
      { AWS_PROFILE: 'other', ...keys },
      { flag: 'dev' },
      'profile dev (--profile) · account 111111111111 · role Developer · eu-west-1 · keys in the environment ignored · AWS_PROFILE=other ignored',
    ],
    ['keys', keys, {}, 'keys in the environment (AWS_ACCESS_KEY_ID) · eu-west-1'],
    [
      'keys over AWS_PROFILE',
      { ...keys, AWS_PROFILE: 'dev' },
      {},
      'keys in the environment (AWS_ACCESS_KEY_ID) · eu-west-1 · AWS_PROFILE=dev ignored',
    ],
    [
      'keys over AWS_DEFAULT_PROFILE',
      { ...keys, AWS_DEFAULT_PROFILE: 'dev' },
      {},
      'keys in the environment (AWS_ACCESS_KEY_ID) · eu-west-1 · AWS_DEFAULT_PROFILE=dev ignored',
    ],
    [
      'a container',
      { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.2/x' },
      {},
      'container credentials (AWS_CONTAINER_CREDENTIALS_FULL_URI) · eu-west-1',
    ],
    [
      'web identity',
      { AWS_WEB_IDENTITY_TOKEN_FILE: '/t', AWS_ROLE_ARN: 'arn:aws:iam::333333333333:role/ci/deploy' },
      {},
      'web identity (AWS_WEB_IDENTITY_TOKEN_FILE) · account 333333333333 · role deploy · eu-west-1',
    ],
    ['nothing', {}, { text: '' }, 'no credentials found · eu-west-1'],
    ['--no-profile', {}, { flag: false }, 'no credentials found · eu-west-1'],
    ['expired credentials', keys, { left: -1 }, 'keys in the environment (AWS_ACCESS_KEY_ID) · eu-west-1 · expired'],
  ])('names %s', (_, env, options, expected) => {
    expect(line(env, options)).toBe(expected);
  });

  it.each([
    ['start URL and region only', '[default]\nsso_start_url = https://a.awsapps.com/start\nsso_region = eu-west-1\n'],
    [
      'a source without credentials',
      '[default]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = base\n[profile base]\nregion = x\n',
    ],
    ['a role without a source', '[default]\nrole_arn = arn:aws:iam::111111111111:role/x\n'],
    ['a source without a role', '[default]\nsource_profile = base\n'],
    [
      'a session that is not defined',
      '[default]\nsso_session = gone\nsso_account_id = 111111111111\nsso_role_name = R\n',
    ],
  ])('says that a default profile with %s is not used, and goes on', (_, text) => {
    expect(line({}, { text })).toMatch(/^no credentials found · eu-west-1 · default profile not used: /);
    expect(line({ AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://x' }, { text })).toMatch(/^container credentials/);
  });
});

describe('what is certain to fail', () => {
  const ctx = (env: Environment) => ({ ...createTestContext(), env });

  it.each([
    ['AWS_CREDENTIAL_EXPIRATION', '2020-01-01T00:00:00+00:00', true],
    ['AWS_SESSION_EXPIRATION', '2020-01-01T00:00:00Z', true],
    ['AWS_CREDENTIAL_EXPIRATION', '2099-01-01T00:00:00+0000', false],
    ['AWS_CREDENTIAL_EXPIRATION', 'never', false],
  ])('%s=%s: %s', (name, value, isExpired) => {
    const env = { ...keys, AWS_PROFILE: 'dev', [name]: value };
    const message = expiredEnvironmentKeys(ctx(env), project(env));
    expect(message?.what.includes(name) ?? false).toBe(isExpired);
    expect(JSON.stringify(message?.next ?? '').includes('unset AWS_ACCESS_KEY_ID')).toBe(isExpired);
  });

  it.each<[string, Environment, string, RegExp]>([
    ['no profiles', {}, '', /"run":"cdkx sso configure"/],
    ['profiles, but none is selected', {}, config, /"run":"cdkx profile pin"/],
    ['CI', { CI: 'true' }, '', /OIDC/],
  ])('nothing found, %s: names what helps, and no sign-in', (_, env, text, expected) => {
    const message = JSON.stringify(nothingFound(ctx(env), project(env, { text })));
    expect(message).toMatch(expected);
    expect(message).not.toContain('login');
  });

  it('has nothing to say of credentials that are there', () => {
    expect(nothingFound(ctx(keys), project(keys, { text: '' }))).toBeUndefined();
    expect(nothingFound(ctx({}), project({}, { flag: false, text: '' }))).toBeUndefined();
  });
});
