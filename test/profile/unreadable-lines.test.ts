import { describe, expect, it } from '@jest/globals';
import { resolveCredentialSource } from '../../lib/profile/resolve-source.ts';
import { parseExpiry } from '../../lib/profile/resolve-source.ts';
import { unreadableLines } from '../../lib/profile/unreadable-lines.ts';
import { sharedConfig } from '../aws-config/shared-config-text.ts';

const now = '2026-01-01T12:00:00.000Z';

describe('lines that look like credentials and are not read', () => {
  it.each([
    ['AWS_ACCESS_KEY_ID=AKIA', 'aws_access_key_id'],
    ['AWS_ACCESS_KEY_ID = AKIA', 'aws_access_key_id'],
    ['aws_access_key_id: AKIA', 'aws_access_key_id'],
    ['export AWS_ACCESS_KEY_ID="AKIA"', 'aws_access_key_id'],
    ['"aws_access_key_id" = AKIA', 'aws_access_key_id'],
    ['credential_process: vault', 'credential_process'],
    ['sso_session: corp', 'sso_session'],
    ['SSO_Session = corp', 'sso_session'],
    ['sso-session = corp', 'sso_session'],
    ['Role_Arn = arn:aws:iam::111111111111:role/x', 'role_arn'],
  ])('%s: names the line and how to write it', (line, key) => {
    const config = sharedConfig(`[profile other]\naws_access_key_id = A\n[profile dev]\nregion = x\n${line}\n`);
    expect(unreadableLines(config, 'dev')).toEqual([
      expect.stringMatching(new RegExp(`^~/\\.aws/config:5: .*${key} = …\\.$`)),
    ]);
    expect(unreadableLines(config, 'other')).toEqual([]);
  });

  it('are no ordinary lines, comments and settings', () => {
    const config = sharedConfig('[profile dev]\n# AWS_ACCESS_KEY_ID=x\nREGION = x\noutput: json\nsso_session = corp\n');
    expect(unreadableLines(config, 'dev')).toEqual([]);
  });

  it('are named where an SSO profile or session lacks a key', () => {
    const config = sharedConfig(
      '[profile dev]\nsso_session: corp\nsso_account_id = 111111111111\nsso_role_name = R\n[sso-session corp]\nsso_region = x\n',
    );
    expect(resolveCredentialSource(config, 'dev', {})).toMatchObject({
      kind: 'invalid',
      problem: { why: [expect.stringContaining('~/.aws/config:2:')] },
    });
  });
});

describe('an account ID', () => {
  it.each(['1111-1111-1111', '"111111111111"', '12345678910', '111111111111 (dev)'])('%s is refused', (account) => {
    const text = `[profile dev]\nsso_session = s\nsso_account_id = ${account}\nsso_role_name = R\n[sso-session s]\nsso_start_url = https://a.awsapps.com/start\nsso_region = eu-west-1\n`;
    expect(resolveCredentialSource(sharedConfig(text), 'dev', {})).toMatchObject({
      kind: 'invalid',
      problem: { code: 'invalid-account' },
    });
  });
});

describe('when short-term keys expire', () => {
  it.each([
    '2026-01-01T12:00:00Z',
    '2026-01-01T12:00:00+00:00',
    '2026-01-01T12:00:00+0000',
    '2026-01-01T14:00:00+0200',
    '2026-01-01 12:00:00',
    '2026-01-01 12:00:00 UTC',
    '2026-01-01T12:00:00.000Z',
    '1767268800',
  ])('is read from %s', (text) => {
    expect(parseExpiry(text)?.toISOString()).toBe(now);
  });

  it.each([
    'x_security_token_expires',
    'aws_expiration',
    'expiration',
    'aws_session_expiration',
    'aws_credential_expiration',
    'aws_credentials_expiration',
    'aws_session_token_expiration',
    'expires',
  ])('is read from the key %s, and what the keys hide is noted', (key) => {
    const credentials = `[dev]\naws_access_key_id = A\naws_secret_access_key = B\naws_session_token = C\n${key} = 2026-01-01T12:00:00+0000\n`;
    const sso = '[profile dev]\nsso_session = s\nsso_account_id = 111111111111\nsso_role_name = R\n';
    const source = resolveCredentialSource(sharedConfig(sso, credentials), 'dev', {});
    expect(source).toEqual({ kind: 'temporary', profile: 'dev', expiresAt: new Date(now), hidesSso: true });
  });
});
