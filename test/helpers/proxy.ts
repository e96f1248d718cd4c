import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** A web proxy on 127.0.0.1 as companies run them: CONNECT for https, the whole address for http. */
export interface Proxy {
  readonly url: string;
  /** What went through so far: `CONNECT host:port`, or `GET http://…`. */
  readonly passed: string[];
  close(): Promise<void>;
}

/** Starts one. With `password` it asks for that name and password (`name:password`) and refuses all else. */
export async function startProxy(options: { readonly password?: string } = {}): Promise<Proxy> {
  const passed: string[] = [];
  const sockets = new Set<Socket>();
  const expected = options.password && `Basic ${Buffer.from(options.password).toString('base64')}`;
  const isAllowed = ({ headers }: IncomingMessage) =>
    expected === undefined || headers['proxy-authorization'] === expected;

  const server = createServer((request, response) => {
    if (!isAllowed(request)) return response.writeHead(407).end();
    const { method, url = '', headers } = request;
    passed.push(`${method} ${url}`);
    const onward = httpRequest(url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    return request.pipe(onward);
  });
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    client.on('error', () => client.destroy());
    if (!isAllowed(request)) return client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    passed.push(`CONNECT ${request.url}`);
    const { hostname, port } = new URL(`http://${request.url}`);
    const target = connect(Number(port || 80), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    target.on('error', () => client.destroy());
    sockets.add(target);
    return undefined;
  });
  const port = await listen(server, sockets);
  return { url: `http://127.0.0.1:${port}`, passed, close: () => closeAll(server, sockets) };
}

/** Listens on a free port of 127.0.0.1 and remembers every connection, so that it can be cut. */
export async function listen(server: Server, sockets: Set<Socket>): Promise<number> {
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });
  return (server.address() as AddressInfo).port;
}

/** Cuts what is open and stops listening. */
export function closeAll(server: { close(done: () => void): unknown }, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  return new Promise((resolve) => server.close(() => resolve()));
}
