import { readFileSync } from 'node:fs';
import { connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { closeAll, listen } from './proxy.ts';
import type { Authority } from './tls.ts';

/** A door before a server on 127.0.0.1 that can be shut between two calls. */
export interface Door {
  readonly url: string;
  /**
   * What is asked already is answered yet, and its connection ends; whoever comes then is refused, or with TLS shown another certificate.
   * Call it when the server has read the last request that is to be answered.
   */
  shut(): void;
  close(): Promise<void>;
}

/** Opens one: plain, or with TLS and a certificate of `before`, which becomes one of `after` when it is shut. */
export async function openDoor(
  port: number,
  tls?: { readonly before: Authority; readonly after?: Authority },
): Promise<Door> {
  const sockets = new Set<Socket>();
  const pairs = new Set<{ readonly client: Socket; readonly target: Socket }>();
  const welcome = (client: Socket) => {
    const target = connect(port, '127.0.0.1');
    const pair = { client, target };
    sockets.add(target);
    pairs.add(pair);
    client.on('error', () => target.destroy()).on('close', () => pairs.delete(pair));
    target.on('error', () => client.destroy());
    client.pipe(target).pipe(client);
  };
  const server: Server = tls === undefined ? createTcpServer(welcome) : createTlsServer(material(tls.before), welcome);
  // A client that does not trust the certificate hangs up in the handshake.
  server.on('tlsClientError', () => undefined);
  const doorPort = await listen(server, sockets);
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${doorPort}`,
    shut: () => {
      if (tls === undefined) server.close();
      else (server as TlsServer).setSecureContext(material(tls.after ?? tls.before));
      for (const { client, target } of pairs) {
        // No further request gets through on a connection that is kept.
        client.unpipe(target);
        client.resume();
        target.once('data', () => setImmediate(() => client.end()));
      }
    },
    close: () => closeAll(server, sockets),
  };
}

function material({ key, certificate }: Authority) {
  return { key: readFileSync(key), cert: readFileSync(certificate) };
}
