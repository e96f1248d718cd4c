import { accountAccessScope } from '../../sso/session.ts';
import { readableName } from '../../aws-config/ini.ts';
import { UserError } from '../../messages/errors.ts';
import { maskPasswords, shellWord } from '../../messages/text.ts';
import { isRegionName, readStartUrl, type StartUrl } from '../../sso/start-url.ts';
import { defaultNameTemplate, type NameTemplate, parseNameTemplate } from './name-template.ts';

/** The flags of `cdkx sso configure` as typed. */
export interface ConfigureFlags {
  readonly startUrl?: string;
  readonly region?: string;
  readonly session?: string;
  readonly scopes?: string;
  readonly profileRegion?: string;
  readonly nameTemplate?: string;
  readonly profile?: string;
  readonly account?: string;
  readonly role?: string;
  readonly all?: boolean;
  readonly prune?: boolean;
  readonly fromProject?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** The checked flags. */
export interface ConfigureOptions extends Omit<ConfigureFlags, 'startUrl' | 'scopes' | 'nameTemplate'> {
  readonly startUrl?: StartUrl;
  readonly scopes?: readonly string[];
  readonly template: NameTemplate;
}

/** Checks each flag, and combinations of flags. Throws a UserError (64) with the flag, its value and the allowed values. */
export function checkOptions(flags: ConfigureFlags): ConfigureOptions {
  refuseCombinations(flags);
  const { startUrl, scopes, nameTemplate = defaultNameTemplate, ...rest } = flags;
  check('--region', flags.region, isRegionName, 'a region', 'eu-west-1');
  check('--profile-region', flags.profileRegion, isRegionName, 'a region', 'eu-west-1');
  check('--session', flags.session, isReadableName, 'a name of letters, digits and . _ - @ + % : /', 'acme');
  check('--profile', flags.profile, isReadableName, 'a name of letters, digits and . _ - @ + % : /', 'acme-dev');
  check('--account', flags.account, (id) => /^\d{12}$/.test(id), 'an account ID of twelve digits', '111111111111');
  check(
    '--role',
    flags.role,
    (name) => /^[\w+=,.@-]+$/.test(name),
    'the name of a role (permission set), not its ARN',
    'Developer',
  );
  const template = parseNameTemplate(nameTemplate);
  if ('problem' in template) throw badValue('--name-template', nameTemplate, template.problem, defaultNameTemplate);
  const url = startUrl === undefined ? undefined : readStartUrl(startUrl);
  if (url !== undefined && 'problem' in url) {
    throw badValue('--start-url', maskPasswords(startUrl ?? ''), url.problem, 'https://acme.awsapps.com/start');
  }
  return { ...rest, template, startUrl: url, scopes: scopes === undefined ? undefined : readScopes(scopes) };
}

/** Whether every tool can read this name of a profile or session. `__proto__` makes the SDK ignore the whole file. */
export function isReadableName(name: string): boolean {
  return readableName.test(name) && name !== '__proto__';
}

function refuseCombinations(flags: ConfigureFlags): void {
  const given = (name: keyof ConfigureFlags) => flags[name] !== undefined && flags[name] !== false;
  const exclusive: Partial<Record<keyof ConfigureFlags, readonly (keyof ConfigureFlags)[]>> = {
    fromProject: [
      'startUrl',
      'region',
      'session',
      'scopes',
      'profileRegion',
      'nameTemplate',
      'profile',
      'account',
      'role',
      'all',
      'prune',
    ],
    profile: ['all', 'prune', 'nameTemplate'],
  };
  for (const [name, others] of Object.entries(exclusive)) {
    const other = given(name as keyof ConfigureFlags) ? others.find(given) : undefined;
    if (other === undefined) continue;
    throw new UserError('ConflictingOptions', {
      what: `${flagOf(name)} can't be used with ${flagOf(other)}`,
      why:
        name === 'profile'
          ? '--profile writes a single profile.'
          : 'With --from-project, all values come from cdk.json.',
      next: [{ say: 'Remove one of them. For all options, run:' }, { run: 'cdkx sso configure --help' }],
    });
  }
}

function check(
  flag: string,
  value: string | undefined,
  isRight: (value: string) => boolean,
  expected: string,
  example: string,
): void {
  if (value !== undefined && !isRight(value)) throw badValue(flag, value, `Expected ${expected}.`, example);
}

function readScopes(text: string): readonly string[] {
  const scopes = text.split(/[\s,]+/).filter((scope) => scope !== '');
  const wrong = scopes.find((scope) => !/^[\w:.*/-]+$/.test(scope));
  if (wrong !== undefined) {
    throw badValue('--scopes', wrong, 'Scopes can contain letters, digits and : . * / _ - only.', accountAccessScope);
  }
  if (scopes.includes(accountAccessScope)) return scopes;
  throw badValue('--scopes', text, `Profiles need ${accountAccessScope}.`, [accountAccessScope, ...scopes].join(','));
}

function badValue(flag: string, value: string, problem: string, example: string): UserError {
  return new UserError('InvalidValue', {
    what: `invalid value "${value}" for ${flag}`,
    why: problem,
    next: [{ say: 'For example:' }, { run: `cdkx sso configure ${flag} ${shellWord(example)}` }],
  });
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
