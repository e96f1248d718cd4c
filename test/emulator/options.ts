/** An AWS account of the organisation. */
export interface AccountOptions {
  /** Twelve digits. */
  readonly id: string;
  readonly name?: string;
  readonly email?: string;
  /** Permission sets assigned to every user who may enter the account. */
  readonly roles: readonly string[];
  /** Regions in which the account is bootstrapped for cdk from the start. */
  readonly bootstrapped?: readonly string[];
  /** IAM roles that exist besides those that stacks create, with the accounts they trust (their own included by default). */
  readonly iamRoles?: readonly IamRoleOptions[];
  /** Start URLs of the instances that show this account; all by default. */
  readonly startUrls?: readonly string[];
}

/** An IAM role that exists from the start. */
export interface IamRoleOptions {
  readonly name: string;
  readonly trusts?: readonly string[];
  /** The token of an OpenID Connect provider that may assume it without a signature; none by default. */
  readonly webIdentityToken?: string;
  /** What its trust policy asks for in `sts:ExternalId`; nothing by default. */
  readonly externalId?: string;
  /** Whether its trust policy asks for `aws:MultiFactorAuthPresent`. */
  readonly needsMfa?: boolean;
  /** `MaxSessionDuration`, seconds; an hour by default, as in IAM. */
  readonly maxSessionSeconds?: number;
}

/** An instance of Identity Center. */
export interface InstanceOptions {
  readonly startUrl: string;
  readonly region: string;
  /** Other URLs that name the same instance, such as its issuer URL. */
  readonly aliases?: readonly string[];
}

/** A person who can sign in. */
export interface UserOptions {
  readonly name: string;
  readonly email: string;
  /** Accounts this person may enter; all by default. */
  readonly accounts?: readonly string[];
}

/** How long things live, in seconds. */
export interface Lifetimes {
  /** Access token of a client with scopes. */
  readonly accessToken: number;
  /** Access token of a client without scopes, which cannot be refreshed. */
  readonly legacyAccessToken: number;
  /** The person's sign-in session: refresh tokens end with it. */
  readonly signInSession: number;
  /** Credentials from GetRoleCredentials. */
  readonly roleCredentials: number;
  /**
   * When credentials from AssumeRole end at the latest, whatever was granted: for tests of what happens then. What may be asked for is
   * bounded by the role (`maxSessionSeconds`), and more is refused.
   */
  readonly assumedRole: number;
  /** How long after their end role credentials are still taken: for tests in which a slow machine must not matter. */
  readonly roleCredentialsGrace: number;
  readonly clientRegistration: number;
  readonly deviceCode: number;
  readonly authorizationCode: number;
}

/** What a refresh does with the refresh token: gives it back, replaces it (the old one works once), or leaves it out of the answer. */
export type RefreshTokenMode = 'keep' | 'rotate' | 'omit';

export interface EmulatorOptions {
  readonly accounts?: readonly AccountOptions[];
  readonly instances?: readonly InstanceOptions[];
  readonly users?: readonly UserOptions[];
  readonly lifetimes?: Partial<Lifetimes>;
  readonly refreshTokens?: RefreshTokenMode;
  /** Seconds a device must wait between polls; 5 by default, as at AWS. */
  readonly deviceInterval?: number;
  /** Number of first polls of each device code that are answered with `slow_down`. */
  readonly slowDowns?: number;
  /**
   * The most entries of one page of accounts or roles, whatever the request says: a service may give fewer than it is asked for. One by
   * default, so that whoever forgets the next page is found out. (How many AWS gives by itself is not documented.)
   */
  readonly pageSize?: number;
  /**
   * Where a device's code is approved: on the host of the access portal, as at AWS, which only a browser that knows the stand-in finds
   * (`scripts/sign-in-page.mjs`); or `here`, for a person with a browser of their own.
   */
  readonly verificationPages?: 'portal' | 'here';
  /** Port to listen on; a free one by default. */
  readonly port?: number;
}

/** Options with every default filled in. */
export interface Settings extends Required<Omit<EmulatorOptions, 'lifetimes' | 'port'>> {
  readonly lifetimes: Lifetimes;
}

/** Whether text is an account ID: twelve digits. */
export function isAccountId(text: string): boolean {
  return /^\d{12}$/.test(text);
}

const HOUR = 3600;
const DAY = 24 * HOUR;

const DEFAULT_ACCOUNTS: readonly AccountOptions[] = [
  {
    id: '111111111111',
    name: 'acme-dev',
    email: 'aws-dev@acme.example',
    roles: ['Developer', 'ReadOnly'],
    bootstrapped: ['eu-west-1', 'eu-north-1'],
  },
  { id: '222222222222', name: 'acme-prod', email: 'aws-prod@acme.example', roles: ['Deployer', 'ReadOnly'] },
];

/** Fills in what the options leave out. Lifetimes are those AWS documents as its defaults. */
export function fillSettings(options: EmulatorOptions): Settings {
  const { accounts = DEFAULT_ACCOUNTS } = options;
  const wrong = accounts.filter(({ id }) => !isAccountId(id)).map(({ id }) => id);
  if (wrong.length > 0) throw new Error(`No account IDs: ${wrong.join(', ')}`);
  return {
    accounts,
    instances: options.instances ?? [{ startUrl: 'https://acme.awsapps.com/start', region: 'eu-west-1' }],
    users: options.users ?? [{ name: 'Ada Developer', email: 'ada@acme.example' }],
    refreshTokens: options.refreshTokens ?? 'rotate',
    deviceInterval: options.deviceInterval ?? 5,
    slowDowns: options.slowDowns ?? 0,
    pageSize: options.pageSize ?? 1,
    verificationPages: options.verificationPages ?? 'portal',
    lifetimes: {
      accessToken: HOUR,
      legacyAccessToken: 8 * HOUR,
      signInSession: 8 * HOUR,
      roleCredentials: HOUR,
      assumedRole: 12 * HOUR,
      roleCredentialsGrace: 0,
      clientRegistration: 90 * DAY,
      deviceCode: 600,
      authorizationCode: 60,
      ...options.lifetimes,
    },
  };
}
