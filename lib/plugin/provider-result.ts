import type { PluginProviderResult, SDKv2CompatibleCredentials } from '@aws-cdk/cli-plugin-contract';
import type { Clock } from '../context.ts';
import type { CredentialsProvider, RoleCredentials } from '../credentials/role-credentials.ts';

/** Version 2 of the AWS SDK renews credentials that expire in less than this (`expiryWindow`). */
const expiryWindowSeconds = 15;

/** Converts the provider for the running `cdk`: a function since 2.178, an object of the AWS SDK version 2 before. */
export function providerResult(
  clock: Pick<Clock, 'now'>,
  provider: CredentialsProvider,
  supportsV3Providers: boolean,
): Promise<PluginProviderResult> | PluginProviderResult {
  if (supportsV3Providers) {
    return async () => {
      const { accountId: _, ...credentials } = await provider();
      return credentials;
    };
  }
  return createSdkV2Credentials(clock, provider);
}

/** What the AWS SDK version 2 inside `cdk` before 2.167 calls on its credentials (`AWS.Credentials`). */
export interface SdkV2Credentials extends SDKv2CompatibleCredentials {
  needsRefresh(): boolean;
  get(callback: (error?: Error | null) => void): void;
  refresh(callback: (error?: Error | null) => void): void;
  refreshPromise(): Promise<void>;
}

/** Creates credentials that renew themselves, already filled. */
export async function createSdkV2Credentials(
  clock: Pick<Clock, 'now'>,
  provider: CredentialsProvider,
): Promise<SdkV2Credentials> {
  const credentials: SdkV2Credentials & { expired: boolean } = {
    ...forSdkV2(await provider()),
    expired: false,
    needsRefresh: () =>
      credentials.expired ||
      (credentials.expireTime instanceof Date &&
        credentials.expireTime.getTime() - clock.now() < expiryWindowSeconds * 1000),
    refreshPromise: async () => {
      Object.assign(credentials, forSdkV2(await provider()), { expired: false });
    },
    getPromise: () => (credentials.needsRefresh() ? credentials.refreshPromise() : Promise.resolve()),
    get: (callback) => settle(credentials.getPromise(), callback),
    refresh: (callback) => settle(credentials.refreshPromise(), callback),
  };
  // As in the SDK: logging the object doesn't reveal secrets.
  for (const secret of ['secretAccessKey', 'sessionToken']) {
    Object.defineProperty(credentials, secret, { enumerable: false });
  }
  return credentials;
}

function forSdkV2({ accessKeyId, secretAccessKey, sessionToken, expiration }: RoleCredentials) {
  return { accessKeyId, secretAccessKey, sessionToken: sessionToken ?? '', expireTime: expiration ?? null };
}

function settle(done: Promise<void>, callback: (error?: Error | null) => void): void {
  done.then(
    () => callback(null),
    (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
  );
}
