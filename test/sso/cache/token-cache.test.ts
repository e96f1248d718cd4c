import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { cannotRemove } from '../../../lib/sso/cache/cache-file.ts';
import { readToken, tokenPath, writeToken } from '../../../lib/sso/cache/token-cache.ts';
import type { SsoToken } from '../../../lib/sso/cache/token.ts';
import { createTestContext } from '../../helpers/context.ts';
import { createHome } from '../../helpers/home.ts';
import { createLegacySession, createSession } from '../setup.ts';
import { onPosix } from '../../helpers/needs.ts';

const itOnPosix = onPosix(it, 'file modes');

// As the AWS CLI v2 wrote it.
const asAwsCliWrites =
  '{"startUrl": "https://d-1234567890.awsapps.com/start", "region": "eu-west-1", "accessToken": "AT", "expiresAt": "2026-11-23T23:35:19Z", "clientId": "CID", "clientSecret": "CSEC", "registrationExpiresAt": "2027-02-21T15:35:18Z", "refreshToken": "RT2"}';
const token: SsoToken = {
  startUrl: 'https://d-1234567890.awsapps.com/start',
  region: 'eu-west-1',
  accessToken: 'AT',
  expiresAt: new Date('2026-11-23T23:35:19Z'),
  clientId: 'CID',
  clientSecret: 'CSEC',
  registrationExpiresAt: new Date('2027-02-21T15:35:18Z'),
  refreshToken: 'RT2',
  unknown: {},
};
const session = createSession(undefined, { startUrl: 'https://d-1234567890.awsapps.com/start' });

describe('the token cache', () => {
  it('names the file as all AWS tools do', () => {
    const ctx = createTestContext({ home: '/home/ada' });
    expect(tokenPath(ctx, session)).toBe(
      join('/home/ada', '.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json'),
    );
    expect(tokenPath(ctx, createLegacySession())).not.toBe(
      tokenPath(ctx, { ...createLegacySession(), startUrl: 'https://acme.awsapps.com/start/' }),
    );
  });

  itOnPosix('writes the bytes of the AWS CLI, private to the user, and leaves nothing else behind', () => {
    const ctx = createTestContext();
    writeToken(ctx, session, token);
    const path = tokenPath(ctx, session);
    expect(readFileSync(path, 'utf8')).toBe(asAwsCliWrites);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(readdirSync(dirname(path))).toEqual(['ee0bfd2552fbd840c02cc48b6e823320543c450f.json']);
    expect(readToken(ctx, session)).toEqual({ state: 'present', path, token });
  });

  itOnPosix('narrows the mode of a file that others could read', () => {
    const ctx = createTestContext();
    createHome(ctx.home, { tokens: { corp: '{}' } });
    chmodSync(tokenPath(ctx, session), 0o666);
    writeToken(ctx, session, token);
    expect(statSync(tokenPath(ctx, session)).mode & 0o777).toBe(0o600);
  });

  it('keeps members that it does not know, but no null', () => {
    const ctx = createTestContext();
    const strange = {
      ...JSON.parse(asAwsCliWrites),
      receivedAt: 'x',
      nothing: null,
      naïve: { a: [1] },
      refreshToken: null,
    };
    createHome(ctx.home, { tokens: { corp: strange } });
    const found = readToken(ctx, session);
    if (found.state !== 'present') throw new Error(found.state);
    expect(found.token.refreshToken).toBeUndefined();
    writeToken(ctx, session, found.token);
    expect(readFileSync(tokenPath(ctx, session), 'utf8')).toBe(
      asAwsCliWrites.replace(', "refreshToken": "RT2"}', ', "receivedAt": "x", "na\\u00efve": {"a": [1]}}'),
    );
  });

  it.each([
    ['2026-11-23T23:35:19Z', '2026-11-23T23:35:19.000Z'],
    ['2026-11-23T23:35:08.160Z', '2026-11-23T23:35:08.160Z'],
    ['2026-11-23T23:35:19UTC', '2026-11-23T23:35:19.000Z'],
    ['2026-11-24T01:35:19+02:00', '2026-11-23T23:35:19.000Z'],
  ])('reads the time %s', (expiresAt, iso) => {
    const ctx = createTestContext();
    createHome(ctx.home, { tokens: { corp: { accessToken: 'AT', expiresAt } } });
    const found = readToken(ctx, session);
    expect(found.state === 'present' && found.token.expiresAt.toISOString()).toBe(iso);
  });

  it.each([
    ['torn', asAwsCliWrites.slice(0, 100)],
    ['empty', ''],
    ['a list', '[]'],
    ['without accessToken', '{"expiresAt": "2026-11-23T23:35:19Z"}'],
    ['with an accessToken that is no text', '{"accessToken": 5, "expiresAt": "2026-11-23T23:35:19Z"}'],
    ['without expiresAt', '{"accessToken": "AT"}'],
    ['with a strange expiresAt', '{"accessToken": "AT", "expiresAt": "soon"}'],
    ['too large', `{"accessToken": "${'x'.repeat(1_100_000)}"}`],
  ])('calls a file unreadable that is %s, without quoting it', (_name, text) => {
    const ctx = createTestContext();
    createHome(ctx.home, { tokens: { corp: text } });
    const found = readToken(ctx, session);
    expect(found).toMatchObject({ state: 'unreadable', path: tokenPath(ctx, session) });
    expect(JSON.stringify(found)).not.toContain('"AT');
  });

  it('tells a missing file and a folder in its place', () => {
    const ctx = createTestContext();
    expect(readToken(ctx, session).state).toBe('missing');
    mkdirSync(tokenPath(ctx, session), { recursive: true });
    expect(readToken(ctx, session).state).toBe('unreadable');
  });

  it('writes through a symbolic link', () => {
    const ctx = createTestContext();
    createHome(ctx.home, {});
    const real = join(ctx.cwd, 'elsewhere.json');
    writeFileSync(real, '{}');
    symlinkSync(real, tokenPath(ctx, session));
    writeToken(ctx, session, token);
    expect(lstatSync(tokenPath(ctx, session)).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toBe(asAwsCliWrites);
  });

  it('says what is in the way when the cache cannot be written', () => {
    const ctx = createTestContext();
    mkdirSync(join(ctx.home, '.aws'), { recursive: true });
    writeFileSync(join(ctx.home, '.aws/sso'), 'a file');
    expect(() => writeToken(ctx, session, token)).toThrow(
      expect.objectContaining({ exitCode: 78, message: expect.stringContaining(join('.aws', 'sso', 'cache')) }),
    );
  });
});

describe('a file that cannot be removed', () => {
  it('is told with a command that a shell takes as it is', () => {
    const { parts } = cannotRemove('/home/ada b;c/.aws/sso/cache/x.json', { code: 'EACCES' });
    expect(parts.next).toContainEqual({ run: "ls -ld '/home/ada b;c/.aws/sso/cache'" });
  });
});
