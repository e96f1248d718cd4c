import { describe, expect, it } from '@jest/globals';
import {
  consoleHome,
  isRegionName,
  isSameStartUrl,
  readStartUrl,
  regionOfHost,
  stackUrl,
} from '../../lib/sso/start-url.ts';

describe('readStartUrl', () => {
  it.each([
    [
      'https://acme.awsapps.com/start',
      { url: 'https://acme.awsapps.com/start', partition: 'aws', suggestedName: 'acme' },
    ],
    [
      'https://acme.awsapps.com/start/#/?tab=accounts',
      { url: 'https://acme.awsapps.com/start', partition: 'aws', suggestedName: 'acme' },
    ],
    [
      '  https://ACME.awsapps.com/start/  ',
      { url: 'https://acme.awsapps.com/start', partition: 'aws', suggestedName: 'acme' },
    ],
    ['acme.awsapps.com', { url: 'https://acme.awsapps.com/start', partition: 'aws', suggestedName: 'acme' }],
    ['acme', { url: 'https://acme.awsapps.com/start', partition: 'aws', suggestedName: 'acme' }],
    ['d-1234567890', { url: 'https://d-1234567890.awsapps.com/start', partition: 'aws' }],
    ['https://identitycenter.amazonaws.com/ssoins-1234567890abcdef', { partition: 'aws' }],
    ['https://ssoins-1234567890abcdef.eu-central-1.portal.amazonaws.com', { partition: 'aws', region: 'eu-central-1' }],
    ['https://ssoins-1234567890abcdef.portal.eu-west-1.app.aws', { partition: 'aws', region: 'eu-west-1' }],
    [
      'https://start.us-gov-home.awsapps.com/directory/acme',
      { url: 'https://start.us-gov-home.awsapps.com/directory/acme', partition: 'aws-us-gov' },
    ],
    [
      'https://start.us-gov-east-1.us-gov-home.awsapps.com/directory/d-1',
      { partition: 'aws-us-gov', region: 'us-gov-east-1' },
    ],
    ['https://identitycenter.us-gov.amazonaws.com/ssoins-1', { partition: 'aws-us-gov' }],
    [
      'https://start.home.awsapps.cn/directory/d-1',
      { url: 'https://start.home.awsapps.cn/directory/d-1', partition: 'aws-cn' },
    ],
    ['https://ssoins-1.cn-north-1.portal.amazonaws.com.cn', { partition: 'aws-cn', region: 'cn-north-1' }],
    ['https://ssoins-1.portal.cn-north-1.app.amazonwebservices.com.cn', { partition: 'aws-cn', region: 'cn-north-1' }],
    ['https://ssoins-1.eusc-de-east-1.portal.amazonaws.eu', { partition: 'aws-eusc', region: 'eusc-de-east-1' }],
    [
      'https://ssoins-1.portal.eusc-de-east-1.api.amazonwebservices.eu',
      { partition: 'aws-eusc', region: 'eusc-de-east-1' },
    ],
    ['https://aws.acme.example/', { url: 'https://aws.acme.example', isVanity: true, suggestedName: 'acme' }],
    ['sso.acme.example/login', { url: 'https://sso.acme.example/login', isVanity: true, suggestedName: 'acme' }],
    ['http://127.0.0.1:8080/start', { url: 'http://127.0.0.1:8080/start', isVanity: true }],
  ])('reads %s', (given, expected) => {
    expect(readStartUrl(given)).toMatchObject({ isVanity: false, ...expected });
  });

  it.each(['corp-dev-1', 'acme-prod-2', 'my-org-01', 'acme-eu-1', 'eu-west-1'])(
    'takes no region from the alias %s',
    (alias) => {
      expect(readStartUrl(`https://${alias}.awsapps.com/start`)).toEqual({
        url: `https://${alias}.awsapps.com/start`,
        isVanity: false,
        partition: 'aws',
        suggestedName: alias,
      });
      expect(regionOfHost(`${alias}.portal.eu-central-1.app.aws`)).toBe('eu-central-1');
    },
  );

  it('does not take a vanity host for one of AWS because of a region in it', () => {
    expect(readStartUrl('https://eu-west-1.acme.example')).toEqual({
      url: 'https://eu-west-1.acme.example',
      isVanity: true,
      suggestedName: 'acme',
    });
  });

  it.each([
    ['', 'It is empty.'],
    ['   ', 'It is empty.'],
    ['http://acme.awsapps.com/start', 'It does not begin with https://.'],
    ['ftp://acme.example', 'It does not begin with https://.'],
    ['javascript://x', 'It does not begin with https://.'],
    ['https://user:secret@acme.awsapps.com/start', 'It contains a user name or a password.'],
    ['https://acme', 'Its host name is incomplete.'],
    ['https://', 'It is not a URL.'],
    ['acme example', 'It is not a URL.'],
    ['https://acme.awsapps.com/st art', 'It is not a URL.'],
  ])('refuses %j: %s', (given, problem) => {
    expect(readStartUrl(given)).toEqual({ problem });
  });
});

describe('isSameStartUrl', () => {
  it.each([
    ['https://acme.awsapps.com/start', 'https://ACME.awsapps.com/start/#/', true],
    ['https://acme.awsapps.com/start', 'https://other.awsapps.com/start', false],
    ['https://acme.awsapps.com/start?tab=accounts', 'https://acme.awsapps.com/start', true],
    ['https://acme.awsapps.com', 'https://acme.awsapps.com/start', true],
    ['nonsense url', 'nonsense url', true],
    ['nonsense url', 'https://acme.awsapps.com/start', false],
  ])('compares %s with %s: %s', (first, second, expected) => {
    expect(isSameStartUrl(first, second)).toBe(expected);
  });
});

describe('isRegionName', () => {
  it.each([
    ['eu-west-1', true],
    ['us-gov-west-1', true],
    ['us-iso-east-1', true],
    ['eusc-de-east-1', true],
    ['ap-southeast-12', true],
    ['europe', false],
    ['eu-west-1a', false],
    ['eu-west-1\n', false],
    ['', false],
  ])('%j: %s', (text, expected) => {
    expect(isRegionName(text)).toBe(expected);
  });
});

describe('a page of the console', () => {
  it.each([
    ['https://acme.awsapps.com/start', 'eu-west-1', 'eu-west-1.console.aws.amazon.com'],
    [
      'https://start.us-gov-home.awsapps.com/directory/d-1',
      'us-gov-west-1',
      'us-gov-west-1.console.amazonaws-us-gov.com',
    ],
    ['https://start.home.awsapps.cn/directory/d-1', 'cn-north-1', 'cn-north-1.console.amazonaws.cn'],
  ])('is on the host of the partition of %s', (startUrl, region, host) => {
    const portal = { startUrl, region };
    const stack = new URL(stackUrl(portal, { region, stackName: 'My Stack/x' }));
    expect([stack.host, stack.searchParams.get('region')]).toEqual([host, region]);
    expect(stack.hash).toMatch(/stackId=My%20Stack%2Fx$/);
    expect(new URL(consoleHome(portal, region)).host).toBe(host);
    expect(new URL(consoleHome(portal, undefined)).host).toBe(host.slice(region.length + 1));
  });
});
