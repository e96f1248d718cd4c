import { didYouMean } from '../../messages/nearest-names.ts';
import { readableName } from '../../aws-config/ini.ts';
import { knownRegions } from './regions.ts';
import { describeJson } from '../../system/json.ts';
import { childPath, type JsonPath, readText, readTexts, wrongValue } from './schema.ts';

/** Longer than any construct path that AWS takes. */
export const longestPattern = 1000;

/** What the texts of the block look like. The JSON schema of cdk.json has the same patterns. */
export const patterns = {
  accountId: /^\d{12}$/,
  roleName: /^[\w+=,.@-]{1,128}$/,
  region: /^[a-z]+(-[a-z]+)+-\d+$/,
  stageName: /^[^\s,-][^\s,]{0,127}$/,
  contextKey: /^[^\s="'-][^\s="']*$/,
};

const loopbackHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The name of a profile or session, in the characters that `cdk` can read from the AWS config file. */
export function readProfileName(place: JsonPath, value: unknown, kind = 'profile'): string {
  const expected = `the name of a ${kind}: letters, digits and . _ - @ + % : / only, since cdk cannot read others from the AWS config file`;
  return readText(place, value, expected, readableName);
}

/** The id of an AWS account. JSON numbers are refused: `12345678901` may be one that lost its zero. */
export function readAccountId(place: JsonPath, value: unknown): string {
  if (typeof value === 'string' && patterns.accountId.test(value)) return value;
  const expected = 'an account id: a string of exactly 12 digits';
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < 1e12) {
    const quoted = JSON.stringify(String(value).padStart(12, '0'));
    throw wrongValue(place, value, `${expected}, in quotes, since a JSON number loses leading zeros`, [
      `Write it in quotes: ${JSON.stringify(place.keys.at(-1) ?? 'account')}: ${quoted}`,
    ]);
  }
  throw wrongValue(place, value, expected, withoutSeparators(value));
}

/** The name of a role, as `sso_role_name` or the end of a role ARN gives it; not an ARN. */
export function readRoleName(place: JsonPath, value: unknown): string {
  if (typeof value === 'string' && value.startsWith('arn:')) {
    const name = value.split('/').at(-1) ?? value;
    throw wrongValue(place, value, 'the name of a role, not its ARN', [`Write only its name: ${JSON.stringify(name)}`]);
  }
  return readText(place, value, 'the name of a role: letters, digits and + = , . @ _ -', patterns.roleName);
}

/** The Region of Identity Center, by its form only: a sign-in in a Region that is newer than cdkx must work. */
export function readSessionRegion(place: JsonPath, value: unknown): string {
  return readText(place, value, 'the name of an AWS region, such as "eu-west-1"', patterns.region);
}

/** A Region that `cdk` deploys to, one that exists. */
export function readRegion(place: JsonPath, value: unknown): string {
  const region = readSessionRegion(place, value);
  if (knownRegions.includes(region)) return region;
  throw wrongValue(place, region, `an AWS Region that this version of cdkx knows: ${knownRegions.join(', ')}`, [
    ...didYouMean(region, knownRegions),
    'If the Region is newer than this version, update cdkx or remove the key.',
  ]);
}

/** A start URL in its ASCII form, so that look-alike letters show: https, or http to this machine, without user name or password. */
export function readStartUrl(place: JsonPath, value: unknown): string {
  const expected =
    'the start URL of Identity Center, such as "https://acme.awsapps.com/start": https, or http to this machine only';
  const text = readText(place, value, expected, /^\S+$/);
  const url = parseUrl(place, text, expected);
  const isAllowed = url.protocol === 'https:' || (url.protocol === 'http:' && loopbackHosts.has(url.hostname));
  if (!isAllowed) throw wrongValue(place, value, expected);
  // What is in ASCII stays as it is written: `/start` and `/start/` are for the portal to tell apart.
  // oxlint-disable-next-line no-control-regex
  return /^[\u0000-\u007F]*$/.test(text) && !text.includes('\\') ? text : url.href;
}

/** The name of a stage: it must be possible to type it, and to list it in `--cdkx-confirm=a,b`. */
export function readStageName(place: JsonPath, name: string): string {
  const expected = 'the name of a stage: no white space or comma, and no "-" in front';
  if (!patterns.stageName.test(name)) throw wrongValue(place, name, expected);
  return readText(place, name, expected);
}

/** Globs over stack ids and paths. Their length is bounded: they are compared with each other. */
export function readPatterns(place: JsonPath, value: unknown): readonly string[] {
  const globs = readTexts(place, value, 'stack names or globs, such as "Prod*" or "Prod/*"');
  const long = globs.findIndex((pattern) => pattern.length > longestPattern);
  if (long === -1) return globs;
  throw wrongValue(childPath(place, String(long)), globs[long], `a glob of at most ${longestPattern} characters`);
}

const accessPlaceholders = ['account', 'role'];

/** The URL template of `requestAccess`: https, with `{account}` and `{role}` after the host only, so that the host is what it says. */
export function readRequestAccess(place: JsonPath, value: unknown): string {
  const expected = 'an https URL, such as "https://access.example.com/?account={account}&role={role}"';
  const text = readText(place, value, expected, /^\S+$/);
  const [unknown] = [...text.matchAll(/\{([^{}]*)\}/g)].flatMap(([, name = '']) =>
    accessPlaceholders.includes(name) ? [] : [name],
  );
  if (unknown !== undefined) {
    const known = accessPlaceholders.map((name) => `{${name}}`);
    throw wrongValue(
      place,
      text,
      `${expected}: {${unknown}} is not a placeholder. Known placeholders: ${known.join(', ')}`,
      [...didYouMean(`{${unknown}}`, known), 'Correct it and run the command again.'],
    );
  }
  const filled = text.replaceAll(/\{(?:account|role)\}/g, '');
  if (/[{}]/.test(filled)) throw wrongValue(place, text, `${expected}, without other braces`);
  if (/^https:\/\/[^/?#]*\{/i.test(text))
    throw wrongValue(place, text, `${expected}, with placeholders only after the host`);
  const url = parseUrl(place, text, expected);
  if (url.protocol !== 'https:' || text.includes('\\')) throw wrongValue(place, text, expected);
  // The host in its ASCII form, so that what is shown is what is opened: look-alike letters become `xn--`.
  return text.replace(/^https:\/\/[^/?#]*/i, url.origin);
}

function parseUrl(place: JsonPath, text: string, expected: string): URL {
  if (!URL.canParse(text)) throw wrongValue(place, text, expected);
  const url = new URL(text);
  if (url.username === '' && url.password === '') return url;
  throw wrongValue(place, `${url.protocol}//…@${url.host}`, `${expected}, without a user name or password`);
}

/** A key of cdk's context. */
export function readContextKey(place: JsonPath, value: unknown): string {
  const key = readText(place, value, 'a context key', patterns.contextKey);
  if (key === 'cdkx' || key.startsWith('aws:')) {
    throw wrongValue(place, value, `a context key of your app, and ${describeJson(key)} has a meaning of its own`);
  }
  return key;
}

function withoutSeparators(value: unknown): string[] {
  const digits = typeof value === 'string' ? value.replace(/[\s-]/g, '') : '';
  return /^\d{12}$/.test(digits) ? [`Write the digits only: ${JSON.stringify(digits)}`] : [];
}
