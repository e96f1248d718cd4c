import type { Environment } from '../context.ts';
import type { SharedConfig } from './shared-config.ts';

/**
 * The region in which a profile's role is assumed: the profile's own, as `fromIni` takes it, else the one of the environment,
 * else us-east-1, as `cdk`.
 */
export function roleRegion(config: SharedConfig, profile: string, env: Environment): string {
  return config.profiles.get(profile)?.['region'] || env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || 'us-east-1';
}
