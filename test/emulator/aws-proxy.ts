import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { closeAll, listen } from '../helpers/proxy.ts';
import { createAuthority } from '../helpers/tls.ts';
import type { Emulator } from './emulator.ts';

/** A way to the stand-in under AWS's own host names. */
export interface AwsProxy {
  /** The hosts that were asked for so far: `sts.eu-west-1.amazonaws.com`. */
  readonly hosts: string[];
  /** Environment variables that lead a program there which knows proxies and certificates but no endpoint URLs. */
  env(): Record<string, string>;
  close(): Promise<void>;
}

/** One label for each star: TLS allows no more (RFC 6125 section 6.4.3). */
const names = (regions: readonly string[]) =>
  ['', ...regions.flatMap((region) => [`${region}.`, `s3.${region}.`, `sso.${region}.`])].map(
    (part) => `DNS:*.${part}amazonaws.com`,
  );

/**
 * A web proxy that looks into TLS, as companies run them: every connection to amazonaws.com ends here, under a certificate of an authority
 * of its own, and goes on to the stand-in; all others are refused. The AWS SDK for JavaScript 2, which is in `cdk` before 2.167, cannot be
 * led there otherwise. Needs `openssl`.
 *
 * @param folder Where the authority's files are written.
 */
export async function startAwsProxy(
  emulator: Pick<Emulator, 'url' | 'port' | 'env'>,
  folder: string,
  regions: readonly string[] = ['eu-west-1', 'eu-north-1', 'eu-central-1'],
): Promise<AwsProxy> {
  const authority = createAuthority(folder, 'aws-proxy', names(regions));
  const [key, cert] = [readFileSync(authority.key), readFileSync(authority.certificate)];
  const hosts: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => response.writeHead(502).end());
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    client.on('error', () => client.destroy());
    const { hostname } = new URL(`http://${request.url}`);
    if (!hostname.endsWith('.amazonaws.com')) return client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    hosts.push(hostname);
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    const inside = new TLSSocket(client, { isServer: true, key, cert });
    const target = connect(emulator.port, '127.0.0.1');
    sockets.add(target);
    // A client that does not trust the certificate hangs up in the handshake.
    inside.on('error', () => target.destroy());
    target.on('error', () => inside.destroy());
    return inside.pipe(target).pipe(inside);
  });
  const url = `http://127.0.0.1:${await listen(server, sockets)}`;
  return {
    hosts,
    env: () => ({
      ...withoutEndpoints(emulator.env()),
      // Some versions of cdk, such as 2.170, assume roles past the proxy: their SDK, version 3, finds the stand-in by this.
      AWS_ENDPOINT_URL_STS: emulator.url,
      HTTPS_PROXY: url,
      NO_PROXY: '127.0.0.1',
      AWS_CA_BUNDLE: authority.ca,
    }),
    close: () => closeAll(server, sockets),
  };
}

function withoutEndpoints(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWS_ENDPOINT_URL')));
}
