import { readableName } from '../../aws-config/ini.ts';
import { loginModes } from '../../cdkx-flags.ts';
import { blockKeys, roleKeys, sessionKeys, stageKeys } from './block.ts';
import { knownRegions } from './regions.ts';
import { longestPattern, patterns } from './values.ts';

/** A JSON Schema, as far as it is written here. */
export type JsonSchema = { readonly [key: string]: unknown };

/** The JSON Schema (2020-12) of cdk.json: the project block by its parser, and the keys of `cdk` that its documentation describes. */
export function cdkJsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Settings of an AWS CDK project (cdk.json)',
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      ...keysOfCdk,
      context: {
        description: 'Values for the app, and the project block of cdkx.',
        type: 'object',
        properties: {
          cdkx: {
            description: 'Where this project deploys: the project block of cdkx.',
            oneOf: [name('The profile to use.'), objectOf(blockKeys)],
          },
        },
      },
    },
    $defs: { stage: objectOf(stageKeys, { role: roles(roleKeys.length) }) },
  };
}

// Control characters are never allowed, and a text is not empty.
const safe: JsonSchema = { type: 'string', pattern: String.raw`^[^\u0000-\u001f\u007f-\u009f]+$` };

function text(description: string, pattern: RegExp, more: JsonSchema = {}): JsonSchema {
  return { description, ...safe, allOf: [{ pattern: pattern.source }], ...more };
}

function name(description: string): JsonSchema {
  return text(description, readableName);
}

function objectOf(keys: readonly string[], others: JsonSchema = {}): JsonSchema {
  return { type: 'object', additionalProperties: false, properties: { ...propertiesOf(keys), ...others } };
}

/** A role, or an object with at least `minimum` of the two. */
function roles(minimum: number): JsonSchema {
  const role = (description: string) => text(description, patterns.roleName);
  const pair: Readonly<Record<string, JsonSchema>> = {
    read: role('The role of commands that only read, such as diff.'),
    change: role('The role of all other commands, such as deploy.'),
  };
  return {
    description:
      'The role, used to find or create a profile: one, or one for commands that only read and one for the others.',
    oneOf: [
      role('The role of all commands.'),
      {
        type: 'object',
        additionalProperties: false,
        minProperties: minimum,
        properties: Object.fromEntries(roleKeys.map((key) => [key, pair[key]])),
      },
    ],
  };
}

function propertiesOf(keys: readonly string[]): JsonSchema {
  const all = keysOfBlock();
  const missing = keys.find((key) => !Object.hasOwn(all, key));
  if (missing !== undefined) throw new Error(`no JSON schema for the key ${missing} of the project block`);
  return Object.fromEntries(keys.map((key) => [key, all[key]]));
}

function keysOfBlock(): Readonly<Record<string, JsonSchema>> {
  const region = text('An AWS Region.', patterns.region);
  const account = text('An account ID: twelve digits, in quotes.', patterns.accountId);
  const session: Readonly<Record<string, JsonSchema>> = {
    name: name('The name of the SSO session.'),
    startUrl: startUrl,
    region,
  };
  return {
    profile: name('The profile to use.'),
    account: {
      ...account,
      description: 'The account that this project deploys to. Credentials of another account are rejected.',
    },
    role: roles(1),
    region: {
      description: 'The Region this project deploys to, and that of profiles that cdkx creates.',
      enum: knownRegions,
    },
    ssoSession: {
      description: 'The SSO session of profiles that cdkx creates.',
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(sessionKeys.map((key) => [key, session[key]])),
    },
    accounts: {
      description: 'The profile of each account, for one deploy into several accounts.',
      oneOf: [
        { const: 'auto' },
        {
          type: 'object',
          propertyNames: { pattern: patterns.accountId.source },
          additionalProperties: name('The profile for that account.'),
        },
      ],
    },
    login: { description: 'Prompt before signing in, sign in automatically, or never sign in.', enum: loginModes },
    stageContext: {
      ...text(
        'The context key that contains the stage ("stage" if not set). If it is set, cdkx passes a stage chosen otherwise to your app as --context KEY=STAGE.',
        patterns.contextKey,
      ),
      not: { pattern: '^(cdkx$|aws:)' },
    },
    requestAccess: text(
      'Where to request a role: an https URL with {account} and {role}.',
      /^[hH][tT]{2}[pP][sS]:\/\/[^\s/?#@{}\\]+([/?#](?:[^\s{}\\]|\{(?:account|role)\})*)?$/,
    ),
    stages: {
      description: 'The stages by name.',
      type: 'object',
      propertyNames: text('', patterns.stageName),
      additionalProperties: { $ref: '#/$defs/stage' },
    },
    stacks: {
      description: 'The stacks of the stage: names or globs.',
      type: 'array',
      minItems: 1,
      items: { ...safe, maxLength: longestPattern },
    },
    protected: {
      description: "Whether you must type the stage's name before anything in it changes.",
      type: 'boolean',
    },
  };
}

/** https, or http to this machine; no user name. Whether the host is a valid one, only the parser tells. */
const startUrl = text(
  'The start URL of IAM Identity Center.',
  /^([hH][tT]{2}[pP][sS]:\/\/[^\s/?#@]+|[hH][tT]{2}[pP]:\/\/([lL][oO][cC][aA][lL][hH][oO][sS][tT]|127\.0\.0\.1|\[::1\])(:\d+)?)([/?#]\S*)?$/,
);

const flag = (description: string): JsonSchema => ({ description, type: 'boolean' });
const line = (description: string): JsonSchema => ({ description, type: 'string' });
const lines = (description: string): JsonSchema => ({
  description,
  anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
});

/** The keys of `cdk` itself: https://docs.aws.amazon.com/cdk/v2/guide/cli.html */
const keysOfCdk: Readonly<Record<string, JsonSchema>> = {
  app: line('The command that runs the app, or the directory of a synthesized one.'),
  assetMetadata: flag('Whether assets get metadata.'),
  build: line('A command that runs before the app is synthesized.'),
  caBundlePath: line('The path of a file with CA certificates.'),
  debug: flag('Whether to print more when the app fails.'),
  language: line('The language for new projects.'),
  lookups: flag('Whether context may be looked up in AWS.'),
  notices: flag('Whether notices are shown.'),
  output: line('The directory for the synthesized app.'),
  outputsFile: line('The file for the outputs of deployed stacks.'),
  pathMetadata: flag('Whether resources get path metadata.'),
  plugin: { description: 'Plugins to load.', type: 'array', items: { type: 'string' } },
  profile: line('The AWS profile to use.'),
  progress: { description: 'How progress is shown.', enum: ['bar', 'events'] },
  proxy: line('The URL of an HTTPS proxy.'),
  requireApproval: { description: 'Which changes need approval.', enum: ['never', 'any-change', 'broadening'] },
  roleArn: line('The role for CloudFormation.'),
  rollback: flag('Whether failed deployments are rolled back.'),
  staging: flag('Whether assets are copied to the output directory.'),
  tags: {
    description: 'Tags for the stacks.',
    type: 'array',
    items: { type: 'object', properties: { Key: { type: 'string' }, Value: { type: 'string' } } },
  },
  toolkitBucketName: line('The bucket for assets.'),
  toolkitStackName: line('The name of the bootstrap stack.'),
  versionReporting: flag('Whether the versions of construct libraries are reported.'),
  watch: {
    description: 'The files that cdk watch and cdk deploy --hotswap --watch monitor.',
    type: 'object',
    properties: { include: lines('Globs of files to watch.'), exclude: lines('Globs of files not to watch.') },
  },
};
