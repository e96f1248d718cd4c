import type { Environment, HttpSettings } from '../context.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { proxyVariables } from './proxy-for-url.ts';

const schemes: ReadonlySet<string> = new Set(['http', 'https', 'socks', 'socks4', 'socks4a', 'socks5', 'socks5h']);

/**
 * Checks the proxy of the settings, or else those of the environment.
 *
 * @throws UserError 78 where the setting is no address of a proxy, and where a PAC file is named.
 */
export function checkProxies({ proxy }: HttpSettings, env: Environment): void {
  if (proxy === undefined) {
    // What else is wrong with a variable shows when it is used: it may be meant for other hosts.
    for (const { name, value } of proxyVariables(env)) if (isPac(value)) throw pacFile(value, name);
    return;
  }
  const from = '--proxy or by "proxy" in cdk.json';
  if (isPac(proxy)) throw pacFile(proxy, from);
  // An address without a scheme reads as one whose scheme is the host: `proxy.example.com:8080`.
  if (URL.canParse(proxy) && schemes.has(new URL(proxy).protocol.slice(0, -1))) return;
  throw new UserError(exitCode.configuration, {
    what: `"${shown(proxy)}" is no address of a proxy`,
    why: `It is named by ${from}.`,
    next: ['Write it as http://host:port, as in:', '  --proxy http://proxy.example.com:8080'],
  });
}

function isPac(proxy: string): boolean {
  return /^pac\+/i.test(proxy);
}

/** A PAC file is a program from the network, and 400 kB of interpreter: a tool that holds credentials runs none. */
function pacFile(proxy: string, from: string): UserError {
  return new UserError(exitCode.configuration, {
    what: `"${shown(proxy)}" is a PAC file, which cdkx does not run`,
    why: `It is named by ${from}. A PAC file is a program that says which proxy to use.`,
    next: ['Name the proxy that it chooses for AWS, as in:', '  export HTTPS_PROXY=http://proxy.example.com:8080'],
  });
}

/** A proxy's address may carry a password: what follows an at sign is all that is shown. */
function shown(proxy: string): string {
  return proxy.split('@').at(-1) ?? '';
}
