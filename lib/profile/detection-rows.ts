import type { DetectionInput, ProfilePin, SourceId } from './detect-types.ts';

/** A source with what it says, before anything is decided. */
export interface DetectionRow {
  readonly source: SourceId;
  readonly where: string;
  /** As found: settings files may hold anything. */
  readonly value: unknown;
  /** Whether it says anything, a cancellation included. */
  readonly isGiven: boolean;
  readonly pin?: ProfilePin;
}

/** Every source in the order of precedence. */
export function collectRows(input: DetectionInput): DetectionRow[] {
  const { flag, env, config } = input;
  const variable = (source: SourceId, name: string) => row(source, name, env[name] === '' ? undefined : env[name]);
  const defaultProfile = config.profiles.has('default') ? 'default' : undefined;
  return [
    row('flag', flag === false ? '--no-profile' : '--profile', flag),
    row('cdk-profile-variable', 'CDK_PROFILE', env['CDK_PROFILE']),
    pinRow('project-block', 'context.cdkx in cdk.json', input.projectPin),
    row('project-settings', 'profile in cdk.json', input.projectProfile ?? undefined),
    pinRow('user-block', 'context.cdkx in ~/.cdk.json', input.userPin),
    row('user-settings', 'profile in ~/.cdk.json', input.userProfile ?? undefined),
    row('environment-keys', 'a key pair in the environment', environmentKeys(env)),
    variable('aws-profile', 'AWS_PROFILE'),
    variable('aws-default-profile', 'AWS_DEFAULT_PROFILE'),
    row('default-profile', `the default profile in ${config.files.config.shownPath}`, defaultProfile),
    row('web-identity', 'web identity', webIdentity(env)),
    row('container', 'container credentials', container(env)),
    row('picker', 'the picker', undefined),
  ];
}

function row(source: SourceId, where: string, value: unknown): DetectionRow {
  return { source, where, value, isGiven: value !== undefined };
}

/** A block without profile and account pins nothing: it only has stages, say. */
function pinRow(source: SourceId, where: string, pin: ProfilePin | undefined): DetectionRow {
  if (pin === undefined || (pin.profile === undefined && pin.account === undefined)) {
    return row(source, pin?.where ?? where, undefined);
  }
  return { source, where: pin.where, value: pin.profile, isGiven: true, pin };
}

/** As `shouldPrioritizeEnv` of cdk: each half under either of its names, empty ones not counting. Gives the variable's name, never the key. */
function environmentKeys(env: DetectionInput['env']): string | undefined {
  const isSet = (name: string) => env[name] !== undefined && env[name] !== '';
  const id = ['AWS_ACCESS_KEY_ID', 'AMAZON_ACCESS_KEY_ID'].find(isSet);
  const secret = ['AWS_SECRET_ACCESS_KEY', 'AMAZON_SECRET_ACCESS_KEY'].find(isSet);
  return id !== undefined && secret !== undefined ? id : undefined;
}

function webIdentity(env: DetectionInput['env']): string | undefined {
  return env['AWS_WEB_IDENTITY_TOKEN_FILE'] && env['AWS_ROLE_ARN'] ? 'AWS_WEB_IDENTITY_TOKEN_FILE' : undefined;
}

function container(env: DetectionInput['env']): string | undefined {
  const names = ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'];
  return names.find((name) => env[name] !== undefined && env[name] !== '');
}
