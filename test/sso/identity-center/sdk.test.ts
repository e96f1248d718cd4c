import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { RequestHandlerLike } from '../../../lib/context.ts';
import { withIdentityCenter } from '../../../lib/sso/identity-center/client.ts';
import { toFailure } from '../../../lib/sso/identity-center/failures.ts';
import type { SsoSession } from '../../../lib/sso/session.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { createSession, userError } from '../setup.ts';

interface SeenRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array;
}

/** A request handler that answers all with that JSON and keeps what was asked. */
function answering(answer: unknown, status = 200) {
  const seen: SeenRequest[] = [];
  const handler: RequestHandlerLike = {
    handle: async (request) => {
      seen.push(request as SeenRequest);
      const body = Buffer.from(JSON.stringify(answer));
      return { response: { statusCode: status, headers: { 'content-type': 'application/json' }, body } };
    },
  };
  return { seen, ctx: { requestHandler: async () => handler } };
}

const session = createSession();
const grant = { grantType: 'refresh_token', refreshToken: 'RT', clientId: 'C', clientSecret: 'S' } as const;

describe('the calls of Identity Center', () => {
  it.each(['evil.example/', 'evil.example#', 'a@evil.example', 'a b', '../x', '', 'x'.repeat(64)])(
    'do not begin for the region %j, which would make another host of it',
    async (region) => {
      const { seen, ctx } = answering({});
      const error = await userError(withIdentityCenter(ctx, { ...session, region }, {}, (to) => to.createToken(grant)));
      expect(error).toMatchObject({ exitCode: 78, message: expect.stringContaining(`in Region "${region}"`) });
      expect(seen).toEqual([]);
    },
  );

  it.each([
    'http://evil.example',
    'http://10.0.0.1:8080',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
  ])('do not begin where a token would go in the clear: %s', async (oidc) => {
    const { seen, ctx } = answering({});
    for (const endpoints of [{ oidc }, { portal: oidc }]) {
      const error = await userError(
        withIdentityCenter(ctx, { ...session, endpoints }, {}, (to) => to.createToken(grant)),
      );
      expect(error).toMatchObject({ exitCode: 78 });
    }
    expect(seen).toEqual([]);
  });

  it.each<[string, SsoSession, string]>([
    ['the public endpoint', session, 'https://oidc.eu-west-1.amazonaws.com'],
    ['China', { ...session, region: 'cn-north-1' }, 'https://oidc.cn-north-1.amazonaws.com.cn'],
    [
      'FIPS',
      { ...session, region: 'us-east-1', endpoints: { useFips: true } },
      'https://oidc-fips.us-east-1.amazonaws.com',
    ],
    [
      'FIPS in GovCloud',
      { ...session, region: 'us-gov-west-1', endpoints: { useFips: true } },
      'https://oidc.us-gov-west-1.amazonaws.com',
    ],
    ['dual-stack', { ...session, endpoints: { useDualstack: true } }, 'https://oidc.eu-west-1.api.aws'],
    [
      'an override',
      { ...session, endpoints: { oidc: 'https://oidc.internal:8443/base/' } },
      'https://oidc.internal:8443/base',
    ],
  ])('go to %s', async (_name, given, url) => {
    const { ctx, seen } = answering({ accessToken: 'AT', expiresIn: 3600 });
    await withIdentityCenter(ctx, given, {}, async (identityCenter) => {
      expect(identityCenter.oidcUrl).toBe(url);
      await identityCenter.createToken(grant);
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      method: 'POST',
      hostname: new URL(url).hostname,
      path: `${new URL(url).pathname.replace(/\/$/, '')}/token`,
    });
    expect(seen[0]?.headers).not.toHaveProperty('authorization');
    expect(JSON.parse(new TextDecoder().decode(seen[0]?.body))).toEqual(grant);
  });

  it('refuse an override together with FIPS, as all SDKs do', async () => {
    const both = { ...session, endpoints: { oidc: 'https://oidc.internal', useFips: true } };
    const error = await userError(withIdentityCenter(answering({}).ctx, both, {}, async () => undefined));
    expect(error.exitCode).toBe(78);
  });

  it.each([
    ['no accessToken', { expiresIn: 3600 }],
    ['a null accessToken', { accessToken: null, expiresIn: 3600 }],
    ['no expiresIn', { accessToken: 'AT' }],
    ['a negative expiresIn', { accessToken: 'AT', expiresIn: -1 }],
    ['an endless expiresIn', { accessToken: 'AT', expiresIn: 1e18 }],
    ['an empty object', {}],
  ])('refuse an answer with %s', async (_name, answer) => {
    const call = withIdentityCenter(answering(answer).ctx, session, {}, (identityCenter) =>
      identityCenter.createToken(grant),
    );
    await expect(call).rejects.toMatchObject({ name: 'IdentityCenterFailure', kind: 'malformed' });
  });

  it('take null for absent', async () => {
    const { ctx } = answering({ accessToken: 'AT', expiresIn: 3600, refreshToken: null, idToken: null });
    const issued = await withIdentityCenter(ctx, session, {}, (identityCenter) => identityCenter.createToken(grant));
    expect(issued).toEqual({ accessToken: 'AT', expiresIn: 3600 });
  });

  it.each([
    [400, { error: 'authorization_pending' }, 'authorization-pending'],
    [400, { error: 'slow_down' }, 'slow-down'],
    [400, { error: 'expired_token' }, 'expired-token'],
    [400, { error: 'access_denied' }, 'access-denied'],
    [400, { error: 'invalid_grant' }, 'invalid-grant'],
    [401, { error: 'invalid_client' }, 'invalid-client'],
    [400, { error: 'invalid_request' }, 'invalid-request'],
    [400, { error: 'invalid_scope' }, 'unauthorized-client'],
  ])('name a %s with %j', async (status, answer, kind) => {
    const call = withIdentityCenter(answering(answer, status).ctx, session, {}, (identityCenter) =>
      identityCenter.createToken(grant),
    );
    await expect(call).rejects.toMatchObject({ kind });
  });

  it.each([
    ['ECONNREFUSED', 'network'],
    ['ENOTFOUND', 'network'],
    ['ECONNRESET', 'network'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['EPROTO', 'tls'],
  ])('name %s as %s', (code, kind) => {
    const failure = toFailure(Object.assign(new Error('secret-token'), { code }), 'CreateToken', 'host');
    expect(failure).toMatchObject({ kind, code });
    expect(failure.message).not.toContain('secret-token');
  });

  it('need nothing of the process’s environment or files', async () => {
    const config = join(tempFolder(), 'config');
    writeFileSync(config, '[default]\nservices = missing\nregion = nowhere\nretry_mode = odd\n');
    const saved = { ...process.env };
    Object.assign(process.env, {
      AWS_CONFIG_FILE: config,
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_USE_FIPS_ENDPOINT: 'perhaps',
      AWS_RETRY_MODE: 'odd',
      AWS_MAX_ATTEMPTS: 'x',
    });
    try {
      const { ctx, seen } = answering({ accessToken: 'AT', expiresIn: 3600 });
      await withIdentityCenter(ctx, session, {}, (identityCenter) => identityCenter.createToken(grant));
      expect(seen[0]?.hostname).toBe('oidc.eu-west-1.amazonaws.com');
    } finally {
      process.env = saved;
    }
  });
});

describe('an answer without a code that is known', () => {
  it.each([
    [401, 'Unknown', 'unauthorized'],
    [403, 'Unknown', 'forbidden'],
    [404, 'Unknown', 'not-found'],
    [400, 'Unknown', 'malformed'],
    [418, 'Unknown', 'malformed'],
    [429, 'Unknown', 'throttled'],
    [500, 'Unknown', 'server'],
    [503, 'Unknown', 'server'],
    // No JSON: it comes from a proxy, whose refusals say nothing of the session.
    [401, 'SyntaxError', 'malformed'],
    [403, 'SyntaxError', 'malformed'],
    [404, 'SyntaxError', 'malformed'],
    [429, 'SyntaxError', 'throttled'],
    [502, 'SyntaxError', 'server'],
  ])('is judged by its status: %d with %s is %s', (httpStatusCode, name, kind) => {
    const error = Object.assign(new Error('x'), { name, $metadata: { httpStatusCode } });
    expect(toFailure(error, 'GetRoleCredentials', 'portal.example')).toMatchObject({ kind });
  });
});
