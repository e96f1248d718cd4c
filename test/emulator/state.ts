import type { Bucket } from './s3-store.ts';
import type { Environment } from './environment.ts';
import { createClock, type EmulatorClock } from './clock.ts';
import {
  fillSettings,
  type EmulatorOptions,
  type InstanceOptions,
  type Settings,
  type UserOptions,
} from './options.ts';

/** A client registered with RegisterClient. Times are milliseconds since the epoch. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clientName: string;
  readonly grantTypes: readonly string[];
  readonly redirectUris: readonly string[];
  readonly scopes: readonly string[];
  /** The region it was registered in, where its request named one: no other knows it. */
  readonly region?: string | undefined;
  /** The instance named by `issuerUrl`; device clients name theirs later. */
  readonly instance?: InstanceOptions;
  expiresAt: number;
}

/** A person's sign-in session at one instance: tokens live no longer than it does. */
export interface SignIn {
  readonly id: string;
  readonly user: UserOptions;
  readonly instance: InstanceOptions;
  expiresAt: number;
  ended: boolean;
}

export interface AccessToken {
  readonly value: string;
  readonly clientId: string;
  readonly signIn: SignIn;
  readonly scopes: readonly string[];
  expiresAt: number;
}

export interface RefreshToken {
  readonly value: string;
  readonly clientId: string;
  readonly signIn: SignIn;
  readonly scopes: readonly string[];
  /** Already exchanged, or withdrawn: refused from now on. */
  spent: boolean;
}

export interface DeviceAuthorization {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly clientId: string;
  readonly instance: InstanceOptions;
  expiresAt: number;
  decision:
    { readonly kind: 'pending' | 'denied' | 'spent' } | { readonly kind: 'allowed'; readonly user: UserOptions };
  /** Seconds between polls: more after each `slow_down`. */
  interval: number;
  polls: number;
  lastPollAt: number;
}

/** A browser's request at `/authorize`, then the authorization code it got. */
export interface AuthorizationRequest {
  readonly id: string;
  readonly client: RegisteredClient;
  readonly instance: InstanceOptions;
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly codeChallenge: string;
  readonly scopes: readonly string[];
  code?: { readonly value: string; readonly user: UserOptions; readonly expiresAt: number; signIn?: SignIn };
}

/** An access key: role credentials (ASIA, with a session token and an end) or an IAM user's (AKIA). */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
  expiresAt?: number;
}

/** The MFA device of an IAM user, with the code it shows now; `undefined` once that was used, until the next one comes. */
export interface MfaDevice {
  readonly accountId: string;
  readonly userArn: string;
  code: string | undefined;
}

/** Everything the stand-in remembers. */
export interface World {
  readonly settings: Settings;
  readonly clock: EmulatorClock;
  /** The stand-in's own base URL, known once it listens. */
  url: string;
  readonly clients: Map<string, RegisteredClient>;
  readonly devices: Map<string, DeviceAuthorization>;
  readonly authorizations: Map<string, AuthorizationRequest>;
  readonly signIns: Map<string, SignIn>;
  readonly accessTokens: Map<string, AccessToken>;
  readonly refreshTokens: Map<string, RefreshToken>;
  readonly accessKeys: Map<string, AccessKey>;
  /** By serial number. */
  readonly mfaDevices: Map<string, MfaDevice>;
  /** By account and region. */
  readonly environments: Map<string, Environment>;
  readonly buckets: Map<string, Bucket>;
}

/** Creates an empty world with the accounts, instances and people of the options. */
export function createWorld(options: EmulatorOptions): World {
  return {
    settings: fillSettings(options),
    clock: createClock(),
    url: '',
    clients: new Map(),
    devices: new Map(),
    authorizations: new Map(),
    signIns: new Map(),
    accessTokens: new Map(),
    refreshTokens: new Map(),
    accessKeys: new Map(),
    mfaDevices: new Map(),
    environments: new Map(),
    buckets: new Map(),
  };
}
