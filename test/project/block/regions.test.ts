import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { knownRegions } from '../../../lib/project/block/regions.ts';
import { repository } from '../../helpers/cli.ts';

it('knows the Regions that the AWS SDK knows', () => {
  const path = '@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js';
  const source = readFileSync(join(repository, 'node_modules', path), 'utf8');
  const names = [...source.matchAll(/"([a-z]+(?:-[a-z]+)+-\d+)": \{/g)].map(([, name = '']) => name);
  expect(names).toContain('us-gov-west-1');
  expect(knownRegions).toEqual(names.toSorted());
});
