import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { blockKeys, parseProjectBlock, roleKeys, sessionKeys, stageKeys } from '../../../lib/project/block/block.ts';
import { cdkJsonSchema } from '../../../lib/project/block/json-schema.ts';
import { repository } from '../../helpers/cli.ts';

const validate = new Ajv2020({ allErrors: false, strict: false }).compile(cdkJsonSchema());
const schemaAllows = (block: unknown) => validate({ context: { cdkx: block } });
function parserAllows(block: unknown): boolean {
  try {
    parseProjectBlock(block, 'context.cdkx in cdk.json');
    return true;
  } catch {
    return false;
  }
}

/** Texts that are right for some key, nearly right, or wrong for all. */
const texts = fc.oneof(
  fc.constantFrom(
    'acme-dev',
    '111111111111',
    '11111111111',
    '1111-1111-1111',
    'Developer',
    'arn:aws:iam::111111111111:role/Developer',
    'eu-west-1',
    'eu-west',
    'https://acme.awsapps.com/start',
    'http://acme.awsapps.com/start',
    'http://127.0.0.1:8080/start',
    'http://localhost.example.com/',
    'https://ada@acme.awsapps.com/start',
    'HTTPS://acme.awsapps.com/#/',
    'https://access.example.com/?account={account}&role={role}',
    'https://access.example.com/?account={acount}',
    'https://{account}.example.com/',
    'https://access.example.com/{',
    'auto',
    'prompt',
    'never',
    'always',
    'stage',
    'cdkx',
    'aws:cdk:x',
    'a=b',
    'two words',
    'tab\there',
    'new\nline',
    'Prod*',
    '-prod',
    'a,b',
    '',
  ),
  fc.string({ maxLength: 6 }),
  fc.string({ minLength: 995, maxLength: 1005, unit: fc.constant('x') }),
);
const anything = fc.oneof(
  texts,
  texts,
  fc.boolean(),
  fc.integer(),
  fc.constant(null),
  fc.array(texts, { maxLength: 3 }),
);
const unknown = fc.constantFrom('profiles', 'acount', 'Stage', '$schema');
const record = (keys: readonly string[], values: fc.Arbitrary<unknown>) =>
  fc.dictionary(
    fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...keys) }, { weight: 1, arbitrary: unknown }),
    values,
    { maxKeys: 3, noNullPrototype: true },
  );
const inner = fc.oneof(
  anything,
  record(sessionKeys, texts),
  record(roleKeys, texts),
  fc.dictionary(fc.constantFrom('111111111111', '222222222222', '3'), texts, { noNullPrototype: true }),
);
const stage = record(stageKeys, inner);
const stages = fc.dictionary(texts, fc.oneof(stage, anything), { maxKeys: 2, noNullPrototype: true });
const block = fc.oneof(
  texts,
  record(blockKeys, fc.oneof(inner, stages)),
  fc.record({ stages }, { noNullPrototype: true }),
);

describe('the JSON schema of cdk.json', () => {
  it('is in the package as it is generated', () => {
    expect(JSON.parse(readFileSync(join(repository, 'cdk.schema.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(cdkJsonSchema())),
    );
  });

  it('allows the example, and a block by name', () => {
    expect(validate(JSON.parse(readFileSync(join(repository, 'cdk.json.example'), 'utf8')))).toBe(true);
    expect([schemaAllows('acme-dev'), schemaAllows('acme dev')]).toEqual([true, false]);
  });

  it('allows the same blocks as the parser', () => {
    const counts = { allowed: 0, refused: 0 };
    fc.assert(
      fc.property(block, (value) => {
        const isAllowed = parserAllows(value);
        counts[isAllowed ? 'allowed' : 'refused'] += 1;
        expect(schemaAllows(value)).toBe(isAllowed);
      }),
      { numRuns: 4000 },
    );
    expect(Math.min(counts.allowed, counts.refused)).toBeGreaterThan(400);
  });

  // One value at a time, so that no other one hides a difference.
  it.each(blockKeys.filter((key) => key !== 'stages'))('agrees with the parser on %s', (key) => {
    fc.assert(
      fc.property(inner, (value) => {
        expect(schemaAllows({ [key]: value })).toBe(parserAllows({ [key]: value }));
      }),
      { numRuns: 500 },
    );
  });
  it.each(stageKeys)('agrees with the parser on %s of a stage', (key) => {
    fc.assert(
      fc.property(inner, (value) => {
        const stages = { prod: { [key]: value } };
        expect(schemaAllows({ stages })).toBe(parserAllows({ stages }));
      }),
      { numRuns: 500 },
    );
  });
});
