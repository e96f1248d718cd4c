import { describe, expect, it } from '@jest/globals';
import { readCdkArguments } from '../../lib/plugin/command-line.ts';

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
