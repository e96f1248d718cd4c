import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type CallbackServer, startCallbackServer } from '../../lib/sso/login/callback-server.ts';
import { recordFigure } from '../helpers/figures.ts';
import { inputs } from '../helpers/scale.ts';
import { hostileText } from './hostile.ts';

const state = 'the-right-state';
/** Stands in every request; an answer that has it repeats what it was sent. */
const marker = 'reflected-marker';
let server: CallbackServer;

beforeEach(async () => {
  server = await startCallbackServer(state);
});
afterEach(() => server.close());

const right = {
  method: 'GET',
  path: '/oauth/callback',
  query: `code=${marker}&state=${state}`,
  host: (port: string) => `127.0.0.1:${port}`,
};
type Parts = typeof right;

/** Each makes a request of the browser one that is not. */
const defects: fc.Arbitrary<Partial<Parts>> = fc.oneof(
  fc
    .constantFrom('POST', 'HEAD', 'PUT', 'OPTIONS', 'TRACE', 'CONNECT', 'get', 'PRI', 'QUERY', '')
    .map((method) => ({ method })),
  fc
    .constantFrom(
      '/',
      '/oauth/callback/',
      '//oauth/callback',
      '/oauth/../oauth/callback',
      '/OAUTH/CALLBACK',
      '/oauth%2Fcallback',
      '/oauth/callback;x',
      'http://127.0.0.1/oauth/callback',
      '*',
      '/favicon.ico',
    )
    .map((path) => ({ path })),
  fc
    .constantFrom('localhost', 'evil.example', '127.0.0.1', '127.0.0.1:1', '[::1]', '127.0.0.1.evil.example', '', 'a b')
    .map((name) => ({
      host: (port: string) => (name.includes(':') || name === '127.0.0.1' ? name : `${name}:${port}`),
    })),
  hostileText
    .filter((text) => text !== state)
    .map((text) => ({ query: `code=${marker}&state=${new URLSearchParams({ text }).toString().slice(5)}` })),
  fc
    .constantFrom(
      `code=${marker}`,
      `state=${state}`,
      `code=&state=${state}`,
      `code=${marker}&state=${state}&state=x`,
      `code=${marker}&code=b&state=${state}`,
      `error=${marker}&state=`,
      `error=${marker}&state=${state.slice(1)}`,
      `STATE=${state}&code=${marker}`,
      `code=${marker}&state=${state}%00`,
      `code=${marker}&state=${state}x`,
      `code=${marker};state=${state}`,
    )
    .map((query) => ({ query })),
);
const header = fc.oneof(
  hostileText.map((text) => `X-${marker}: ${text}`),
  fc.constantFrom(
    `Cookie: ${marker}`,
    `Origin: https://evil.example`,
    'Content-Length: 5',
    'Content-Length: -1',
    'Transfer-Encoding: chunked',
    'Expect: 100-continue',
    'Upgrade: websocket\r\nConnection: Upgrade',
    'Host: evil.example',
    `Long: ${'x'.repeat(20_000)}`,
  ),
);
const request = fc.record({
  version: fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTPS/1.1', '', 'x'.repeat(100)),
  parts: defects,
  headers: fc.array(header, { maxLength: 3 }),
  body: hostileText,
  isRaw: fc.boolean(),
  raw: fc.uint8Array({ maxLength: 200 }),
});
type Request = typeof request extends fc.Arbitrary<infer Value> ? Value : never;

function bytesOf({ version, parts, headers, body, isRaw, raw }: Request, port: string): Buffer {
  if (isRaw && raw.length > 100) return Buffer.from(raw);
  const { method, path, query, host } = { ...right, ...parts };
  const lines = [`${method} ${path}?${query} ${version}`, `Host: ${host(port)}`, ...headers, '', body];
  return Buffer.from(lines.join('\r\n'));
}

/** Sends bytes and the end of them; gives all that comes back. */
function exchange(bytes: Buffer, port: string): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.end(bytes);
  });
}

describe('hostile requests to the loopback server', () => {
  it('end no login, get nothing of themselves back, and leave the browser its way', async () => {
    const { port } = new URL(server.redirectUri);
    let hasArrived = false;
    void server.callback.then(() => (hasArrived = true));
    const send = async (requests: readonly Request[]) => {
      const answers = await Promise.all(requests.map((each) => exchange(bytesOf(each, port), port)));
      recordFigure('callback-requests.requests', answers.length);
      expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 200') || answer.includes(marker))).toEqual([]);
      // What is answered by us, and not by Node's parser, is kept by no cache and framed by no page.
      const headers = /Cache-Control: no-store\r\nContent-Security-Policy: default-src 'none'/;
      expect(answers.filter((answer) => answer.includes('<html') && !headers.test(answer))).toEqual([]);
      expect(hasArrived).toBe(false);
    };
    const many = fc.array(request, { minLength: 20, maxLength: 20 });
    await fc.assert(fc.asyncProperty(many, send), { ...inputs(25), endOnFailure: true });

    const good = exchange(
      Buffer.from(`GET /oauth/callback?code=the-code&state=${state} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`),
      port,
    );
    const callback = await server.callback;
    callback.finish('success');
    expect(callback.result).toEqual({ code: 'the-code' });
    expect(await good).toContain("You're signed in");
  });
});
