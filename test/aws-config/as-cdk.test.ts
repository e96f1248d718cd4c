import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { environmentProfile, profileCaBundle, resolveRegion } from '../../lib/aws-config/settings.ts';
import { readSharedConfig } from '../../lib/aws-config/shared-config.ts';
import { findCaBundle } from '../../lib/net/http-handler.ts';
import { proxyForUrl } from '../../lib/net/proxy-for-url.ts';
import { createTestContext } from '../helpers/context.ts';
import { recordFigure } from '../helpers/figures.ts';
import { createHome } from '../helpers/home.ts';
import { inputs } from '../helpers/scale.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const program = join(import.meta.dirname, 'programs/cdk-answers.mjs');

interface Case {
  readonly env: Record<string, string>;
  readonly profile: string | undefined;
  readonly urls: readonly string[];
}

interface Answers {
  readonly region: string;
  readonly caBundle: string | null;
  readonly proxies: readonly string[];
}

/** Shared config in which every question has another answer in each place. */
const files = {
  config: [
    '[default]\nregion = eu-central-1\nca_bundle = /default-config.pem',
    '[profile both]\nregion = eu-west-1\nca_bundle = /both-config.pem',
    '[profile config]\nregion = eu-west-2\nca_bundle = /config.pem',
    '[profile neither]\noutput = json',
  ].join('\n'),
  credentials: '[both]\nregion = eu-north-1\nca_bundle = /both-credentials.pem\n[credentials]\nregion = eu-south-1\n',
};

const set = (...values: string[]) => fc.option(fc.constantFrom('', ...values), { nil: undefined, freq: 2 });
const profiles = ['both', 'config', 'credentials', 'neither', 'absent'];
const regions = ['cn-north-1', 'us-gov-west-1', 'ap-south-1'];
const proxies = ['http://one:3128', 'http://two:3128', 'three:3128'];
const exemptions = ['*', '.amazonaws.com', 'sts.eu-west-1.amazonaws.com:443', 'a.example, *.amazonaws.com'];
const variables = fc.record({
  AWS_PROFILE: set(...profiles),
  AWS_DEFAULT_PROFILE: set(...profiles),
  AWS_REGION: set(...regions),
  AMAZON_REGION: set(...regions),
  AWS_DEFAULT_REGION: set(...regions),
  AMAZON_DEFAULT_REGION: set(...regions),
  AWS_CA_BUNDLE: set('/aws.pem'),
  aws_ca_bundle: set('/lower.pem'),
  REQUESTS_CA_BUNDLE: set('/requests.pem'),
  npm_config_https_proxy: set(...proxies),
  npm_config_http_proxy: set(...proxies),
  npm_config_proxy: set(...proxies),
  NPM_CONFIG_PROXY: set(...proxies),
  npm_config_no_proxy: set(...exemptions),
  https_proxy: set(...proxies),
  HTTPS_PROXY: set(...proxies),
  HTTP_PROXY: set(...proxies),
  ALL_PROXY: set(...proxies),
  NO_PROXY: set(...exemptions),
});
const urls = [
  'https://sts.eu-west-1.amazonaws.com/',
  'https://oidc.eu-west-1.amazonaws.com/token',
  'http://127.0.0.1:8080/',
];
const arbitraryCase = fc.record({
  env: variables,
  profile: fc.option(fc.constantFrom(...profiles), { nil: undefined }),
});

/** What the installed aws-cdk answers, in a process of its own: it reads the environment of its process. */
function askCdk(cases: readonly Case[]): Answers[] {
  const { stdout, stderr } = spawnSync(process.execPath, [program], { input: JSON.stringify(cases), encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Answers[];
}

/** What cdkx answers. */
function askCdkx(home: string, { env, profile }: Case): Answers {
  const config = readSharedConfig(createTestContext({ env, home }));
  const settings = { profileCaBundle: profileCaBundle(config, profile, env) };
  return {
    region: resolveRegion(config, profile, env).region,
    caBundle: findCaBundle(settings, env)?.path ?? null,
    proxies: urls.map((url) => proxyForUrl(env, url)),
  };
}

describe('region, certificate authority and proxy', () => {
  const createFiles = () => createHome(join(tempFolder(), 'home'), files);

  it('are what the installed aws-cdk takes, for any environment and profile', () => {
    const home = createFiles();
    const cases = fc.sample(arbitraryCase, inputs(400)).map(({ env, profile }): Case => {
      const given = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
      return { env: { ...Object.fromEntries(given), HOME: home }, profile, urls };
    });
    const expected = askCdk(cases);
    cases.forEach((each, index) => {
      expect({ case: each, ...askCdkx(home, each) }).toEqual({ case: each, ...expected[index] });
    });
    recordFigure('as-cdk.environments', cases.length);
  });

  it('fall back to us-east-1, no proxy and the built-in authorities', () => {
    const each: Case = { env: { HOME: tempFolder() }, profile: undefined, urls };
    const nothing = { region: 'us-east-1', caBundle: null, proxies: ['', '', ''] };
    expect(askCdk([each])).toEqual([nothing]);
    expect(askCdkx(each.env['HOME'] ?? '', each)).toEqual(nothing);
  });

  it.each([
    [{}, 'default'],
    [{ AWS_DEFAULT_PROFILE: 'second' }, 'second'],
    [{ AWS_PROFILE: '', AWS_DEFAULT_PROFILE: 'second' }, 'second'],
    [{ AWS_PROFILE: 'first', AWS_DEFAULT_PROFILE: 'second' }, 'first'],
  ])('the profile of %j is %s', (env, expected) => {
    expect(environmentProfile(env)).toBe(expected);
  });

  it('the region says where it comes from', () => {
    const config = readSharedConfig(createTestContext({ home: createFiles() }));
    expect(resolveRegion(config, 'config', {}, { region: 'cn-north-1', from: '--region' }).from).toBe('--region');
    expect(resolveRegion(config, 'config', { AMAZON_REGION: 'cn-north-1' }).from).toBe('AMAZON_REGION');
    expect(resolveRegion(config, 'config', {}).from).toBe('profile "config"');
    expect(resolveRegion(config, 'neither', {}).from).toBe('profile "default"');
  });
});

it('a certificate file that cannot be read is named by the variable as the user wrote it, on Windows too', () => {
  // There a variable is found in any spelling, as in `process.env`.
  const env = new Proxy<Record<string, string>>(
    { AWS_CA_BUNDLE: 'C:\\ca.pem' },
    { get: (target, name) => target[String(name).toUpperCase()] },
  );
  expect(findCaBundle({}, env)).toEqual({
    path: 'C:\\ca.pem',
    from: 'AWS_CA_BUNDLE',
    undo: { run: 'unset AWS_CA_BUNDLE' },
  });
});
