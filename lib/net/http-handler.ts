import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Environment, HttpSettings, RequestHandlerLike } from '../context.ts';
import { UserError, type NextStep } from '../messages/errors.ts';
import { readBounded } from '../system/files.ts';
import { proxyForUrl, proxyVariables } from './proxy-for-url.ts';

/** How long a connection may take to be made, milliseconds. */
const connectionTimeout = 5_000;
/** How long an answer may take to begin, milliseconds. */
const requestTimeout = 10_000;
/** A connection serves many calls: the accounts and roles of an organization are hundreds. Whoever made the handler destroys it. */
const reuse = { keepAlive: true };

/**
 * The AWS SDK's request handler with the proxy and the certificate authorities that `cdk` would use:
 * `--proxy` before the proxy variables; `--ca-bundle-path`, `AWS_CA_BUNDLE`, the profile's `ca_bundle`, `REQUESTS_CA_BUNDLE`, the first of
 * them in place of the built-in authorities (the order of `cdk`, and of the AWS CLI).
 * Throws a UserError (78) when the certificate file cannot be read or the proxy is no address.
 */
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
  // A tunnel serves many calls. A plain call through a proxy needs a connection of its own: its request line is made with it.
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
  /** What names it, for messages. */
  readonly from: string;
  /** The line that takes it away. */
  readonly undo: NextStep;
}

export function findCaBundle(settings: HttpSettings, env: Environment): CaBundle | undefined {
  const variable = (name: string) => ({ path: env[name], from: name, undo: { run: `unset ${name}` } });
  const candidates: readonly { readonly path: string | undefined; readonly from: string; readonly undo: NextStep }[] = [
    {
      path: settings.caBundlePath,
      from: '--ca-bundle-path, or caBundlePath in cdk.json',
      undo: { say: '--ca-bundle-path /path/to/ca.pem' },
    },
    variable('aws_ca_bundle'),
    variable('AWS_CA_BUNDLE'),
    { path: settings.profileCaBundle, from: 'ca_bundle of the profile', undo: { say: 'ca_bundle = /path/to/ca.pem' } },
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
        what: `the certificate file ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
        why: [
          `It is named by ${from}, and its authorities are needed to reach AWS.`,
          ...(path.startsWith('~') ? ['No shell has expanded the ~: as it is, it is a directory of that name.'] : []),
          // What is too large, or no file at all.
          ...((error as NodeJS.ErrnoException).syscall === undefined ? [(error as Error).message] : []),
        ],
        next: [{ say: 'Name a file that you may read, or take the setting away:' }, undo],
      },
      { cause: error },
    );
  }
}

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
  throw new UserError('InvalidProxy', {
    what: `"${shown(proxy)}" is no address of a proxy`,
    why: `It is named by ${from}.`,
    next: [{ say: 'Write it as http://host:port, as in:' }, { run: '--proxy http://proxy.example.com:8080' }],
  });
}

function isPac(proxy: string): boolean {
  return /^pac\+/i.test(proxy);
}

/** A PAC file is a program from the network, and 400 kB of interpreter: a tool that holds credentials runs none. */
function pacFile(proxy: string, from: string): UserError {
  return new UserError('InvalidProxy', {
    what: `"${shown(proxy)}" is a PAC file, which cdkx does not run`,
    why: `It is named by ${from}. A PAC file is a program that says which proxy to use.`,
    next: [
      { say: 'Name the proxy that it chooses for AWS, as in:' },
      { run: 'export HTTPS_PROXY=http://proxy.example.com:8080' },
    ],
  });
}

/** A proxy's address may carry a password: what follows an at sign is all that is shown. */
function shown(proxy: string): string {
  return proxy.split('@').at(-1) ?? '';
}
