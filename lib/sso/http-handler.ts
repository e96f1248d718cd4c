import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Environment, HttpSettings, RequestHandlerLike } from '../context.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { checkProxies } from './check-proxies.ts';
import { proxyForUrl, proxyVariables } from './proxy-for-url.ts';

/** How long a connection may take to be made, milliseconds. */
const connectionTimeout = 5_000;
/** How long an answer may take to begin, milliseconds. */
const requestTimeout = 10_000;

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
    : { httpAgent: new HttpAgent(), httpsAgent: new HttpsAgent(certificates) };
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
  const agent = new ProxyAgent({
    ...certificates,
    httpAgent: new HttpAgent(),
    httpsAgent: new HttpsAgent(certificates),
    getProxyForUrl: (url) => settings.proxy ?? proxyForUrl(env, url),
  });
  return { httpAgent: agent, httpsAgent: agent as unknown as HttpsAgent };
}

interface Certificates {
  readonly ca?: Buffer;
}

interface CaBundle {
  readonly path: string;
  /** What names it, for messages. */
  readonly from: string;
  /** The line that takes it away. */
  readonly undo: string;
}

function findCaBundle(settings: HttpSettings, env: Environment): CaBundle | undefined {
  const variable = (name: string) => ({ path: env[name], from: name, undo: `  unset ${name}` });
  const candidates = [
    {
      path: settings.caBundlePath,
      from: '--ca-bundle-path, or caBundlePath in cdk.json',
      undo: '  --ca-bundle-path /path/to/ca.pem',
    },
    variable('aws_ca_bundle'),
    variable('AWS_CA_BUNDLE'),
    { path: settings.profileCaBundle, from: 'ca_bundle of the profile', undo: '  ca_bundle = /path/to/ca.pem' },
    variable('REQUESTS_CA_BUNDLE'),
  ];
  return candidates.find((candidate): candidate is CaBundle => Boolean(candidate.path));
}

function readCertificates(bundle: CaBundle | undefined): Certificates {
  if (bundle === undefined) return {};
  const { path, from, undo } = bundle;
  try {
    return { ca: readFileSync(path) };
  } catch (error) {
    throw new UserError(
      exitCode.configuration,
      {
        what: `the certificate file ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
        why: `It is named by ${from}, and its authorities are needed to reach AWS.`,
        next: ['Name a file that you may read, or take the setting away:', undo],
      },
      { cause: error },
    );
  }
}
