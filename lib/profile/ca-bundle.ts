import type { Environment, HttpSettings } from '../context.ts';
import type { SharedConfig } from './shared-config.ts';

/**
 * The `ca_bundle` of a profile: the PEM file of the authorities that its calls trust. Without a name the profile is the one that `cdk` and
 * the AWS CLI would take: `AWS_PROFILE`, `AWS_DEFAULT_PROFILE`, `default`.
 */
export function profileCaBundle(
  config: SharedConfig,
  profile: string | undefined,
  env: Environment,
): string | undefined {
  const name = profile ?? (env['AWS_PROFILE'] || env['AWS_DEFAULT_PROFILE'] || 'default');
  return config.profiles.get(name)?.['ca_bundle'] || undefined;
}

/** How the calls of a profile leave this machine: as all of ours, with the profile's own `ca_bundle`. */
export function profileHttp(
  http: HttpSettings,
  config: SharedConfig,
  profile: string | undefined,
  env: Environment,
): HttpSettings {
  const own = profileCaBundle(config, profile, env);
  return own === undefined ? http : { ...http, profileCaBundle: own };
}
