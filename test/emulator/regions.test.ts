import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GetRoleCredentialsCommand, SSOClient } from '@aws-sdk/client-sso';
import {
  CreateTokenCommand,
  RegisterClientCommand,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
} from '@aws-sdk/client-sso-oidc';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { leadAwsHostsTo } from '../helpers/aws-hosts.ts';
import { startEmulator, type Emulator } from './emulator.ts';

const startUrl = 'https://acme.awsapps.com/start';
const [home, elsewhere] = ['eu-west-1', 'us-east-1'];

describe('Identity Center answers in its own region alone', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
    emulator = await startEmulator();
  });
  afterEach(() => emulator.close());

  /** The settings of a client of that region that knows AWS's own hosts only. */
  const client = (region: string) => ({
    region,
    maxAttempts: 1,
    requestHandler: leadAwsHostsTo(emulator, new NodeHttpHandler()) as never,
  });
  const oidc = (region: string) => new SSOOIDCClient(client(region));
  const outcome = (call: Promise<unknown>) =>
    call.then(
      () => 'answered',
      (error: unknown) => (error as Error).name,
    );
  const device = { clientName: 'test', clientType: 'public', scopes: ['sso:account:access'] };
  const browser = {
    ...device,
    grantTypes: ['authorization_code', 'refresh_token'],
    redirectUris: ['http://127.0.0.1/oauth/callback'],
    issuerUrl: startUrl,
  };

  it.each([
    [home, 'answered'],
    [elsewhere, 'InvalidRequestException'],
  ])('registers a client for the browser in %s: %s', async (region, expected) => {
    expect(await outcome(oidc(region).send(new RegisterClientCommand(browser)))).toBe(expected);
  });

  it.each([
    [home, 'answered'],
    [elsewhere, 'InvalidRequestException'],
  ])('starts a device authorization in %s: %s', async (region, expected) => {
    const { clientId, clientSecret } = await oidc(region).send(new RegisterClientCommand(device));
    const start = new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl });
    expect(await outcome(oidc(region).send(start))).toBe(expected);
  });

  it.each([
    [home, 'answered'],
    [elsewhere, 'InvalidClientException'],
  ])('refreshes in %s: %s', async (region, expected) => {
    const { clientId, clientSecret, refreshToken } = emulator.issueToken();
    const refresh = new CreateTokenCommand({ clientId, clientSecret, refreshToken, grantType: 'refresh_token' });
    expect(await outcome(oidc(region).send(refresh))).toBe(expected);
  });

  it.each([
    [home, 'answered'],
    [elsewhere, 'UnauthorizedException'],
  ])('gives role credentials in %s: %s', async (region, expected) => {
    const { accessToken } = emulator.issueToken();
    const ask = new GetRoleCredentialsCommand({ accessToken, accountId: '111111111111', roleName: 'Developer' });
    expect(await outcome(new SSOClient(client(region)).send(ask))).toBe(expected);
  });

  it.each([
    [home, 200],
    [elsewhere, 400],
  ])('shows the sign-in page in %s: %i', async (region, expected) => {
    const { clientId = '' } = await oidc(home).send(new RegisterClientCommand(browser));
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: 'http://127.0.0.1:4000/oauth/callback',
      code_challenge_method: 'S256',
      code_challenge: createHash('sha256').update('v').digest('base64url'),
    });
    const headers = { host: `oidc.${region}.amazonaws.com` };
    const page = get(`${emulator.url}/authorize?${query.toString()}`, { headers });
    const [{ statusCode }] = (await once(page, 'response')) as [IncomingMessage];
    expect(statusCode).toBe(expected);
  });
});
