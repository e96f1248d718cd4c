import { describe, expect, it } from '@jest/globals';
import { isStartedAsCdk, readCdkArguments } from '../../lib/plugin/settings.ts';

describe('the options of cdk that concern credentials', () => {
  it.each<[string, ReturnType<typeof readCdkArguments>]>([
    ['deploy --all', { context: {} }],
    ['--profile a deploy', { profile: 'a', context: {} }],
    ['deploy --profile=a=b', { profile: 'a=b', context: {} }],
    ['deploy --profile=', { profile: '', context: {} }],
    ['--proxy http://p:1 --ca-bundle-path=ca.pem', { proxy: 'http://p:1', caBundlePath: 'ca.pem', context: {} }],
    ['-c stage=dev --context stage=prod -c x=a=b', { context: { stage: 'prod', x: 'a=b' } }],
    ['--context=stage=prod -c broken', { context: { stage: 'prod' } }],
    ['deploy -- --profile a', { context: {} }],
    ['deploy --profile', { context: {} }],
    ['deploy --no-profile', { profile: false, context: {} }],
  ])('are found in %j', (line, expected) => {
    expect(readCdkArguments(line.split(' '))).toEqual(expected);
  });
});

describe('whether the arguments of a process are those of cdk', () => {
  it.each([
    ['cdk', ['/p/node_modules/aws-cdk/bin/cdk']],
    ['cdk on Windows', ['C:\\p\\node_modules\\aws-cdk\\bin\\cdk']],
    ['cdklocal, which loads cdk', ['/p/node_modules/aws-cdk-local/bin/cdklocal', '/p/node_modules/aws-cdk/bin/cdk']],
  ])('they are: %s', (_, files) => {
    expect(isStartedAsCdk(files)).toBe(true);
  });

  it.each([
    ['a program with toolkit-lib', ['/p/deploy.mjs', '/p/node_modules/@aws-cdk/toolkit-lib/lib/index.js']],
    ['a program by the name', ['/p/scripts/cdk.mjs', '/p/bin/cdk.js']],
    ['a program that calls cdk with arguments of its own', ['/p/deploy.cjs', '/p/node_modules/aws-cdk/lib/index.js']],
  ])('they are not: %s', (_, files) => {
    expect(isStartedAsCdk(files)).toBe(false);
  });
});
