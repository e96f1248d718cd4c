import type { ServerResponse } from 'node:http';
import { ApiError, type Call, type Reply } from './http.ts';
import type { Service } from './service.ts';

/**
 * What can go wrong on the way.
 * - `error`: the service refuses with this HTTP status and code (429, 500, 503 …).
 * - `reset`: the connection is cut before anything happens; `lost`: after it happened, so that only the answer is lost.
 * - `hang`: nothing ever comes. `slow`: the answer drips, a byte at a time.
 * - `truncated`: half the answer, as if it were whole. `content-type`: the answer calls itself text/plain.
 * - `proxy-html`: a proxy's own HTML page stands in for the answer.
 * - `throttle`: more than so many requests of a second are refused; AWS's portal takes some twenty.
 */
export type FaultKind =
  | { readonly kind: 'error'; readonly status: number; readonly code?: string; readonly message?: string }
  | { readonly kind: 'reset' | 'lost' | 'hang' | 'truncated' | 'content-type' }
  | { readonly kind: 'slow'; readonly msPerByte?: number }
  | { readonly kind: 'proxy-html'; readonly status?: number }
  | { readonly kind: 'throttle'; readonly perSecond: number };

export type Fault = FaultKind & {
  /** `CreateToken`, `CreateToken:refresh_token`, a service (`sso:*`), or `*` for all. */
  readonly operation: string;
  /** How many requests it meets; once by default, `'always'` for good (as `throttle` is). */
  readonly times?: number | 'always';
};

/** The faults that are switched on. */
export interface Faults {
  /** Switches a fault on; the function returned switches it off again. */
  add(fault: Fault): () => void;
  clear(): void;
  /** The fault that meets a request, counted down. */
  take(service: string, operation: string, grant: string | undefined): Fault | undefined;
}

/** Creates an empty list of faults. */
export function createFaults(): Faults {
  let active: { readonly fault: Fault; left: number; readonly served: number[] }[] = [];
  return {
    add(fault) {
      const isLasting = fault.times === 'always' || fault.kind === 'throttle';
      const entry = { fault, left: isLasting ? Infinity : (fault.times ?? 1), served: [] };
      active.push(entry);
      return () => {
        active = active.filter((other) => other !== entry);
      };
    },
    clear() {
      active = [];
    },
    take(service, operation, grant) {
      const names = ['*', `${service}:*`, operation, `${operation}:${grant ?? ''}`];
      const entry = active.find(({ fault, served }) => names.includes(fault.operation) && meets(fault, served));
      if (entry === undefined) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) active = active.filter((other) => other !== entry);
      return entry.fault;
    },
  };
}

/** Whether a fault meets a request that it is there for. `served`: when those came that a throttle let through. */
function meets(fault: Fault, served: number[]): boolean {
  if (fault.kind !== 'throttle') return true;
  const now = performance.now();
  while (served[0] !== undefined && now - served[0] >= 1000) served.shift();
  if (served.length >= fault.perSecond) return true;
  served.push(now);
  return false;
}

const STATUS_CODES: Readonly<Record<number, string>> = {
  429: 'TooManyRequestsException',
  500: 'InternalServerException',
  503: 'ServiceUnavailableException',
};

/** The answer that stands in for the real one, for faults that keep the request from being handled; `undefined` for the others. */
export function replacementReply(fault: Fault, service: Service, call: Call): Reply | undefined {
  if (fault.kind === 'error') {
    // The OIDC API speaks in error words, not in exception names.
    const word = service.name === 'sso-oidc' && fault.status >= 500 ? 'server_error' : STATUS_CODES[fault.status];
    return service.renderError(
      new ApiError(fault.status, fault.code ?? word ?? 'UnknownError', fault.message ?? 'Fault switched on'),
      call,
    );
  }
  if (fault.kind === 'throttle') {
    const isPortal = service.name.startsWith('sso');
    const [status, code] = isPortal ? [429, 'TooManyRequestsException'] : [400, 'Throttling'];
    return service.renderError(new ApiError(status, code, 'Rate exceeded'), call);
  }
  if (fault.kind === 'proxy-html') {
    const body =
      '<html><head><title>Access blocked</title></head><body><h1>Your company proxy blocked this page</h1></body></html>';
    return { status: fault.status ?? 403, headers: { 'Content-Type': 'text/html' }, body };
  }
  return undefined;
}

/** Whether a fault strikes before the request is handled and gives no answer at all. */
export function isSilent(fault: Fault): boolean {
  return fault.kind === 'reset' || fault.kind === 'hang';
}

/** Sends an answer, damaged as the fault says. */
export function send(response: ServerResponse, reply: Reply, fault: Fault | undefined): void {
  const body = Buffer.from(reply.body);
  const headers = { 'Content-Length': String(body.length), ...reply.headers };
  switch (fault?.kind) {
    case 'lost':
      response.destroy();
      return;
    case 'truncated': {
      const half = body.subarray(0, Math.floor(body.length / 2));
      response.writeHead(reply.status, { ...headers, 'Content-Length': String(half.length) }).end(half);
      return;
    }
    case 'content-type':
      response.writeHead(reply.status, { ...headers, 'Content-Type': 'text/plain' }).end(body);
      return;
    case 'slow':
      response.writeHead(reply.status, headers);
      drip(response, body, fault.msPerByte ?? 20);
      return;
    case 'error':
    case 'reset':
    case 'hang':
    case 'proxy-html':
    case 'throttle':
    case undefined:
      response.writeHead(reply.status, headers).end(body);
  }
}

function drip(response: ServerResponse, body: Buffer, msPerByte: number): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (sent >= body.length) {
      clearInterval(timer);
      response.end();
      return;
    }
    response.write(body.subarray(sent, sent + 1));
    sent += 1;
  }, msPerByte);
  response.on('close', () => clearInterval(timer));
}
