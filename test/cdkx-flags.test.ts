import { describe, expect, it } from '@jest/globals';
import { resolveCdkxSettings, takeCdkxFlags } from '../lib/cdkx-flags.ts';
import { failureOf, nextLines } from './helpers/message.ts';

const none = { confirm: [], dryRun: false, verbose: false, quiet: false, version: false, help: false };

describe('takeOwnFlags', () => {
  it.each([
    ['--cdkx-login=auto', { login: 'auto' }],
    ['--cdkx-login=prompt', { login: 'prompt' }],
    ['--cdkx-login=never', { login: 'never' }],
    ['--cdkx-device-code', { deviceCode: true }],
    ['--cdkx-device-code=0', { deviceCode: false }],
    ['--cdkx-no-browser', { noBrowser: true }],
    ['--cdkx-stage=prod', { stage: 'prod' }],
    ['--cdkx-stage=a=b', { stage: 'a=b' }],
    ['--cdkx-confirm=prod', { confirm: ['prod'] }],
    ['--cdkx-confirm=prod,test --cdkx-confirm=dev', { confirm: ['prod', 'test', 'dev'] }],
    ['--cdkx-dry-run', { dryRun: true }],
    ['--cdkx-verbose', { verbose: true }],
    ['--cdkx-quiet=true', { quiet: true }],
    ['--cdkx-version', { version: true }],
    ['--cdkx-help', { help: true }],
    ['--cdkx-stage=a --cdkx-stage=b', { stage: 'b' }],
    ['--cdkx --cdk-x --CDKX-help', {}],
  ])('reads `%s`', (args, own) => {
    expect(takeCdkxFlags(args.split(' ')).flags).toEqual({ ...none, ...own });
  });

  it.each([
    ['--cdkx-stagee=prod', 'unknown option --cdkx-stagee', '--cdkx-stage'],
    ['--cdkx-dryrun', 'unknown option --cdkx-dryrun', '--cdkx-dry-run'],
    ['--cdkx-zzzzzzzzzz', 'unknown option --cdkx-zzzzzzzzzz', 'cdkx --cdkx-help'],
    ['--cdkx-', 'unknown option --cdkx-', 'cdkx --cdkx-help'],
    ['--cdkx-stage', '--cdkx-stage needs a value after "="', '--cdkx-stage=prod'],
    ['--cdkx-login=allways', 'invalid value "allways" for --cdkx-login', ''],
    ['--cdkx-login=aut', 'invalid value "aut" for --cdkx-login', '--cdkx-login=auto'],
    ['--cdkx-login=', 'invalid value "" for --cdkx-login', ''],
    ['--cdkx-stage=', 'invalid value "" for --cdkx-stage', ''],
    ['--cdkx-confirm=a,,b', 'invalid value "a,,b" for --cdkx-confirm', ''],
    ['--cdkx-device-code=maybe', 'invalid value "maybe" for --cdkx-device-code', ''],
  ])('refuses `%s` with exit code 64 and says what to write', (arg, what, next) => {
    const error = failureOf(() => takeCdkxFlags(['deploy', arg]));
    expect(error.exitCode).toBe(64);
    expect(error.parts.what).toBe(what);
    expect(nextLines(error.parts.next).join('\n')).toContain(next);
  });

  it('leaves everything after -- alone, even what looks like its own', () => {
    const argv = ['--cdkx-quiet', 'list', '--', '--cdkx-nonsense'];
    expect(takeCdkxFlags(argv).forwarded).toEqual(['list', '--', '--cdkx-nonsense']);
  });
});

describe('resolveOwnSettings', () => {
  it.each([
    ['nothing', [], {}, { noBrowser: false, level: 'normal' }],
    ['CDKX_LOGIN', [], { CDKX_LOGIN: 'never' }, { login: { value: 'never', from: 'CDKX_LOGIN' } }],
    [
      'a flag over CDKX_LOGIN',
      ['--cdkx-login=auto'],
      { CDKX_LOGIN: 'never' },
      { login: { value: 'auto', from: '--cdkx-login' } },
    ],
    [
      'a flag over a bad CDKX_LOGIN',
      ['--cdkx-login=auto'],
      { CDKX_LOGIN: 'x' },
      { login: { value: 'auto', from: '--cdkx-login' } },
    ],
    ['CDKX_DEVICE_CODE=1', [], { CDKX_DEVICE_CODE: '1' }, { deviceCode: true }],
    ['CDKX_DEVICE_CODE=0', [], { CDKX_DEVICE_CODE: '0' }, { deviceCode: false }],
    ['CDKX_NO_BROWSER', [], { CDKX_NO_BROWSER: 'true' }, { noBrowser: true }],
    ['a flag against CDKX_NO_BROWSER', ['--cdkx-no-browser=false'], { CDKX_NO_BROWSER: '1' }, { noBrowser: false }],
    ['CDKX_STAGE', [], { CDKX_STAGE: 'prod' }, { stage: { value: 'prod', from: 'CDKX_STAGE' } }],
    ['CDKX_LOG=quiet', [], { CDKX_LOG: 'quiet' }, { level: 'quiet' }],
    ['a flag over CDKX_LOG', ['--cdkx-verbose'], { CDKX_LOG: 'quiet' }, { level: 'verbose' }],
    [
      'empty variables',
      [],
      { CDKX_LOGIN: '', CDKX_DEVICE_CODE: '', CDKX_STAGE: '', CDKX_LOG: '' },
      { level: 'normal' },
    ],
  ])('takes %s', (_, argv, env, expected) => {
    const settings = resolveCdkxSettings(takeCdkxFlags(argv).flags, env);
    expect(settings).toEqual({ noBrowser: false, level: 'normal', ...expected });
  });

  it.each([
    [{ CDKX_LOGIN: 'yes' }, 'invalid value "yes" for CDKX_LOGIN'],
    [{ CDKX_DEVICE_CODE: 'yes' }, 'invalid value "yes" for CDKX_DEVICE_CODE'],
    [{ CDKX_NO_BROWSER: '2' }, 'invalid value "2" for CDKX_NO_BROWSER'],
    [{ CDKX_LOG: 'debug' }, 'invalid value "debug" for CDKX_LOG'],
  ])('refuses %j with exit code 64', (env, what) => {
    const error = failureOf(() => resolveCdkxSettings(takeCdkxFlags([]).flags, env));
    expect([error.exitCode, error.parts.what]).toEqual([64, what]);
  });

  it('refuses verbose and quiet together', () => {
    const { flags: own } = takeCdkxFlags(['--cdkx-verbose', '--cdkx-quiet']);
    expect(failureOf(() => resolveCdkxSettings(own, {})).exitCode).toBe(64);
  });
});
