import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { UserError } from '../../../lib/messages/errors.ts';
import { parseProjectBlock } from '../../../lib/project/block/block.ts';
import { inputs } from '../../helpers/scale.ts';
import { failureOf, messageText, orUserError } from '../../helpers/message.ts';

const where = 'context.cdkx in cdk.json';

const failure = (value: unknown) => failureOf(() => parseProjectBlock(value, where));
const blockOrUserError = (value: unknown) => orUserError(() => parseProjectBlock(value, where));

function textOf(error: UserError): string {
  return messageText(error.parts);
}

describe('the project block', () => {
  it('is read from the example that ships with cdkx', () => {
    const example = join(import.meta.dirname, '..', '..', '..', 'cdk.json.example');
    const { context } = JSON.parse(readFileSync(example, 'utf8')) as { context: { cdkx: object } };
    const block = parseProjectBlock(context.cdkx, where);
    expect(block).toEqual(context.cdkx);
    expect(Object.keys(block).sort()).toEqual(
      [
        'account',
        'accounts',
        'login',
        'profile',
        'region',
        'role',
        'ssoSession',
        'stageContext',
        'stages',
        'requestAccess',
      ].sort(),
    );
  });

  it('is read from every example in the pages', () => {
    const root = join(import.meta.dirname, '..', '..', '..');
    const pages = ['README.md', 'docs/teams.md', 'docs/several-accounts.md', 'docs/configuration.md'];
    const text = pages.map((page) => readFileSync(join(root, page), 'utf8')).join('\n');
    const examples = [...text.matchAll(/^```json\n([^]*?)^```$/gm)].flatMap(([, json = '']) => {
      const { context } = JSON.parse(json) as { context?: { cdkx: object | string } };
      return context === undefined ? [] : [context.cdkx];
    });
    expect(examples.length).toBeGreaterThanOrEqual(2);
    for (const example of examples) {
      const block = typeof example === 'string' ? { profile: example } : example;
      expect(parseProjectBlock(example, where)).toEqual(block);
    }
  });

  it.each([
    { name: 'a name alone', value: 'acme-dev', block: { profile: 'acme-dev' } },
    { name: 'nothing at all', value: {}, block: {} },
    { name: 'accounts found by themselves', value: { accounts: 'auto' }, block: { accounts: 'auto' } },
    {
      name: 'a start URL on this machine',
      value: { ssoSession: { startUrl: 'http://127.0.0.1:8080/start' } },
      block: undefined,
    },
    {
      name: 'a start URL with a fragment',
      value: { ssoSession: { startUrl: 'https://d-1.awsapps.com/start/#' } },
      block: undefined,
    },
    { name: 'a region of another partition', value: { region: 'us-gov-west-1' }, block: undefined },
    { name: 'a stage that says nothing', value: { profile: 'a', stages: { prod: {} } }, block: undefined },
    {
      name: 'every character that cdk can read in a name',
      value: 'a_B-9@x+y.z%:/w',
      block: { profile: 'a_B-9@x+y.z%:/w' },
    },
  ])('accepts $name', ({ value, block }) => {
    expect(parseProjectBlock(value, where)).toEqual(block ?? value);
  });

  it.each([
    {
      name: 'an unknown key',
      value: { acount: '1' },
      says: [
        'unknown key "acount" of context.cdkx in cdk.json',
        'Did you mean "account"',
        'profile, account, role, region, ssoSession, accounts, stages, login, stageContext, requestAccess',
      ],
    },
    {
      name: 'an unknown key of a stage',
      value: { stages: { prod: { protcted: true } } },
      says: ['unknown key "protcted" of stages.prod of context.cdkx in cdk.json', '"protected"', 'stacks'],
    },
    {
      name: 'stages within a stage',
      value: { stages: { prod: { stages: {} } } },
      says: ['unknown key "stages" of stages.prod'],
    },
    {
      name: 'an unknown key of the session',
      value: { ssoSession: { url: 'https://a' } },
      says: ['unknown key "url" of ssoSession', 'name, startUrl, region'],
    },
    { name: 'a key that is __proto__', value: JSON.parse('{"__proto__": {"profile": "x"}}'), says: ['"__proto__"'] },
    { name: 'null', value: null, says: ['context.cdkx in cdk.json cannot be null'] },
    { name: 'a list', value: ['acme'], says: ['cannot be a list'] },
    { name: 'a number', value: 7, says: ['cannot be the number 7'] },
    { name: 'an empty name', value: '', says: ['cannot be empty'] },
    { name: 'a profile name with a space', value: 'my dev', says: ['"my dev"', 'cdk cannot read'] },
    { name: 'a profile name with a line break', value: { profile: 'a\nb' }, says: ['profile of context.cdkx'] },
    {
      name: 'a list of profiles',
      value: { profile: ['a'] },
      says: ['profile of context.cdkx in cdk.json cannot be a list'],
    },
    {
      name: 'an account as a number',
      value: { account: 222222222222 },
      says: ['loses leading zeros', '"account": "222222222222"'],
    },
    {
      name: 'an account number that lost its zero',
      value: { account: 12345678901 },
      says: ['the number 12345678901', '"account": "012345678901"'],
    },
    {
      name: 'an account of eleven digits',
      value: { account: '12345678901' },
      says: ['"12345678901"', 'exactly 12 digits'],
    },
    {
      name: 'an account with dashes',
      value: { account: '1234-5678-9012' },
      says: ['Write the digits only: "123456789012"'],
    },
    { name: 'an account of another script', value: { account: '١٢٣٤٥٦٧٨٩٠١٢' }, says: ['exactly 12 digits'] },
    {
      name: 'a role ARN',
      value: { role: 'arn:aws:iam::111111111111:role/team/Deployer' },
      says: ['not its ARN', '"Deployer"'],
    },
    {
      name: 'an unknown key of two roles',
      value: { role: { red: 'ReadOnlyAccess', change: 'DeployAccess' } },
      says: ['unknown key "red" of role of context.cdkx in cdk.json', 'Did you mean "read"', 'read, change'],
    },
    { name: 'two roles without any', value: { role: {} }, says: ['role of context.cdkx', '"read"', '"change"'] },
    {
      name: 'a role of two that is none',
      value: { role: { read: 'Read Only', change: 'DeployAccess' } },
      says: ['role.read of context.cdkx in cdk.json cannot be "Read Only"'],
    },
    {
      name: 'a stage with half of two roles, as if it inherited the other half',
      value: { role: { read: 'R', change: 'C' }, stages: { prod: { role: { change: 'Deployer' } } } },
      says: ['stages.prod.role of context.cdkx in cdk.json', '{"change":"Deployer"}', 'no "read"'],
    },
    { name: 'a region that is none', value: { region: 'Ireland' }, says: ['"Ireland"', '"eu-west-1"'] },
    {
      name: 'a start URL without https',
      value: { ssoSession: { startUrl: 'http://acme.awsapps.com/start' } },
      says: ['ssoSession.startUrl', 'https'],
    },
    { name: 'a start URL that runs a program', value: { ssoSession: { startUrl: 'file:///bin/sh' } }, says: ['https'] },
    {
      name: 'a start URL that only looks like this machine',
      value: { ssoSession: { startUrl: 'http://127.0.0.1.evil.example/start' } },
      says: ['https'],
    },
    {
      name: 'a start URL with a line break',
      value: { ssoSession: { startUrl: 'https://a.example/\nsso_region = x' } },
      says: ['startUrl'],
    },
    {
      name: 'accounts as another word',
      value: { accounts: 'aut' },
      says: ['accounts of context.cdkx', 'Did you mean "auto"', 'It must be "auto", or an object'],
    },
    {
      name: 'accounts with a short id',
      value: { accounts: { '123': 'x' } },
      says: ['accounts.123', 'exactly 12 digits'],
    },
    {
      name: 'accounts with a bad profile',
      value: { accounts: { '111111111111': 'a b' } },
      says: ['accounts.111111111111', '"a b"'],
    },
    {
      name: 'a login mode that is none',
      value: { login: 'always' },
      says: ['login of context.cdkx', '"prompt", "auto", "never"'],
    },
    { name: 'a login mode in another case', value: { login: 'Never' }, says: ['Did you mean "never"'] },
    {
      name: 'stacks as a string',
      value: { stages: { prod: { stacks: 'Prod*' } } },
      says: ['stages.prod.stacks', 'Write it as a list: ["Prod*"]'],
    },
    { name: 'stacks without an entry', value: { stages: { prod: { stacks: [] } } }, says: ['an empty list'] },
    {
      name: 'stacks with an empty entry',
      value: { stages: { prod: { stacks: ['A', ''] } } },
      says: ['stages.prod.stacks.1 of'],
    },
    {
      name: 'protected in quotes',
      value: { stages: { prod: { protected: 'false' } } },
      says: ['stages.prod.protected', 'without quotes'],
    },
    {
      name: 'a stage name with a comma',
      value: { stages: { 'a,b': {} } },
      says: ['stages of context.cdkx', '"a,b"', 'comma'],
    },
    {
      name: 'a stage that is a string',
      value: { stages: { prod: 'acme-prod' } },
      says: ['stages.prod of context.cdkx in cdk.json cannot be "acme-prod"'],
    },
    {
      name: 'stages as a list',
      value: { stages: ['prod'] },
      says: ['stages of context.cdkx in cdk.json cannot be a list'],
    },
    {
      name: 'a URL for access that is not https',
      value: { requestAccess: 'http://a.example/{role}' },
      says: ['http://a.example'],
    },
    { name: 'a URL for access that is none', value: { requestAccess: 'ask Ada' }, says: ['ask Ada', 'https'] },
    {
      name: 'a URL for access with an unknown placeholder',
      value: { requestAccess: 'https://a.example/{acount}' },
      says: ['https://a.example/{acount}', 'Known placeholders: {account}, {role}', 'Did you mean "{account}"'],
    },
    {
      name: 'a URL for access with a torn placeholder',
      value: { requestAccess: 'https://a.example/{role' },
      says: ['{role'],
    },
    {
      name: 'a URL for access whose host is filled in',
      value: { requestAccess: 'https://{role}.example/' },
      says: ['after the host'],
    },
    {
      name: 'a URL for access with a password',
      value: { requestAccess: 'https://u:p@a.example/' },
      says: ['…@a.example'],
    },
    { name: 'a stage context that is ours', value: { stageContext: 'cdkx' }, says: ['stageContext'] },
  ])('refuses $name', ({ value, says }) => {
    const error = failure(value);
    expect(error.exitCode).toBe(78);
    for (const words of says) expect(textOf(error)).toContain(words);
    expect(error.parts.next).toBeDefined();
  });

  it('never shows the password in a start URL', () => {
    expect(textOf(failure({ ssoSession: { startUrl: 'https://user:hunter2@acme.example/start' } }))).not.toContain(
      'hunter2',
    );
  });

  it('names the -c option where the block came from there', () => {
    expect(() => parseProjectBlock('a b', '-c cdkx=a b')).toThrow('-c cdkx=a b cannot be "a b"');
  });

  it('is accepted or refused with a UserError, whatever JSON it is; what is accepted stays as it is', () => {
    const keys = fc.constantFrom(
      'profile',
      'account',
      'role',
      'region',
      'ssoSession',
      'accounts',
      'stages',
      'login',
      'stacks',
      'startUrl',
      'read',
      'change',
      'prod',
      '111111111111',
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        fc.jsonValue(),
        fc.dictionary(keys, tie('tree'), { maxKeys: 4 }),
        fc.string(),
        fc.array(tie('tree'), { maxLength: 2 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const block = blockOrUserError(value);
        expect(block instanceof UserError ? block : parseProjectBlock(block, where)).toEqual(block);
      }),
      inputs(500),
    );
  });
});

it('a start URL with look-alike letters is read, shown and written by its ASCII name', () => {
  const read = (startUrl: string) =>
    parseProjectBlock({ ssoSession: { startUrl, region: 'eu-west-1' } }, 'here').ssoSession?.startUrl;
  expect(read('https://acme.awsapps.com\u2044start.evil.example/')).toMatch(
    /^https:\/\/acme\.awsapps\.xn--[\w-]+\.evil\.example\/$/,
  );
  expect(read('https://\u0430cme.awsapps.com/start')).toMatch(/^https:\/\/xn--/);
  expect(read('https://\uFF41cme.awsapps.com/start')).toBe('https://acme.awsapps.com/start');
  expect(read('https://acme.awsapps.com/start\uFE0A[default]\uFE0Acredential_process\uFE20=\uFE20touch')).toMatch(
    /^[!-~]+$/,
  );
  expect(read('https://acme.awsapps.com/start/')).toBe('https://acme.awsapps.com/start/');
});
