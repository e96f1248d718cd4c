import type { Environment } from '../context.ts';

const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** The proxy for that URL, `''` for none: as `proxy-from-env` inside aws-cdk, which reads only its own environment. */
export function proxyForUrl(env: Environment, address: string): string {
  if (!URL.canParse(address)) return '';
  const url = new URL(address);
  if (isExempt((read(env, 'npm_config_no_proxy') || read(env, 'no_proxy')).toLowerCase(), url)) return '';
  const scheme = url.protocol.slice(0, -1);
  const names = [`npm_config_${scheme}_proxy`, `${scheme}_proxy`, 'npm_config_proxy', 'all_proxy'];
  const proxy = names.map((name) => read(env, name)).find((value) => value !== '') ?? '';
  return proxy === '' || proxy.includes('://') ? proxy : `${scheme}://${proxy}`;
}

const proxyNames = [
  'npm_config_https_proxy',
  'https_proxy',
  'npm_config_http_proxy',
  'http_proxy',
  'npm_config_proxy',
  'all_proxy',
];

/** The proxy variables that are set. If there are none, no proxy agent has to be loaded. */
export function proxyVariables(env: Environment): { readonly name: string; readonly value: string }[] {
  return proxyNames.flatMap((name) => {
    const value = read(env, name);
    return value === '' ? [] : [{ name: env[name] ? name : name.toUpperCase(), value }];
  });
}

function isExempt(noProxy: string, url: URL): boolean {
  if (noProxy === '*') return true;
  const port = url.port || (defaultPorts[url.protocol] ?? '');
  return noProxy.split(/[,\s]/).some((entry) => {
    if (entry === '') return false;
    const [, host = entry, onlyPort] = /^(.+):(\d+)$/.exec(entry) ?? [];
    if (onlyPort !== undefined && onlyPort !== port) return false;
    if (!/^[.*]/.test(host)) return url.hostname === host;
    return url.hostname.endsWith(host.startsWith('*') ? host.slice(1) : host);
  });
}

function read(env: Environment, name: string): string {
  return env[name] || env[name.toUpperCase()] || '';
}
