import {
  CreateTokenCommand,
  RegisterClientCommand,
  StartDeviceAuthorizationCommand,
  type SSOOIDCClient,
} from '@aws-sdk/client-sso-oidc';
import { malformedAnswer } from './identity-center-errors.ts';
import type { IdentityCenter, RegistrationRequest, StartedDeviceAuthorization } from './identity-center.ts';
import { readNumber, readText } from './members.ts';
import { sendCommand } from './send-command.ts';

/** Nothing that Identity Center issues lives longer: a larger number is a mistake and would overflow dates. Seconds. */
const longestLifetime = 10 * 366 * 86_400;
/** RFC 8628 section 3.2: the pause between polls where the answer names none, seconds. */
const defaultInterval = 5;
const longestInterval = 60;

/** OIDC's three operations over a client of the SDK. `host` is named in failures. */
export function oidcCalls(
  client: SSOOIDCClient,
  host: string,
): Pick<IdentityCenter, 'registerClient' | 'startDeviceAuthorization' | 'createToken'> {
  return {
    registerClient: async (request, signal) => {
      const operation = 'RegisterClient';
      const command = new RegisterClientCommand(registration(request));
      const answer = await sendCommand(operation, host, signal, (options) => client.send(command, options));
      const need = members(operation, host);
      return {
        clientId: need.text('clientId', answer.clientId),
        clientSecret: need.text('clientSecret', answer.clientSecret),
        expiresAt: need.moment('clientSecretExpiresAt', answer.clientSecretExpiresAt),
      };
    },
    startDeviceAuthorization: async ({ clientId, clientSecret, startUrl }, signal) => {
      const operation = 'StartDeviceAuthorization';
      const command = new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl });
      const answer = await sendCommand(operation, host, signal, (options) => client.send(command, options));
      return readDeviceAuthorization({ ...answer }, members(operation, host));
    },
    createToken: async (grant, signal) => {
      const operation = 'CreateToken';
      const command = new CreateTokenCommand(grant);
      const answer = await sendCommand(operation, host, signal, (options) => client.send(command, options));
      const need = members(operation, host);
      const refreshToken = readText(answer.refreshToken);
      return {
        accessToken: need.text('accessToken', answer.accessToken),
        expiresIn: need.lifetime('expiresIn', answer.expiresIn),
        ...(refreshToken === undefined ? {} : { refreshToken }),
      };
    },
  };
}

function registration({ clientName, scopes, authorizationCode }: RegistrationRequest) {
  return {
    clientName,
    clientType: 'public',
    ...(scopes === undefined ? {} : { scopes: [...scopes] }),
    ...(authorizationCode === undefined
      ? {}
      : {
          grantTypes: ['authorization_code', 'refresh_token'],
          redirectUris: [authorizationCode.redirectUri],
          issuerUrl: authorizationCode.issuerUrl,
        }),
  };
}

function readDeviceAuthorization(
  answer: Readonly<Record<string, unknown>>,
  need: ReturnType<typeof members>,
): StartedDeviceAuthorization {
  const complete = readText(answer['verificationUriComplete']);
  const interval = readNumber(answer['interval']) ?? defaultInterval;
  return {
    deviceCode: need.text('deviceCode', answer['deviceCode']),
    userCode: need.text('userCode', answer['userCode']),
    verificationUri: need.text('verificationUri', answer['verificationUri']),
    ...(complete === undefined ? {} : { verificationUriComplete: complete }),
    expiresIn: need.lifetime('expiresIn', answer['expiresIn']),
    interval: Math.min(Math.max(interval, 1), longestInterval),
  };
}

/** Readers of an answer's members that must be there. */
function members(operation: string, host: string) {
  const need = <Value>(name: string, value: Value | undefined): Value => {
    if (value === undefined) throw malformedAnswer(operation, host, name);
    return value;
  };
  const lifetime = (name: string, value: unknown): number => {
    const seconds = readNumber(value);
    return need(name, seconds !== undefined && seconds > 0 && seconds < longestLifetime ? seconds : undefined);
  };
  return {
    text: (name: string, value: unknown) => need(name, readText(value)),
    lifetime,
    /** Seconds since the epoch, of this or the next centuries. */
    moment: (name: string, value: unknown) => {
      const seconds = readNumber(value);
      const isTime = seconds !== undefined && seconds > 0 && seconds < 250_000_000_000;
      return new Date(need(name, isTime ? seconds : undefined) * 1000);
    },
  };
}
