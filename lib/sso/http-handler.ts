import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Environment, HttpSettings, RequestHandlerLike } from '../context.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { namesProxy, proxyForUrl } from './proxy-for-url.ts';

/** How long a connection may take to be made, milliseconds. */
const connectionTimeout = 5_000;
/** How long an answer may take to begin, milliseconds. */
const requestTimeout = 10_000;

/**
 * The AWS SDK's request handler with the proxy and the certificate authorities that `cdk` would use:
 * `--proxy` before the proxy variables; `--ca-bundle-path`, else `AWS_CA_BUNDLE`, in place of the built-in authorities.
 * Throws a UserError (78) when the certificate file cannot be read or the proxy is no address.
 */
export async function createRequestHandler(settings: HttpSettings, env: Environment): Promise<RequestHandlerLike> {
  const certificates = readCertificates(settings.caBundlePath || env['AWS_CA_BUNDLE']);
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
  return settings.proxy === undefined ? namesProxy(env) : settings.proxy !== '';
}

async function proxyAgents(settings: HttpSettings, env: Environment, certificates: Certificates) {
  if (settings.proxy !== undefined && !URL.canParse(settings.proxy)) throw badProxy(settings.proxy);
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

function readCertificates(path: string | undefined): Certificates {
  if (!path) return {};
  try {
    return { ca: readFileSync(path) };
  } catch (error) {
    throw new UserError(
      exitCode.configuration,
      {
        what: `the certificate file ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
        why: 'It is named by --ca-bundle-path or AWS_CA_BUNDLE, and its authorities are needed to reach IAM Identity Center.',
        next: ['Check the path, or leave the setting away:', '  unset AWS_CA_BUNDLE'],
      },
      { cause: error },
    );
  }
}

function badProxy(proxy: string): UserError {
  return new UserError(exitCode.configuration, {
    // A proxy's address may carry a password: what follows an at sign is all that is shown.
    what: `"${proxy.split('@').at(-1) ?? ''}" is no address of a proxy`,
    why: 'It is named by --proxy or by "proxy" in cdk.json.',
    next: ['Write it as http://host:port, as in:', '  --proxy http://proxy.example.com:8080'],
  });
}
