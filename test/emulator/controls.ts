import { randomInt } from 'node:crypto';
import { issueRoleCredentials, issueUserKey } from './access-keys.ts';
import { environmentOf } from './environment.ts';
import { findByUserCode } from './identity-center/device.ts';
import type { World } from './state.ts';
import { issueTokenFile, type TokenFile, type TokenRequest } from './token-file.ts';

/** Environment variables that carry an access key. */
export interface KeyVariables {
  readonly AWS_ACCESS_KEY_ID: string;
  readonly AWS_SECRET_ACCESS_KEY: string;
  readonly AWS_SESSION_TOKEN?: string;
}

export type Expirable =
  'access-tokens' | 'refresh-tokens' | 'registrations' | 'role-credentials' | 'device-codes' | 'sign-ins';

/** What a test, or another process through `/_admin`, can do behind the services' back. Every argument and result is plain JSON. */
export interface Controls {
  /** Signs a person in and gives the token file that a login would have left. */
  issueToken(request?: TokenRequest): TokenFile;
  /** Answers a waiting device authorization as the person would; false where the code waits for nobody. */
  answerDevice(request: {
    readonly userCode: string;
    readonly decision?: 'allow' | 'deny';
    readonly user?: string;
  }): boolean;
  /** User codes that wait for a person. */
  waitingUserCodes(): readonly string[];
  /** Ends sign-in sessions as an administrator: all of them, or those of one access token. */
  revoke(request?: { readonly accessToken?: string }): number;
  /** Makes all things of a kind expire now. */
  expire(request: { readonly what: Expirable }): number;
  /** Moves the stand-in's time forward. */
  advance(request: { readonly seconds: number }): void;
  /** Role credentials as environment variables, issued without Identity Center. */
  credentialsFor(request: {
    readonly account: string;
    readonly role?: string;
    readonly seconds?: number;
  }): KeyVariables;
  /** Puts a value into the SSM parameter store. */
  putParameter(request: {
    readonly account: string;
    readonly region: string;
    readonly name: string;
    readonly value: string;
  }): void;
  /** An IAM user's access key as environment variables. */
  userKeyFor(request: { readonly account: string; readonly user?: string }): KeyVariables;
  /** The MFA device of an IAM user, and the code that it shows now, which works once. */
  mfaCodeFor(request: { readonly account: string; readonly user?: string }): {
    readonly serial: string;
    readonly code: string;
  };
}

/** Creates the controls of a world. */
export function createControls(world: World): Controls {
  return {
    issueToken: (request = {}) => issueTokenFile(world, request),
    answerDevice({ userCode, decision = 'allow', user }) {
      const device = findByUserCode(world, userCode);
      const person = world.settings.users.find(({ email }) => user === undefined || email === user);
      if (device?.decision.kind !== 'pending' || person === undefined) return false;
      device.decision = decision === 'allow' ? { kind: 'allowed', user: person } : { kind: 'denied' };
      return true;
    },
    waitingUserCodes: () =>
      [...world.devices.values()].filter(({ decision }) => decision.kind === 'pending').map(({ userCode }) => userCode),
    revoke({ accessToken } = {}) {
      const only = accessToken === undefined ? undefined : world.accessTokens.get(accessToken)?.signIn;
      const ending = accessToken === undefined ? [...world.signIns.values()] : only === undefined ? [] : [only];
      for (const signIn of ending) signIn.ended = true;
      return ending.length;
    },
    expire: ({ what }) => expireAll(world, what),
    advance: ({ seconds }) => world.clock.advance(seconds),
    credentialsFor({ account, role = 'Developer', seconds }) {
      const { accessKeyId, secretAccessKey, sessionToken } = issueRoleCredentials(
        world,
        account,
        role,
        'stand-in',
        seconds,
      );
      return {
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
      };
    },
    putParameter({ account, region, name, value }) {
      environmentOf(world, account, region).parameters.set(name, value);
    },
    userKeyFor({ account, user = 'ada' }) {
      const { accessKeyId, secretAccessKey } = issueUserKey(world, account, user);
      return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    },
    mfaCodeFor({ account, user = 'ada' }) {
      const serial = `arn:aws:iam::${account}:mfa/${user}`;
      const code = String(randomInt(1_000_000)).padStart(6, '0');
      world.mfaDevices.set(serial, { accountId: account, userArn: `arn:aws:iam::${account}:user/${user}`, code });
      return { serial, code };
    },
  };
}

function expireAll(world: World, what: Expirable): number {
  if (what === 'refresh-tokens') {
    for (const token of world.refreshTokens.values()) token.spent = true;
    return world.refreshTokens.size;
  }
  const things = {
    'access-tokens': world.accessTokens,
    registrations: world.clients,
    'role-credentials': world.accessKeys,
    'device-codes': world.devices,
    'sign-ins': world.signIns,
  }[what];
  for (const thing of things.values()) if (thing.expiresAt !== undefined) thing.expiresAt = world.clock.now();
  return things.size;
}
