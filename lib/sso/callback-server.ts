import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { page, pageHeaders, type PageKind } from './callback-page.ts';

/** Identity Center accepts this path only, on 127.0.0.1, at any port (RFC 8252 section 7.3). */
export const callbackPath = '/oauth/callback';

/**
 * So many connections are held at a time: of more, the oldest that is not the browser's own is cut. More than can wait to be accepted
 * twice (511 each time, Node’s default), so that no crowd that comes at once cuts the browser before its request is read.
 */
const mostConnections = 1_200;

/** What the browser brought. `finish` answers it: until then the browser waits for the outcome. */
export interface Callback {
  readonly result: { readonly code: string } | { readonly error: string };
  finish(kind: PageKind): void;
}

export interface CallbackServer {
  /** With the port: where the browser is sent back to. */
  readonly redirectUri: string;
  /** Resolves with the first request that carries the right state. */
  readonly callback: Promise<Callback>;
  /** Ends all connections; a callback that was not answered is told that the sign-in failed. */
  close(): Promise<void>;
}

/**
 * Waits on 127.0.0.1 for the browser of this login. Requests for another path, method or host, without the right `state`, or with neither
 * code nor error are refused and the wait goes on: no stray request or hostile page can end a login, and connections that say nothing
 * are cut before they are too many for the browser to get through. Rejects when no port can be opened.
 */
export async function startCallbackServer(state: string): Promise<CallbackServer> {
  let arrived: (callback: Callback) => void = () => undefined;
  const callback = new Promise<Callback>((resolve) => {
    arrived = resolve;
  });
  let unanswered: ServerResponse | undefined;
  let settled = false;
  const server = createServer(
    { headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000, keepAlive: false },
    (request, response) => {
      const checked = settled ? 404 : checkRequest(request, state);
      if (typeof checked === 'number') {
        answer(response, checked, 'not-found');
        return;
      }
      settled = true;
      unanswered = response;
      arrived({
        result: checked,
        finish: (kind) => {
          unanswered = undefined;
          answer(response, 200, kind);
        },
      });
    },
  );
  limitConnections(server, (socket) => unanswered?.socket === socket);
  const port = await listen(server);
  return {
    redirectUri: `http://127.0.0.1:${port}${callbackPath}`,
    callback,
    close: async () => {
      if (unanswered !== undefined) answer(unanswered, 200, 'failed');
      unanswered = undefined;
      await closeServer(server);
    },
  };
}

/** Cuts the oldest connection when there are too many; `isBrowser` tells the one that must stay. */
function limitConnections(server: Server, isBrowser: (socket: Socket) => boolean): void {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    if (open.size <= mostConnections) return;
    for (const oldest of open) {
      if (isBrowser(oldest)) continue;
      open.delete(oldest);
      oldest.destroy();
      break;
    }
  });
}

/** The code or error of a request that may end the login, or the HTTP status with which it is refused. */
function checkRequest(request: IncomingMessage, state: string): Callback['result'] | number {
  // A name that resolves to 127.0.0.1 (DNS rebinding) is not how a browser gets here.
  if (request.headers.host !== `127.0.0.1:${request.socket.localPort}`) return 400;
  const [path, ...query] = (request.url ?? '').split('?');
  if (path !== callbackPath) return 404;
  if (request.method !== 'GET') return 405;
  const parameters = new URLSearchParams(query.join('?'));
  if (!isSame(only(parameters, 'state') ?? '', state)) return 400;
  const error = only(parameters, 'error');
  if (error !== undefined) return { error };
  const code = only(parameters, 'code');
  return code === undefined || code === '' ? 400 : { code };
}

/** A parameter that is given exactly once. */
function only(parameters: URLSearchParams, name: string): string | undefined {
  const values = parameters.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}

/** Compares in constant time, whatever the lengths. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function answer(response: ServerResponse, status: number, kind: PageKind): void {
  response.writeHead(status, { ...pageHeaders, ...(status === 405 ? { Allow: 'GET' } : {}) });
  response.end(page(kind));
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    // Later errors are of connections that could not be accepted, for want of descriptors say: the next one may be the browser's.
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** Lets answers that are on their way arrive, then ends what is left. */
async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const patience = new AbortController();
  const impatience = AbortSignal.any([AbortSignal.timeout(500), patience.signal]);
  impatience.addEventListener('abort', () => server.closeAllConnections(), { once: true });
  await closed;
  patience.abort();
}
