import type { Context } from '../context.ts';
import { findIgnoredSection, type SharedConfig } from '../profile/shared-config.ts';
import { isRegionName, readStartUrl, type Partition, type StartUrl } from '../sso/start-url.ts';
import { text } from '../terminal/prompts.ts';
import { answered } from './answered.ts';
import { isReadableName } from './sso-configure-options.ts';

/** Where Identity Center most often stands in partitions with few regions. */
const usualRegions: Readonly<Partial<Record<Partition, string>>> = {
  'aws-us-gov': 'us-gov-west-1',
  'aws-cn': 'cn-north-1',
  'aws-eusc': 'eusc-de-east-1',
};

/** Asks for the start URL; anything that {@link readStartUrl} reads will do. Throws a UserError (130) when cancelled. */
export async function askStartUrl(ctx: Context): Promise<StartUrl> {
  const given = await text(ctx, {
    message: 'Start URL of your AWS access portal',
    placeholder: 'https://acme.awsapps.com/start',
    validate: (value) => {
      const reading = readStartUrl(value);
      return 'problem' in reading ? `This cannot be a start URL: ${reading.problem}.` : undefined;
    },
  });
  const reading = readStartUrl(answered(given));
  // What is asked for was validated.
  return 'problem' in reading ? askStartUrl(ctx) : reading;
}

/** Asks for the region of Identity Center. Throws a UserError (130) when cancelled. */
export async function askSsoRegion(ctx: Context, partition: Partition | undefined): Promise<string> {
  const initial = partition === undefined ? undefined : usualRegions[partition];
  return askRegion(ctx, 'Region of IAM Identity Center', initial);
}

/** Asks for the region of the new profiles; an empty answer is none. Throws a UserError (130) when cancelled. */
export async function askProfileRegion(ctx: Context, initial: string): Promise<string | undefined> {
  const given = await text(ctx, {
    message: 'Region of the profiles (empty: none)',
    initial,
    validate: (value) => (value.trim() === '' ? undefined : regionProblem(value)),
  });
  return answered(given).trim() || undefined;
}

/** Asks for the name of a new session. Throws a UserError (130) when cancelled. */
export async function askSessionName(ctx: Context, config: SharedConfig, initial: string): Promise<string> {
  const given = await text(ctx, {
    message: 'Name of the session',
    initial,
    validate: (name) => {
      if (!isReadableName(name)) return 'Use letters, digits and . _ - @ + % : / only.';
      return isSessionNameUsed(config, name) ? 'There is another session of that name.' : undefined;
    },
  });
  return answered(given);
}

/** Whether a section has that name already, were it one that cdk ignores. */
export function isSessionNameUsed(config: SharedConfig, name: string): boolean {
  return config.ssoSessions.has(name) || findIgnoredSection(config, 'sso-session', name) !== undefined;
}

async function askRegion(ctx: Context, message: string, initial: string | undefined): Promise<string> {
  const given = await text(ctx, {
    message,
    placeholder: 'eu-west-1',
    ...(initial === undefined ? {} : { initial }),
    validate: regionProblem,
  });
  return answered(given).trim();
}

function regionProblem(value: string): string | undefined {
  return isRegionName(value.trim()) ? undefined : 'This is no region: one looks like eu-west-1.';
}
