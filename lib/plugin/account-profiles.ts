import type { Context } from '../context.ts';
import { sourceRole, type CredentialSource } from '../profile/credential-source.ts';
import { detectProfile } from '../profile/detect.ts';
import { resolveCredentialSource } from '../profile/resolve-source.ts';
import { readSharedConfig, type SharedConfig } from '../profile/shared-config.ts';
import { serveAccount, type AccountService } from '../project/accounts.ts';
import { localProfiles, sourceSession } from '../project/local-profiles.ts';
import type { PluginSettings } from './settings.ts';

/** Who serves an account, with what is needed to use it. */
export interface ServedAccount {
  readonly service: AccountService;
  readonly config: SharedConfig;
  /** The credential source of the profile that serves. */
  readonly source?: CredentialSource;
}

/** Finds the profile for an account without any network. `undefined` where the project block says nothing of `accounts`. */
export function findAccountProfile(ctx: Context, settings: PluginSettings, account: string): ServedAccount | undefined {
  const { accounts, role } = settings.block;
  if (accounts === undefined) return undefined;
  const config = readSharedConfig(ctx);
  const own = ownSource(ctx, settings, config);
  const service = serveAccount(account, accounts, localProfiles(config, ctx.env), {
    session: own && sourceSession(own),
    role: role ?? (own && sourceRole(own)),
  });
  if (service.outcome !== 'profile') return { service, config };
  return { service, config, source: resolveCredentialSource(config, service.profile, ctx.env) };
}

/** The credential source of the profile that the project means, in the order in which `cdkx` looks. */
function ownSource({ env }: Context, { pins }: PluginSettings, config: SharedConfig): CredentialSource | undefined {
  const detection = detectProfile({ ...pins, env, config, interactive: false });
  return detection.outcome === 'profile' ? detection.credentialSource : undefined;
}
