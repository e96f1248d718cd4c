import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { depthVariable, type PlugAndPlay } from '../../cdk/find-cdk.ts';
import type { Environment } from '../../context.ts';
import { type CredentialSource, leafSource } from '../../profile/source.ts';

/** The profile that `cdk` will use, by name. */
export interface DelegatedProfile {
  readonly name: string;
  /** Whether cdkx adds `--profile`; false if the user's command line or `CDK_PROFILE` contains it. */
  readonly inject: boolean;
  readonly source?: CredentialSource;
}

export interface ChildEnvironmentInput {
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly profile?: DelegatedProfile | undefined;
  /** Whether the user's arguments contain `--profile`. */
  readonly hasProfileFlag: boolean;
  /** True if ambient credentials replace `profile` of cdk.json: an empty `CDK_PROFILE` overrides it in `cdk`. */
  readonly cancelPin?: boolean | undefined;
  readonly compileCache?: string | undefined;
  readonly plugAndPlay?: PlugAndPlay | undefined;
  /** Set if the program to run could start cdkx again. */
  readonly depth?: number | undefined;
  /** Short-lived keys to pass on instead of a profile: other credentials and `AWS_PROFILE` are removed. */
  readonly keys?: Readonly<Record<string, string>> | undefined;
  /** More variables to set, for example the stage for the plugin. */
  readonly extra?: Readonly<Record<string, string>> | undefined;
}

/** A child's environment as a new object, and how it differs from ours. No value of a removed variable is kept. */
export interface ChildEnvironment {
  readonly env: Readonly<Record<string, string>>;
  /** Credentials that were taken out because a profile is in force: `cdk` would ignore them and the app would not. */
  readonly removed: readonly string[];
  /** Variables that cdkx set, with their values: none is a secret. */
  readonly set: Readonly<Record<string, string>>;
  /** Other variables that were taken out: `CDKX_*`, and a `CDK_PROFILE` that something stronger replaces. */
  readonly dropped: readonly string[];
}

// The key pair, in every spelling that cdk or an SDK reads. AMAZON_REGION and the like stay.
const credentialVariables = new Set([
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AMAZON_ACCESS_KEY_ID',
  'AMAZON_SECRET_ACCESS_KEY',
  'AMAZON_SESSION_TOKEN',
]);

/** Builds the environment of the child: removes keys that would override the profile, and cdkx's own variables; sets the profile. Pure. */
export function buildChildEnvironment(input: ChildEnvironmentInput): ChildEnvironment {
  const { env, platform, profile } = input;
  const nameOf = (name: string) => (platform === 'win32' ? name.toUpperCase() : name);
  const takesKeysOut = input.keys !== undefined || (profile !== undefined && !needsEnvironmentKeys(profile.source));
  const isRemoved = (name: string) =>
    (takesKeysOut && credentialVariables.has(nameOf(name))) ||
    (input.keys !== undefined && ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'].includes(nameOf(name)));
  const isDropped = (name: string) =>
    nameOf(name).startsWith('CDKX') || (nameOf(name) === 'CDK_PROFILE' && dropsPin(input));
  const names = Object.keys(env).filter((name) => env[name] !== undefined);
  const set = variablesToSet(input);
  const kept = names.filter((name) => !isRemoved(name) && !isDropped(name) && !(nameOf(name) in set));
  return {
    env: { ...Object.fromEntries(kept.map((name) => [name, env[name] ?? ''])), ...set },
    removed: names.filter(isRemoved),
    set,
    dropped: names.filter(isDropped),
  };
}

function dropsPin({ profile, hasProfileFlag }: ChildEnvironmentInput): boolean {
  return profile !== undefined && (profile.inject || hasProfileFlag);
}

/** An assumed role with `credential_source = Environment` is assumed with the very keys of the environment. */
function needsEnvironmentKeys(source: CredentialSource | undefined): boolean {
  const leaf = source && leafSource(source);
  return leaf?.kind === 'ambient' && leaf.source === 'Environment';
}

/** The SDK inside `cdk` looks for sso-sessions in a directory called `~`; the AWS CLI and cdkx look in the home directory. */
function expandedFiles({ env, home }: ChildEnvironmentInput): Record<string, string> {
  const files = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'].map((name) => [name, env[name] ?? ''] as const);
  const inHome = files.filter(([, path]) => path.startsWith('~/'));
  return Object.fromEntries(inHome.map(([name, path]) => [name, join(home, path.slice(2))]));
}

function variablesToSet(input: ChildEnvironmentInput): Record<string, string> {
  const { env, profile, compileCache, plugAndPlay, depth } = input;
  const set: Record<string, string> = { ...expandedFiles(input), ...input.extra, ...input.keys };
  if (profile !== undefined) {
    set['AWS_PROFILE'] = profile.name;
    // botocore prefers AWS_DEFAULT_PROFILE to AWS_PROFILE: an app in Python would take the other account.
    if (env['AWS_DEFAULT_PROFILE'] !== undefined) set['AWS_DEFAULT_PROFILE'] = profile.name;
  } else if (input.cancelPin === true) set['CDK_PROFILE'] = '';
  if (compileCache !== undefined) set['NODE_COMPILE_CACHE'] = compileCache;
  const options = env['NODE_OPTIONS'] ?? '';
  if (plugAndPlay !== undefined && !options.includes('.pnp.cjs')) {
    // As `yarn run` does: the app, a child of cdk, needs them too.
    const { map, loader } = plugAndPlay;
    const words = [options, '--require', JSON.stringify(map)];
    if (loader !== undefined) words.push('--experimental-loader', pathToFileURL(loader).href);
    set['NODE_OPTIONS'] = words.join(' ').trim();
  }
  if (depth !== undefined) set[depthVariable] = String(depth);
  return set;
}
