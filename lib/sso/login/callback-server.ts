import { deadline } from '../../deadline.ts';
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

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
  const impatience = deadline(500, patience.signal);
  impatience.addEventListener('abort', () => server.closeAllConnections(), { once: true });
  await closed;
  patience.abort();
}

/** What the person's browser is told at the end. */
export type PageKind = 'success' | 'denied' | 'failed' | 'not-found';

/** What stands on each page. */
export const pageTexts: Readonly<
  Record<PageKind, { readonly title: string; readonly mark: string; readonly text: string }>
> = {
  success: {
    title: 'You are signed in',
    mark: '✓',
    text: 'cdkx has what it needs and goes on by itself. You can close this tab and return to the terminal.',
  },
  denied: {
    title: 'The sign-in was denied',
    mark: '×',
    text: 'cdkx was given no access. You can close this tab; the terminal says how to try again.',
  },
  failed: {
    title: 'The sign-in did not succeed',
    mark: '!',
    text: 'The approval arrived, but cdkx could not finish. You can close this tab; the terminal says why.',
  },
  'not-found': { title: 'Nothing is here', mark: '?', text: 'This address belongs to a sign-in of cdkx.' },
};

const style = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-items:center;background:Canvas;color:CanvasText}main{max-width:26rem;padding:2rem;text-align:center}.mark{font-size:2.5rem;line-height:4.5rem;width:4.5rem;margin:0 auto 1rem;border-radius:50%;color:#fff;background:#5f6b7a}.success .mark{background:#1d8102}.denied .mark,.failed .mark{background:#c33212}h1{font-size:1.4rem;margin:0 0 .5rem}p{margin:0;opacity:.8}`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** Headers of every answer: nothing is stored, framed, guessed or loaded, and the address with the code is passed on to nobody. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  Connection: 'close',
};

/** A small page of fixed text: nothing of the request is ever in it. */
export function page(kind: PageKind): string {
  const { title, mark, text } = pageTexts[kind];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · cdkx</title>
<style>${style}</style>
</head>
<body>
<main class="${kind}">
<div class="mark" aria-hidden="true">${mark}</div>
<h1>${title}</h1>
<p>${text}</p>
</main>
</body>
</html>
`;
}
