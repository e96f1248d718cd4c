import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { UserError } from '../../lib/messages/errors.ts';
import type { CredentialSource } from '../../lib/profile/source.ts';
import { buildPin, editProjectBlock } from '../../lib/project/cdk-json.ts';
import { inputs } from '../helpers/scale.ts';

const pin = { profile: 'acme-dev', account: '111111111111' };
const shownPath = 'cdk.json';

function edit(text: string, stage?: string, role?: string): string {
  return editProjectBlock(text, role === undefined ? pin : { ...pin, role }, {
    shownPath,
    ...(stage === undefined ? {} : { stage }),
  });
}

describe('pinning in cdk.json', () => {
  it.each([
    {
      name: 'adds the context where there is none',
      before: '{\n  "app": "npx tsx app.ts"\n}\n',
      after:
        '{\n  "app": "npx tsx app.ts",\n  "context": {\n    "cdkx": {\n      "profile": "acme-dev",\n      "account": "111111111111"\n    }\n  }\n}\n',
    },
    {
      name: 'adds the block beside other context, which keeps its own layout',
      before:
        '{\n  "watch": { "include": ["**"], "exclude": [ "a","b" ] },\n  "context": {\n    "@aws-cdk/core:x": true\n  }\n}\n',
      after:
        '{\n  "watch": { "include": ["**"], "exclude": [ "a","b" ] },\n  "context": {\n    "@aws-cdk/core:x": true,\n    "cdkx": {\n      "profile": "acme-dev",\n      "account": "111111111111"\n    }\n  }\n}\n',
    },
    {
      name: 'keeps tabs',
      before: '{\n\t"context": {\n\t\t"a": 1\n\t}\n}',
      after:
        '{\n\t"context": {\n\t\t"a": 1,\n\t\t"cdkx": {\n\t\t\t"profile": "acme-dev",\n\t\t\t"account": "111111111111"\n\t\t}\n\t}\n}',
    },
    {
      name: 'keeps four spaces and CRLF',
      before: '{\r\n    "app": "x"\r\n}\r\n',
      after:
        '{\r\n    "app": "x",\r\n    "context": {\r\n        "cdkx": {\r\n            "profile": "acme-dev",\r\n            "account": "111111111111"\r\n        }\r\n    }\r\n}\r\n',
    },
    {
      name: 'keeps a byte order mark',
      before: '\uFEFF{\n  "app": "x"\n}\n',
      after:
        '\uFEFF{\n  "app": "x",\n  "context": {\n    "cdkx": {\n      "profile": "acme-dev",\n      "account": "111111111111"\n    }\n  }\n}\n',
    },
    {
      name: 'keeps one line',
      before: '{"app":"x"}',
      after: '{"app":"x","context":{"cdkx":{"profile":"acme-dev","account":"111111111111"}}}',
    },
    {
      name: 'turns the short form into an object',
      before: '{\n  "context": {\n    "cdkx": "old"\n  }\n}\n',
      after:
        '{\n  "context": {\n    "cdkx": {\n      "profile": "acme-dev",\n      "account": "111111111111"\n    }\n  }\n}\n',
    },
    {
      name: 'replaces the pin, removes what described the old profile, and keeps the rest in place',
      before:
        '{"context":{"cdkx":{"role":"Old","stages":{"prod":{}},"account":"222222222222","login":"auto","profile":"old"}}}',
      after: '{"context":{"cdkx":{"stages":{"prod":{}},"account":"111111111111","login":"auto","profile":"acme-dev"}}}',
    },
    {
      name: 'keeps two roles, one of which is that of the profile',
      before:
        '{"context":{"cdkx":{"role":{"read":"ReadOnlyAccess","change":"Developer"},"account":"111111111111","profile":"old"}}}',
      role: 'Developer',
      after:
        '{"context":{"cdkx":{"role":{"read":"ReadOnlyAccess","change":"Developer"},"account":"111111111111","profile":"acme-dev"}}}',
    },
    {
      name: 'replaces two roles, neither of which is that of the profile',
      before: '{"context":{"cdkx":{"role":{"read":"ReadOnlyAccess","change":"C"},"account":"111111111111"}}}',
      role: 'Developer',
      after: '{"context":{"cdkx":{"role":"Developer","account":"111111111111","profile":"acme-dev"}}}',
    },
    {
      name: 'adds a stage to the short form, which becomes the base',
      before: '{"context":{"cdkx":"base"}}',
      stage: 'prod',
      after:
        '{"context":{"cdkx":{"profile":"base","stages":{"prod":{"profile":"acme-dev","account":"111111111111"}}}}}',
    },
    {
      name: 'adds a stage beside others',
      before:
        '{\n  "context": {\n    "cdkx": {\n      "stages": {\n        "dev": { "profile": "d" }\n      }\n    }\n  }\n}\n',
      stage: 'prod',
      after:
        '{\n  "context": {\n    "cdkx": {\n      "stages": {\n        "dev": { "profile": "d" },\n        "prod": {\n          "profile": "acme-dev",\n          "account": "111111111111"\n        }\n      }\n    }\n  }\n}\n',
    },
    {
      name: 'keeps a stage on its line',
      before: '{\n  "context": {\n    "cdkx": { "stages": { "prod": { "profile": "p" } } }\n  }\n}\n',
      stage: 'prod',
      after:
        '{\n  "context": {\n    "cdkx": { "stages": { "prod": { "profile": "acme-dev", "account": "111111111111" } } }\n  }\n}\n',
    },
    {
      name: 'removes the first of several lines with its line',
      before:
        '{\n  "context": {\n    "cdkx": {\n      "role": "R",\n      "profile": "acme-dev",\n      "account": "111111111111"\n    }\n  }\n}\n',
      after:
        '{\n  "context": {\n    "cdkx": {\n      "profile": "acme-dev",\n      "account": "111111111111"\n    }\n  }\n}\n',
    },
    {
      name: 'changes a stage and keeps its stacks and protection',
      before:
        '{"context":{"cdkx":{"profile":"base","stages":{"prod":{"profile":"p","stacks":["Prod*"],"protected":true}}}}}',
      stage: 'prod',
      after:
        '{"context":{"cdkx":{"profile":"base","stages":{"prod":{"profile":"acme-dev","stacks":["Prod*"],"protected":true,"account":"111111111111"}}}}}',
    },
    {
      name: 'begins with an empty object',
      before: '{}\n',
      after:
        '{\n  "context": {\n    "cdkx": {\n      "profile": "acme-dev",\n      "account": "111111111111"\n    }\n  }\n}\n',
    },
  ])('$name', ({ before, after, stage, role }) => {
    expect(edit(before, stage, role)).toBe(after);
    expect(edit(after, stage, role)).toBe(after);
  });

  it.each([
    { name: 'writes the region of the profile', before: {}, region: 'eu-west-1', after: { region: 'eu-west-1' } },
    { name: 'replaces it', before: { region: 'us-east-1' }, region: 'eu-west-1', after: { region: 'eu-west-1' } },
    { name: 'keeps it for a profile without', before: { region: 'us-east-1' }, after: { region: 'us-east-1' } },
    {
      name: 'writes that of a stage which has another',
      before: { region: 'us-east-1' },
      stage: 'prod',
      region: 'eu-west-1',
      after: { region: 'us-east-1', stages: { prod: { ...pin, region: 'eu-west-1' } } },
    },
    {
      name: 'does not say again what a stage inherits',
      before: { region: 'eu-west-1' },
      stage: 'prod',
      region: 'eu-west-1',
      after: { region: 'eu-west-1', stages: { prod: pin } },
    },
    {
      name: "replaces a stage's own",
      before: { region: 'eu-west-1', stages: { prod: { region: 'us-east-1' } } },
      stage: 'prod',
      region: 'eu-west-1',
      after: { region: 'eu-west-1', stages: { prod: { ...pin, region: 'eu-west-1' } } },
    },
  ] as { name: string; before: object; stage?: string; region?: string; after: object }[])(
    'a region: $name',
    ({ before, stage, region, after }) => {
      const withRegion = region === undefined ? pin : { ...pin, region };
      const write = (text: string) =>
        editProjectBlock(text, withRegion, { shownPath, ...(stage === undefined ? {} : { stage }) });
      const once = write(JSON.stringify({ context: { cdkx: before } }));
      const base = stage === undefined ? pin : {};
      expect((JSON.parse(once) as { context: unknown }).context).toEqual({ cdkx: { ...base, ...after } });
      expect(write(once)).toBe(once);
    },
  );

  it.each([
    { name: 'comments', text: '{\n  // the app\n  "app": "x"\n}', says: 'cdk.json is not valid JSON' },
    { name: 'nothing in it', text: '', says: 'cdk.json is not valid JSON' },
    { name: 'a list', text: '[]', says: 'an empty list' },
    { name: 'a context that is a string', text: '{"context":"x"}', says: 'context in cdk.json cannot be "x"' },
    {
      name: 'a block that is wrong already',
      text: '{"context":{"cdkx":{"acount":"1"}}}',
      says: 'unknown key "acount"',
    },
    { name: 'a key twice', text: '{"context":{"a":1},"context":{"b":2}}', says: 'context.cdkx twice' },
  ])('refuses a file with $name', ({ text, says }) => {
    expect(() => edit(text)).toThrow(UserError);
    expect(() => edit(text)).toThrow(says);
  });

  it('refuses a stage whose name cannot be typed', () => {
    expect(() => edit('{}', 'a b')).toThrow('"a b"');
  });

  it('changes nothing but the block, for any JSON around it, and nothing the second time', () => {
    const around = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 });
    fc.assert(
      fc.property(
        around,
        around,
        fc.constantFrom(undefined, '  ', '\t'),
        fc.constantFrom(undefined, 'prod'),
        (root, context, indent, stage) => {
          const { context: _root, ...others } = root;
          const { cdkx: _block, ...rest } = context;
          const before = JSON.stringify({ ...others, context: rest }, undefined, indent);
          const after = edit(before, stage);
          const { cdkx, ...kept } = (JSON.parse(after) as { context: Record<string, unknown> }).context;
          expect(cdkx).toEqual(stage === undefined ? pin : { stages: { prod: pin } });
          expect({ ...(JSON.parse(after) as object), context: kept }).toEqual(JSON.parse(before));
          expect(edit(after, stage)).toBe(after);
        },
      ),
      inputs(300),
    );
  });
});

