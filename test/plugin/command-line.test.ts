import { describe, expect, it } from '@jest/globals';
import { startedCdk } from '../../lib/plugin/settings.ts';

describe('whether the arguments of a process are those of cdk', () => {
  it.each([
    ['cdk', ['/p/node_modules/aws-cdk/bin/cdk'], '/p/node_modules/aws-cdk'],
    ['cdk on Windows', ['C:\\p\\aws-cdk\\bin\\cdk'], 'C:\\p\\aws-cdk'],
    ['cdklocal, which loads cdk', ['/p/aws-cdk-local/bin/cdklocal', '/p/aws-cdk/bin/cdk'], '/p/aws-cdk'],
  ])('they are: %s', (_, files, folder) => {
    expect(startedCdk(files)).toBe(folder);
  });

  it.each([
    ['a program with toolkit-lib', ['/p/deploy.mjs', '/p/node_modules/@aws-cdk/toolkit-lib/lib/index.js']],
    ['a program by the name', ['/p/scripts/cdk.mjs', '/p/bin/cdk.js']],
    ['a program that calls cdk with arguments of its own', ['/p/deploy.cjs', '/p/node_modules/aws-cdk/lib/index.js']],
  ])('they are not: %s', (_, files) => {
    expect(startedCdk(files)).toBeUndefined();
  });
});
