import { configAfter, planConfigChange } from '../../aws-config/edit/edit-config.ts';
import { findIgnoredSection, type SharedConfig } from '../../aws-config/shared-config.ts';
import type { Context, HttpSettings } from '../../context.ts';
import { UserError } from '../../messages/errors.ts';
import { lookUpSession } from '../../profile/resolve-source.ts';
import { discoverRegion } from '../../sso/portal-address.ts';
import {
  isRegionName,
  isSameStartUrl,
  type Partition,
  readStartUrl,
  type StartUrl,
  suggestSessionName,
} from '../../sso/start-url.ts';
import { orCancel, select, text } from '../../terminal/prompts.ts';
import { missingRegion, missingStartUrl } from './messages.ts';
import { type ConfigureOptions, isReadableName } from './options.ts';
import { accountAccessScope } from '../../sso/session.ts';
import type { SessionToWrite } from './plan.ts';

export interface SessionChoice {
  readonly config: SharedConfig;
  readonly options: ConfigureOptions;
  readonly interactive: boolean;
  readonly http: HttpSettings;
}

/** Chooses the session to configure, and prompts for missing values. Throws a UserError: 64 if cdkx can't prompt, 78 for a conflict, 130. */
export async function chooseSession(ctx: Context, choice: SessionChoice): Promise<SessionToWrite> {
  const { config, options } = choice;
  const known = await chooseKnown(ctx, choice);
  if (known !== undefined) return withValues(ctx, config, known, options);
  if (options.startUrl === undefined && !choice.interactive) throw missingStartUrl(config, options, ctx.env);
  const startUrl = options.startUrl ?? (await askStartUrl(ctx));
  const twin = options.session === undefined ? sessionOf(config, startUrl.url) : undefined;
  if (twin !== undefined) return withValues(ctx, config, twin, options);
  const region = options.region ?? startUrl.region ?? (await findRegion(ctx, choice, startUrl));
  const name = options.session ?? (await chooseName(ctx, choice, startUrl));
  return withValues(ctx, config, name, { startUrl, region, scopes: options.scopes ?? [accountAccessScope] });
}

/** Chooses an existing session: by name, by start URL, the only one, or by prompting. */
async function chooseKnown(ctx: Context, { config, options, interactive }: SessionChoice): Promise<string | undefined> {
  const { session, startUrl } = options;
  if (session !== undefined) return config.ssoSessions.has(session) ? session : undefined;
  if (startUrl !== undefined) return sessionOf(config, startUrl.url);
  const names = [...config.ssoSessions.keys()];
  if (!interactive) return names.length === 1 ? names[0] : undefined;
  if (names.length === 0) return undefined;
  const another = '';
  const choices = names.map((name) => ({
    value: name,
    label: name,
    hint: config.ssoSessions.get(name)?.['sso_start_url'] ?? '',
  }));
  const chosen = orCancel(
    await select(ctx, {
      message: 'Which IAM Identity Center session?',
      choices: [...choices, { value: another, label: 'Another start URL' }],
    }),
  );
  return chosen === another ? undefined : chosen;
}

/** The session with the values that are to be written. Throws a UserError (78) if its section conflicts with them. */
function withValues(
  ctx: Context,
  config: SharedConfig,
  name: string,
  { startUrl, region, scopes }: { startUrl?: StartUrl; region?: string; scopes?: readonly string[] },
): SessionToWrite {
  const values = {
    ...(startUrl && { sso_start_url: startUrl.url }),
    ...(region && { sso_region: region }),
    ...(scopes && { sso_registration_scopes: scopes.join(',') }),
  };
  const change = planConfigChange(ctx, [{ action: 'set', kind: 'sso-session', name, values }]);
  const { session, problem } = lookUpSession(configAfter(config, change), name, ctx.env);
  if (problem !== undefined) throw new UserError('InvalidCredentialSource', problem);
  return { session: { ...session, name }, values };
}

function sessionOf({ ssoSessions }: SharedConfig, startUrl: string): string | undefined {
  return [...ssoSessions.keys()].find((name) => {
    const url = ssoSessions.get(name)?.['sso_start_url'];
    return url !== undefined && isSameStartUrl(url, startUrl);
  });
}

async function findRegion(
  ctx: Context,
  { interactive, http }: SessionChoice,
  { url, partition }: StartUrl,
): Promise<string> {
  const found = await discoverRegion(ctx, url, http);
  if (found !== undefined) return found;
  if (!interactive) throw missingRegion(url, ctx.env);
  return askSsoRegion(ctx, partition);
}

async function chooseName(ctx: Context, { config, interactive }: SessionChoice, { url }: StartUrl): Promise<string> {
  const suggested = suggestSessionName(url);
  let free = suggested;
  for (let number = 2; isSessionNameUsed(config, free); number += 1) free = `${suggested}-${number}`;
  return interactive ? askSessionName(ctx, config, free) : free;
}

/** The usual region of IAM Identity Center in partitions with few regions. */
const usualRegions: Readonly<Partial<Record<Partition, string>>> = {
  'aws-us-gov': 'us-gov-west-1',
  'aws-cn': 'cn-north-1',
  'aws-eusc': 'eusc-de-east-1',
};

/** Prompts for the start URL, in any form that {@link readStartUrl} reads. Throws a UserError (130) if cancelled. */
export async function askStartUrl(ctx: Context): Promise<StartUrl> {
  const given = await text(ctx, {
    message: 'Start URL of your AWS access portal, such as https://acme.awsapps.com/start',
    validate: (value) => {
      const reading = readStartUrl(value);
      return 'problem' in reading ? `Not a start URL. ${reading.problem}` : undefined;
    },
  });
  const reading = readStartUrl(orCancel(given));
  // Already validated.
  return 'problem' in reading ? askStartUrl(ctx) : reading;
}

/** Prompts for the region of IAM Identity Center. Throws a UserError (130) if cancelled. */
export async function askSsoRegion(ctx: Context, partition: Partition | undefined): Promise<string> {
  const initial = partition === undefined ? undefined : usualRegions[partition];
  const given = await text(ctx, {
    message: 'Region of IAM Identity Center, such as eu-west-1',
    ...(initial === undefined ? {} : { initial }),
    validate: regionProblem,
  });
  return orCancel(given).trim();
}

/** Prompts for the region of the new profiles, which is optional. Throws a UserError (130) if cancelled. */
export async function askProfileRegion(ctx: Context, initial: string): Promise<string | undefined> {
  const given = await text(ctx, {
    message: 'Default Region for these profiles (optional)',
    initial,
    validate: (value) => (value.trim() === '' ? undefined : regionProblem(value)),
  });
  return orCancel(given).trim() || undefined;
}

/** Prompts for the name of a new session. Throws a UserError (130) if cancelled. */
export async function askSessionName(ctx: Context, config: SharedConfig, initial: string): Promise<string> {
  const given = await text(ctx, {
    message: 'Name of the session',
    initial,
    validate: (name) => {
      if (!isReadableName(name)) return 'Use letters, digits and . _ - @ + % : / only.';
      return isSessionNameUsed(config, name) ? 'A session with that name already exists.' : undefined;
    },
  });
  return orCancel(given);
}

/** Whether a section already has that name, including sections that cdk ignores. */
export function isSessionNameUsed(config: SharedConfig, name: string): boolean {
  return config.ssoSessions.has(name) || findIgnoredSection(config, 'sso-session', name) !== undefined;
}

function regionProblem(value: string): string | undefined {
  return isRegionName(value.trim()) ? undefined : 'Enter an AWS Region, for example eu-west-1.';
}
