import type { Environment, HttpSettings } from '../context.ts';
import type { SsoEndpoints } from '../sso/session.ts';
import type { IniValues } from './ini.ts';
import type { SharedConfig } from './shared-config.ts';

/** The endpoints and `ca_bundle` for the calls of a profile's SSO session (`getEndpointUrlConfig` of `@smithy/core/endpoints`). */
export function resolveSsoEndpoints(config: SharedConfig, profile: string | undefined, env: Environment): SsoEndpoints {
  const { urlOf, variants } = readEndpoints(config, profile === undefined ? {} : profileSettings(config, profile), env);
  return {
    oidc: urlOf('sso_oidc'),
    portal: urlOf('sso'),
    ...variants,
    caBundle: profileCaBundle(config, profile, env),
  };
}

/** The profile that `cdk` uses without `--profile` (`AwsCliCompatible` of aws-cdk 2.1148): for the region and the certificate authorities too. */
export function environmentProfile(env: Environment): string {
  return env['AWS_PROFILE'] || env['AWS_DEFAULT_PROFILE'] || 'default';
}

/** A region, and what sets it: `--region`, `AWS_REGION`, `profile "acme-dev"`; absent if nothing does and it is the default. */
export interface ResolvedRegion {
  readonly region: string;
  readonly from?: string;
}

const regionVariables = ['AWS_REGION', 'AMAZON_REGION', 'AWS_DEFAULT_REGION', 'AMAZON_DEFAULT_REGION'];

/** The region that `cdk` uses with that profile, or without one (`AwsCliCompatible.region` of aws-cdk 2.1148); `option` is `--region`. */
export function resolveRegion(
  config: SharedConfig,
  profile: string | undefined,
  env: Environment,
  option?: ResolvedRegion,
): ResolvedRegion {
  if (option !== undefined) return option;
  for (const name of regionVariables) {
    const region = env[name];
    if (region !== undefined && region !== '') return { region, from: name };
  }
  for (const name of [profile ?? environmentProfile(env), 'default']) {
    const region = config.profiles.get(name)?.['region'];
    if (region !== undefined && region !== '') return { region, from: `profile ${JSON.stringify(name)}` };
  }
  return { region: 'us-east-1' };
}

/** Resolves the endpoint for a profile's calls to STS by the same rules; without a profile, that of `AWS_PROFILE` or `default`. */
export function resolveStsEndpoint(
  config: SharedConfig,
  profile: string | undefined,
  env: Environment,
): EndpointVariants & { readonly url?: string } {
  // The SDK's clients inside `cdk` know no `AWS_DEFAULT_PROFILE`.
  const name = profile ?? (env['AWS_PROFILE'] || 'default');
  const { urlOf, variants } = readEndpoints(config, profileSettings(config, name), env);
  return { url: urlOf('sts'), ...variants };
}

type Service = 'sso' | 'sso_oidc' | 'sts';
type EndpointVariants = Pick<SsoEndpoints, 'useFips' | 'useDualstack'>;

/** The configured endpoint of a service, if any, and the variant of the AWS endpoint. */
function readEndpoints(config: SharedConfig, settings: IniValues, env: Environment) {
  const isIgnored = readFlag('ignore_configured_endpoint_urls', settings, env) ?? false;
  const variants: EndpointVariants = {
    useFips: readFlag('use_fips_endpoint', settings, env),
    useDualstack: readFlag('use_dualstack_endpoint', settings, env),
  };
  return {
    urlOf: (service: Service) => (isIgnored ? undefined : endpointUrl(service, settings, config, env)),
    variants,
  };
}

/** For settings, unlike for credentials, the config file overrides the credentials file (`fromSharedConfigFiles`). */
function profileSettings({ files }: SharedConfig, profile: string): IniValues {
  return { ...files.credentials.parsed.profiles.get(profile), ...files.config.parsed.profiles.get(profile) };
}

function endpointUrl(
  service: Service,
  settings: IniValues,
  config: SharedConfig,
  env: Environment,
): string | undefined {
  const fromEnvironment = env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || env['AWS_ENDPOINT_URL'];
  if (fromEnvironment !== undefined && fromEnvironment !== '') return fromEnvironment;
  if (settings['services'] !== undefined) {
    const services = config.services.get(settings['services']);
    // As in the SDK, a missing section hides the profile's endpoint_url too.
    if (services === undefined || Object.keys(services).length === 0) return undefined;
    const url = services[`${service}.endpoint_url`];
    if (url !== undefined) return url;
  }
  return settings['endpoint_url'];
}

function readFlag(key: string, settings: IniValues, env: Environment): boolean | undefined {
  return toBoolean(env[`AWS_${key.toUpperCase()}`]) ?? toBoolean(settings[key]);
}

function toBoolean(value: string | undefined): boolean | undefined {
  if (value === 'true') return true;
  return value === 'false' ? false : undefined;
}

/** The `ca_bundle` of a profile, or of the environment's: the PEM file of the authorities that its calls trust. */
export function profileCaBundle(
  config: SharedConfig,
  profile: string | undefined,
  env: Environment,
): string | undefined {
  return config.profiles.get(profile ?? environmentProfile(env))?.['ca_bundle'] || undefined;
}

/** The HTTP settings with the profile's `ca_bundle`. */
export function profileHttp(
  http: HttpSettings,
  config: SharedConfig,
  profile: string | undefined,
  env: Environment,
): HttpSettings {
  const own = profileCaBundle(config, profile, env);
  return own === undefined ? http : { ...http, profileCaBundle: own };
}

/** The region in which a profile's role is assumed: the profile's own, as `fromIni` takes it, else the one that `cdk` uses with it. */
export function roleRegion(config: SharedConfig, profile: string, env: Environment): string {
  return config.profiles.get(profile)?.['region'] || resolveRegion(config, profile, env).region;
}