describe('a pin for a profile', () => {
  const session = { name: 'acme', startUrl: 'https://a.example', region: 'eu-west-1', scopes: [], endpoints: {} };
  const sso = { kind: 'sso-session', profile: 'dev', session, accountId: '111111111111', roleName: 'R' } as const;
  const role = { profile: 'dev', account: '111111111111', role: 'R' };
  const { scopes: _scopes, endpoints: _endpoints, ...pinned } = session;
  it.each<{ name: string; source: CredentialSource; region?: string; pin: object }>([
    { name: 'of an SSO session', source: sso, pin: { ...role, ssoSession: pinned } },
    {
      name: 'of a legacy start URL, which has no name',
      source: { ...sso, kind: 'legacy-sso', session: { ...session, name: undefined } },
      pin: { ...role, ssoSession: { startUrl: 'https://a.example', region: 'eu-west-1' } },
    },
    {
      name: 'of a role, whose session cannot make it again',
      source: { kind: 'assume-role', profile: 'dev', roleArn: 'arn:aws:iam::111111111111:role/R', source: sso },
      pin: role,
    },
    { name: 'of keys', source: { kind: 'static', profile: 'dev' }, pin: { profile: 'dev' } },
    {
      name: 'its region',
      source: { kind: 'static', profile: 'dev' },
      region: 'eu-west-1',
      pin: { profile: 'dev', region: 'eu-west-1' },
    },
  ])('holds what travels: $name', ({ source, region, pin }) => {
    expect(buildPin('dev', source, region)).toEqual(pin);
  });
});
