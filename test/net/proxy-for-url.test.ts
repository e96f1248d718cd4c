import { describe, expect, it } from '@jest/globals';
import { proxyForUrl, proxyVariables } from '../../lib/net/proxy-for-url.ts';

const proxy = 'http://proxy:3128';
const oidc = 'https://oidc.eu-west-1.amazonaws.com/token';

describe('the proxy of an address', () => {
  it.each<[Record<string, string>, string, string]>([
    [{}, oidc, ''],
    [{ HTTPS_PROXY: proxy }, oidc, proxy],
    [{ https_proxy: proxy, HTTPS_PROXY: 'http://other' }, oidc, proxy],
    [{ HTTP_PROXY: proxy }, oidc, ''],
    [{ HTTP_PROXY: proxy }, 'http://127.0.0.1:1/', proxy],
    [{ ALL_PROXY: proxy }, oidc, proxy],
    [{ HTTPS_PROXY: 'proxy:3128' }, oidc, 'https://proxy:3128'],
    [{ HTTPS_PROXY: proxy, NO_PROXY: '*' }, oidc, ''],
    [{ HTTPS_PROXY: proxy, NO_PROXY: 'localhost, .amazonaws.com' }, oidc, ''],
    [{ HTTPS_PROXY: proxy, NO_PROXY: '*.amazonaws.com' }, oidc, ''],
    [{ HTTPS_PROXY: proxy, NO_PROXY: 'amazonaws.com' }, oidc, proxy],
    [{ HTTPS_PROXY: proxy, NO_PROXY: 'oidc.eu-west-1.amazonaws.com:443' }, oidc, ''],
    [{ HTTPS_PROXY: proxy, NO_PROXY: 'oidc.eu-west-1.amazonaws.com:8443' }, oidc, proxy],
    [{ HTTPS_PROXY: proxy }, 'no address', ''],
  ])('%j, %s: %j', (env, address, expected) => {
    expect(proxyForUrl(env, address)).toBe(expected);
  });

  it('is looked for only where a variable names one', () => {
    expect(proxyVariables({ NO_PROXY: '*', HTTPS_PROXY: '' })).toEqual([]);
    expect(proxyVariables({ all_proxy: proxy })).toEqual([{ name: 'all_proxy', value: proxy }]);
    expect(proxyVariables({ https_proxy: '', HTTPS_PROXY: proxy })).toEqual([{ name: 'HTTPS_PROXY', value: proxy }]);
  });
});
