import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readRegistration, registrationPath, writeRegistration } from '../../../lib/sso/cache/registration-cache.ts';
import { createTestContext } from '../../helpers/context.ts';
import { createLegacySession, createSession } from '../setup.ts';
import { onPosix } from '../../helpers/needs.ts';

const itOnPosix = onPosix(it, 'file modes');

const session = createSession();
const expiresAt = new Date('2026-09-01T00:00:00Z');
const device = { clientId: 'CID', clientSecret: 'CSEC', expiresAt };
const code = { ...device, scopes: ['sso:account:access'], grantTypes: ['authorization_code', 'refresh_token'] };

describe('the registration cache', () => {
  // The names: sha1 of Python's json.dumps({...}, sort_keys=True).
  it.each([
    [createSession(undefined, { scopes: ['sso:account:access'] }), '97a9fe18b9a6eedd34128795d876df7399aea547'],
    [createLegacySession(), 'aaaf9ee5aef6fbbfce87b834a7a82f94a83e35f9'],
    [createSession(undefined, { name: 'größe' }), 'abba871d455c64f17efd5747d42c59fb7285af51'],
  ])('names the file by what it is for, as the AWS CLI does (%#)', (given, name) => {
    expect(basename(registrationPath(createTestContext(), given))).toBe(`${name}.json`);
  });

  itOnPosix('writes the bytes of the AWS CLI, private to the user', () => {
    const ctx = createTestContext();
    writeRegistration(ctx, session, code);
    expect(readFileSync(registrationPath(ctx, session), 'utf8')).toBe(
      '{"clientId": "CID", "clientSecret": "CSEC", "expiresAt": "2026-09-01T00:00:00Z", "scopes": ["sso:account:access"], "grantTypes": ["authorization_code", "refresh_token"]}',
    );
    expect(statSync(registrationPath(ctx, session)).mode & 0o777).toBe(0o600);
    writeRegistration(ctx, createLegacySession(), device);
    expect(readFileSync(registrationPath(ctx, createLegacySession()), 'utf8')).toBe(
      '{"clientId": "CID", "clientSecret": "CSEC", "expiresAt": "2026-09-01T00:00:00Z"}',
    );
  });

  it.each([
    [code, 'authorization-code', 16, true],
    [code, 'authorization-code', 14, false],
    [code, 'device-authorization', 16, false],
    [device, 'device-authorization', 16, true],
    [device, 'authorization-code', 16, false],
  ] as const)(
    'reuses what fits the way to log in and lasts 15 minutes (%#)',
    (registration, method, minutes, reused) => {
      const ctx = createTestContext();
      writeRegistration(ctx, session, registration);
      const found = readRegistration(ctx, session, method, expiresAt.getTime() - minutes * 60_000);
      expect(found).toEqual(reused ? registration : undefined);
    },
  );
});
