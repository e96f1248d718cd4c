import { describe, expect, it } from '@jest/globals';
import type { RequestHandlerLike } from '../../../lib/context.ts';
import { notStoredWarning, signIn } from '../../../lib/sso/login/login.ts';
import { UserError } from '../../../lib/messages/errors.ts';
import { createTestContext } from '../../helpers/context.ts';
import { createRequest, createSession } from '../setup.ts';

/** The first host that a sign-in asks. */
async function firstHost(startUrl: string, deviceCode: boolean, oidc?: string) {
  const asked: string[] = [];
  const handler: RequestHandlerLike = {
    handle: async (request) => {
      asked.push((request as { hostname: string }).hostname);
      throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    },
  };
  const ctx = createTestContext({ requestHandler: async () => handler });
  const session = createSession(undefined, { startUrl, endpoints: oidc === undefined ? {} : { oidc } });
  const request = createRequest(session, { deviceCode, noBrowser: true });
  await expect(signIn(ctx, request, new AbortController().signal)).rejects.toMatchObject({ exitCode: 69 });
  return asked[0];
}

const [ipv4, dual] = ['oidc.eu-west-1.amazonaws.com', 'oidc.eu-west-1.api.aws'];

describe('the endpoint of a sign-in', () => {
  it.each([
    ['https://acme.awsapps.com/start', true, ipv4],
    ['https://acme.awsapps.com/start', false, ipv4],
    ['https://ssoins-1.portal.eu-west-1.app.aws', true, dual],
    ['https://ssoins-1.portal.eu-west-1.app.aws', false, ipv4],
  ])('of %s, with a device code %s: %s', async (startUrl, deviceCode, expected) => {
    expect(await firstHost(startUrl, deviceCode)).toBe(expected);
  });

  it('is the one that the settings name', async () => {
    const url = 'https://ssoins-1.portal.eu-west-1.app.aws';
    expect(await firstHost(url, true, 'https://oidc.acme.example')).toBe('oidc.acme.example');
  });
});

it('a token that could not be saved is told with the reason, and what helps', () => {
  const next = [{ run: 'df -h' }];
  const obstacle = new UserError('CertificateFileUnreadable', { what: 'the disk is full', next });
  const warning = notStoredWarning({ session: createSession(), profile: 'dev' }, obstacle);
  expect(warning).toMatchObject({ what: expect.stringContaining('"corp"'), why: 'the disk is full.', next });
});
