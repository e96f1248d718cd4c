import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { classifyAddress } from '../../lib/sso/start-url.ts';
import { browserCommands, openBrowser } from '../../lib/system/browser.ts';
import { createTestContext } from '../helpers/context.ts';
import { onPosix } from '../helpers/needs.ts';

const itOnPosix = onPosix(it, 'programs that are shell scripts');

const address = 'https://acme.awsapps.com/start/#/device?a=1&b=$(touch x)';

describe('the programs that show an address', () => {
  it.each<
    [string, { env?: Record<string, string>; platform?: NodeJS.Platform; isWsl?: boolean }, [string, ...string[]][]]
  >([
    ['Linux', {}, [['xdg-open', address]]],
    ['macOS', { platform: 'darwin' }, [['open', address]]],
    [
      'Windows',
      { platform: 'win32' },
      [['C:\\Windows\\System32\\rundll32.exe', 'url.dll,FileProtocolHandler', address]],
    ],
    [
      'WSL',
      { isWsl: true },
      [
        ['wslview', address],
        ['/mnt/c/Windows/System32/rundll32.exe', 'url.dll,FileProtocolHandler', address],
        ['xdg-open', address],
      ],
    ],
    ['BROWSER', { env: { BROWSER: 'firefox' } }, [['firefox', address]]],
    [
      'a list',
      { env: { BROWSER: 'firefox:w3m -N' } },
      [
        ['firefox', address],
        ['w3m', '-N', address],
      ],
    ],
    ['%s', { env: { BROWSER: 'open-it --url=%s --new' } }, [['open-it', `--url=${address}`, '--new']]],
    ['quotes', { env: { BROWSER: `"/opt/My Browser/run" 'a b'` } }, [['/opt/My Browser/run', 'a b', address]]],
    ['a final ampersand', { env: { BROWSER: 'firefox %s &' } }, [['firefox', address]]],
    [
      'a Windows list',
      { env: { BROWSER: 'C:\\b.exe;c' }, platform: 'win32' },
      [
        ['C:\\b.exe', address],
        ['c', address],
      ],
    ],
    ['shell text', { env: { BROWSER: 'x; rm -rf $HOME' } }, [['x;', 'rm', '-rf', '$HOME', address]]],
  ])('%s', (_name, { env = {}, platform = 'linux', isWsl = false }, expected) => {
    const commands = browserCommands({ env, platform }, isWsl, address);
    expect(commands.map(({ file, args }) => [file, ...args])).toEqual(expected);
  });

  itOnPosix(
    'hands the address over as one argument, without a shell, and tries the next program when one fails',
    async () => {
      const ctx = createTestContext();
      const seen = join(ctx.cwd, 'seen');
      const script = join(ctx.cwd, 'browser');
      writeFileSync(script, `#!/bin/sh\nprintf '%s' "$1" > ${seen}.tmp && mv ${seen}.tmp ${seen}\n`);
      chmodSync(script, 0o755);
      const env = { BROWSER: `/nowhere/to/be/found:/bin/false:${script}`, PATH: process.env['PATH'] ?? '' };
      const slow = {
        now: () => 0,
        every: () => () => undefined,
        sleep: (_ms: number, signal?: AbortSignal) =>
          new Promise<void>((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('over')))),
      };
      expect(await openBrowser({ ...ctx, env, clock: slow }, address, new AbortController().signal)).toBe(true);
      expect(readFileSync(seen, 'utf8')).toBe(address);
      expect(existsSync(join(ctx.cwd, 'x'))).toBe(false);
    },
  );

  it('is no error when no program works', async () => {
    const ctx = createTestContext({ env: { BROWSER: '/nowhere/to/be/found', PATH: '' } });
    const never = {
      now: () => 0,
      every: () => () => undefined,
      sleep: (_ms: number, signal?: AbortSignal) =>
        new Promise<void>((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('over')))),
    };
    expect(await openBrowser({ ...ctx, clock: never }, address, new AbortController().signal)).toBe(false);
  });
});

describe('an address from the network', () => {
  it.each([
    ['https://acme.awsapps.com/start/#/device?user_code=ABCD-EFGH', 'opened'],
    ['https://device.sso.eu-west-1.amazonaws.com/?user_code=ABCD-EFGH', 'opened'],
    ['https://start.us-gov-home.awsapps.com/directory/x', 'opened'],
    ['http://127.0.0.1:4000/device', 'opened'],
    ['http://127.0.0.1:5000/device', 'shown'],
    ['https://login.example.com/', 'shown'],
    ['https://awsapps.com.evil.example/', 'shown'],
    ['https://evilawsapps.com/', 'shown'],
    ['https://acme.awsapps.com.evil.example/', 'shown'],
    ['https://portal.sso.eu-west-1.amazonaws.com.evil.example/', 'shown'],
    // Names below amazonaws.com that anybody can rent.
    ['https://s3.amazonaws.com/bucket/start', 'shown'],
    ['https://bucket.s3.eu-west-1.amazonaws.com/', 'shown'],
    ['https://abc.execute-api.eu-west-1.amazonaws.com/', 'shown'],
    ['https://ec2-203-0-113-1.compute-1.amazonaws.com/', 'shown'],
    ['https://evil.example/.awsapps.com', 'shown'],
    ['http://acme.awsapps.com/start', 'refused'],
    ['https://user:pw@acme.awsapps.com/', 'refused'],
    ['https://acme.awsapps.com@evil.example/', 'refused'],
    ['file:///etc/passwd', 'refused'],
    ['javascript:alert(1)', 'refused'],
    ['ms-settings:', 'refused'],
    ['-flag', 'refused'],
    ['', 'refused'],
  ])('%s is %s', (given, verdict) => {
    expect(classifyAddress(given, ['127.0.0.1:4000']).verdict).toBe(verdict);
  });

  it('is made harmless for terminals', () => {
    expect(classifyAddress('https://acme.awsapps.com/\u001B[2J x', [])).toEqual({
      verdict: 'opened',
      href: 'https://acme.awsapps.com/%1B[2J%20x',
    });
  });
});
