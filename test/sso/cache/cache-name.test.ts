import { createHash } from 'node:crypto';
import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { cacheFileName } from '../../../lib/sso/cache/aws-cli-format.ts';

it('names the cache file as the AWS CLI does', () => {
  expect(cacheFileName('corp')).toBe('ee0bfd2552fbd840c02cc48b6e823320543c450f.json');
});

it('is the SHA-1 that Node computes, for every text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (key) => {
      expect(cacheFileName(key)).toBe(`${createHash('sha1').update(key).digest('hex')}.json`);
    }),
  );
});
