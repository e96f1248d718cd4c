import { describe, expect, it } from '@jest/globals';
import { readRegistration, writeRegistration } from '../../../lib/sso/cache/registration-cache.ts';
import type { ClientRegistration } from '../../../lib/sso/cache/registration-cache.ts';
import {
  type FailureKind,
  type IdentityCenter,
  IdentityCenterFailure,
} from '../../../lib/sso/identity-center/client.ts';
import { withRegistration } from '../../../lib/sso/login/registration.ts';
import { createTestContext } from '../../helpers/context.ts';
import { createSession, startUrl } from '../setup.ts';

const session = createSession();
const method = 'device-authorization';
const registration = (clientId: string): ClientRegistration => ({
  clientId,
  clientSecret: 'S',
  expiresAt: new Date('2099-01-01T00:00:00Z'),
});

/** A sign-in with a registration on disk, which Identity Center answers with that failure. */
async function signIn(kind: FailureKind) {
  const ctx = createTestContext();
  writeRegistration(ctx, session, registration('old'));
  const used: string[] = [];
  const identityCenter = { registerClient: async () => registration('new') } as unknown as IdentityCenter;
  const options = {
    session,
    method,
    identityCenter,
    issuerUrl: startUrl,
    signal: new AbortController().signal,
  } as const;
  const end = await withRegistration(ctx, options, async ({ clientId }) => {
    used.push(clientId);
    if (clientId === 'old') throw new IdentityCenterFailure(kind, { operation: 'CreateToken', host: 'h', code: kind });
    return 'signed in';
  }).catch((error: unknown) => (error as IdentityCenterFailure).kind);
  return { end, used, onDisk: readRegistration(ctx, session, method, ctx.clock.now())?.clientId };
}

describe('a registration that is on disk', () => {
  it.each(['invalid-client', 'unauthorized-client'] as const)(
    'is replaced where it is no good any more: %s',
    async (kind) => {
      expect(await signIn(kind)).toEqual({ end: 'signed in', used: ['old', 'new'], onDisk: 'new' });
    },
  );

  it.each(['access-denied', 'expired-token', 'invalid-grant', 'network', 'server', 'throttled', 'forbidden'] as const)(
    'is kept where something else failed: %s',
    async (kind) => {
      expect(await signIn(kind)).toEqual({ end: kind, used: ['old'], onDisk: 'old' });
    },
  );
});
