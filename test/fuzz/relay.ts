import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Emulator } from '../emulator/emulator.ts';

/** Stands between cdkx and the stand-in for AWS: hears what is sent, and changes what comes back. */
export interface Relay {
  /** The stand-in's variables, with all of Identity Center's calls led through here. */
  env(): Record<string, string>;
  /** The bodies of all requests. */
  readonly heard: string[];
  close(): Promise<void>;
}

/** Members that replace those of the JSON that a path answers with, by the path's end. */
export type Changes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Starts a relay on 127.0.0.1. */
export async function startRelay(emulator: Emulator, changes: Changes = {}): Promise<Relay> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    void forward(request).then(({ status, type, body }) => {
      response.writeHead(status, { 'Content-Type': type }).end(body);
    });
  });
  const forward = async (request: IncomingMessage) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    heard.push(body.toString());
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
    const answer = await fetch(emulator.url + (request.url ?? ''), {
      method: request.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(body.length > 0 ? { body } : {}),
    });
    const text = await answer.text();
    const change = Object.entries(changes).find(([path]) => request.url?.split('?')[0]?.endsWith(path))?.[1];
    const isChanged = change !== undefined && answer.ok;
    return {
      status: answer.status,
      type: answer.headers.get('content-type') ?? 'application/json',
      body: isChanged ? JSON.stringify({ ...(JSON.parse(text) as object), ...change }) : text,
    };
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    heard,
    env: () => ({ ...emulator.env(), AWS_ENDPOINT_URL_SSO: url, AWS_ENDPOINT_URL_SSO_OIDC: url }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
