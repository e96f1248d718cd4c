import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Environment, HttpSettings, RequestHandlerLike } from '../context.ts';
import { UserError, type NextStep } from '../messages/errors.ts';
import { readBounded } from '../system/files.ts';
import { proxyForUrl, proxyVariables } from './proxy-for-url.ts';

const connectionTimeout = 5_000;
const requestTimeout = 10_000;
/** A connection serves many calls: the accounts and roles of an organization are hundreds. Whoever made the handler destroys it. */
const reuse = { keepAlive: true };

/** The AWS SDK's request handler with the proxy and certificate authorities of `cdk`. Throws a UserError (78). */
export async function createRequestHandler(settings: HttpSettings, env: Environment): Promise<RequestHandlerLike> {
  const certificates = readCertificates(findCaBundle(settings, env));
  const agents = usesProxy(settings, env)
    ? await proxyAgents(settings, env, certificates)
    : { httpAgent: new HttpAgent(reuse), httpsAgent: new HttpsAgent({ ...reuse, ...certificates }) };
  return new NodeHttpHandler({
    ...agents,
    connectionTimeout,
    requestTimeout,
    throwOnRequestTimeout: true,
  });
}

function usesProxy(settings: HttpSettings, env: Environment): boolean {
  return settings.proxy === undefined ? proxyVariables(env).length > 0 : settings.proxy !== '';
}

async function proxyAgents(settings: HttpSettings, env: Environment, certificates: Certificates) {
  checkProxies(settings, env);
  const { ProxyAgent } = await import('./proxy-agent.ts');
  const options = {
    ...certificates,
    httpAgent: new HttpAgent(),
    httpsAgent: new HttpsAgent({ ...reuse, ...certificates }),
    getProxyForUrl: (url: string) => settings.proxy ?? proxyForUrl(env, url),
  };
  // A tunnel serves many calls. A plain call through a proxy needs its own connection, because its request line depends on it.
  return {
    httpAgent: new ProxyAgent(options),
    httpsAgent: new ProxyAgent({ ...options, ...reuse }) as unknown as HttpsAgent,
  };
}

interface Certificates {
  readonly ca?: Buffer;
}

interface CaBundle {
  readonly path: string;
  /** Where the path is set, for messages. */
  readonly from: string;
  readonly undo: NextStep;
}

export function findCaBundle(settings: HttpSettings, env: Environment): CaBundle | undefined {
  const variable = (wanted: string) => {
    // As the user wrote it: Windows finds a variable in any spelling.
    const names = Object.keys(env);
    const name =
      names.find((each) => each === wanted) ?? names.find((each) => each.toUpperCase() === wanted.toUpperCase());
    return { path: env[wanted], from: name ?? wanted, undo: { run: `unset ${name ?? wanted}` } };
  };
  const candidates: readonly { readonly path: string | undefined; readonly from: string; readonly undo: NextStep }[] = [
    {
      path: settings.caBundlePath,
      from: '--ca-bundle-path, or caBundlePath in cdk.json',
      undo: { say: 'Remove --ca-bundle-path, or caBundlePath in cdk.json.' },
    },
    variable('aws_ca_bundle'),
    variable('AWS_CA_BUNDLE'),
    {
      path: settings.profileCaBundle,
      from: 'ca_bundle of the profile',
      undo: { say: 'Remove ca_bundle from the profile.' },
    },
    variable('REQUESTS_CA_BUNDLE'),
  ];
  return candidates.find((candidate): candidate is CaBundle => Boolean(candidate.path));
}

/** All authorities that browsers trust take a fiftieth of it. */
const largestBundleBytes = 10_000_000;

function readCertificates(bundle: CaBundle | undefined): Certificates {
  if (bundle === undefined) return {};
  const { path, from, undo } = bundle;
  try {
    return { ca: readBounded(path, largestBundleBytes) };
  } catch (error) {
    throw new UserError(
      'CertificateFileUnreadable',
      {
        what: `cannot read the certificate file ${path} (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
        why: [
          `It is set by ${from}, and cdkx needs its certificate authorities to reach AWS.`,
          ...(path.startsWith('~')
            ? ["The shell didn't expand ~, so the path begins with a directory of that name."]
            : []),
          // What is too large, or no file at all.
          ...((error as NodeJS.ErrnoException).syscall === undefined ? [(error as Error).message] : []),
        ],
        next: [{ say: 'Point the setting at a readable file, or remove it:' }, undo],
      },
      { cause: error },
    );
  }
}

const schemes: ReadonlySet<string> = new Set(['http', 'https', 'socks', 'socks4', 'socks4a', 'socks5', 'socks5h']);

/** Throws a UserError (78) for a setting that isn't a proxy URL, and for a PAC file, also in the environment. */
export function checkProxies({ proxy }: HttpSettings, env: Environment): void {
  if (proxy === undefined) {
    // Don't check more: the variable can be for other hosts.
    for (const { name, value } of proxyVariables(env)) if (isPac(value)) throw pacFile(value, name);
    return;
  }
  const from = '--proxy, or "proxy" in cdk.json';
  if (isPac(proxy)) throw pacFile(proxy, from);
  // Without a scheme, the host is parsed as the scheme: `proxy.example.com:8080`.
  if (URL.canParse(proxy) && schemes.has(new URL(proxy).protocol.slice(0, -1))) return;
  throw new UserError('InvalidProxy', {
    what: `"${withoutPassword(proxy)}" is not a valid proxy URL`,
    why: `It is set by ${from}.`,
    next: [{ say: 'Use a URL with scheme, host and port, for example http://proxy.example.com:8080.' }],
  });
}

function isPac(proxy: string): boolean {
  return /^pac\+/i.test(proxy);
}

/** cdkx doesn't support PAC files: a PAC file is code from the network, and needs 400 kB of interpreter. */
function pacFile(proxy: string, from: string): UserError {
  return new UserError('InvalidProxy', {
    what: `"${withoutPassword(proxy)}" is a PAC file, which cdkx doesn't support`,
    why: `It is set by ${from}. A PAC file is a script that selects a proxy.`,
    next: [
      { say: 'Set the proxy that it selects for AWS, for example:' },
      { run: 'export HTTPS_PROXY=http://proxy.example.com:8080' },
    ],
  });
}

/** Hides the password that a proxy URL can contain: shows only the part after the last @. */
function withoutPassword(proxy: string): string {
  return proxy.split('@').at(-1) ?? '';
}
