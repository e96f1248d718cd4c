import type { Environment } from '../context.ts';

const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * The proxy that the environment names for that address, `''` for none. The rules are those of `proxy-from-env`, which `cdk`
 * uses (lower-case names first, then `ALL_PROXY`; `NO_PROXY` with hosts, `.suffix`, `*.suffix`, `host:port` and `*`);
 * that package reads the process's own environment only, this reads the given one.
 */
export function proxyForUrl(env: Environment, address: string): string {
  if (!URL.canParse(address)) return '';
  const url = new URL(address);
  if (isExempt(read(env, 'no_proxy').toLowerCase(), url)) return '';
  const scheme = url.protocol.slice(0, -1);
  const proxy = read(env, `${scheme}_proxy`) || read(env, 'all_proxy');
  return proxy === '' || proxy.includes('://') ? proxy : `${scheme}://${proxy}`;
}

/** The proxy variables that are set: without one no proxy agent needs to be loaded. */
export function proxyVariables(env: Environment): { readonly name: string; readonly value: string }[] {
  return ['https_proxy', 'http_proxy', 'all_proxy'].flatMap((name) => {
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
