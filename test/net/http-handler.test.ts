import { once } from 'node:events';
import { createServer, request as httpRequest, type Server } from 'node:http';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { RequestHandlerLike } from '../../lib/context.ts';
import { createRequestHandler } from '../../lib/net/http-handler.ts';
import { startProxy } from '../helpers/proxy.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { createAuthority } from '../helpers/tls.ts';
import { userError } from '../sso/setup.ts';
import { onPosix } from '../helpers/needs.ts';

const itOnPosix = onPosix(it, 'openssl of its own');

const servers: Server[] = [];

afterEach(async () => {
  jest.useRealTimers();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: Parameters<typeof createServer>[1]): Promise<number> {
  const server = createServer(listener ?? (() => undefined));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A target that says "direct", and a proxy that says it went through it. */
async function targetAndProxy() {
  const target = await serve((_request, response) => response.end('target'));
  const proxy = await serve((request, response) => {
    const { port, pathname } = new URL(request.url ?? '');
    httpRequest({ port, path: pathname }, (answer) => {
      response.setHeader('x-via', 'proxy');
      answer.pipe(response);
    }).end();
  });
  return { target, proxy: `http://127.0.0.1:${proxy}` };
}

async function viaProxy(port: number, settings: { proxy?: string }, env: Record<string, string>): Promise<boolean> {
  const handler = await createRequestHandler(settings, env);
  const { response } = await handler.handle({
    method: 'GET',
    protocol: 'http:',
    hostname: '127.0.0.1',
    port,
    path: '/',
    headers: { host: `127.0.0.1:${port}` },
  });
  const { headers, body } = response as { headers: Record<string, string>; body: NodeJS.ReadableStream };
  body.resume();
  handler.destroy?.();
  return headers['x-via'] === 'proxy';
}

/** One call, its answer read to the end. */
async function ask(handler: RequestHandlerLike, protocol: string, port: number): Promise<void> {
  const headers = { host: `127.0.0.1:${port}` };
  const { response } = await handler.handle({
    method: 'GET',
    protocol,
    hostname: '127.0.0.1',
    port,
    path: '/',
    headers,
  });
  const { body } = response as { body: NodeJS.ReadableStream };
  await once(body.resume(), 'end');
  await turn();
}

/** Asks a server, with the clock in our hands. What comes of it is told by `settled`. */
async function askInFakeTime(port: number) {
  const handler = await createRequestHandler({}, {});
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  const settled: unknown[] = [];
  const request = { method: 'GET', protocol: 'http:', hostname: '127.0.0.1', port, path: '/', headers: {} };
  const asked = handler.handle(request).then(
    () => settled.push('an answer'),
    (error: unknown) => settled.push(error),
  );
  return { asked, settled };
}

describe('the request handler', () => {
  it('waits ten seconds for an answer to begin, and no longer', async () => {
    const port = await serve(() => undefined);
    const [server] = servers;
    const arrived = once(server as Server, 'request');
    const { asked, settled } = await askInFakeTime(port);
    await arrived;
    jest.advanceTimersByTime(9_900);
    await turn();
    expect(settled).toEqual([]);
    jest.advanceTimersByTime(200);
    await turn();
    // Where it would wait on, this ends it.
    server?.closeAllConnections();
    await asked;
    expect(settled).toEqual([expect.objectContaining({ name: 'TimeoutError', code: 'ETIMEDOUT' })]);
  });

  it('waits five seconds for a connection, and no longer', async () => {
    // Where it would wait on, this ends it.
    const port = await serve((request) => request.destroy());
    const { asked, settled } = await askInFakeTime(port);
    // The system tells of connections between the turns of the event loop: within one, there is none yet.
    const tick = () => new Promise<void>((resolve) => process.nextTick(resolve));
    const pass = async (ms: number) => {
      jest.advanceTimersByTime(ms);
      for (let left = 5; left > 0; left -= 1) await tick();
    };
    for (const ms of [0, 1_000, 3_900]) await pass(ms);
    expect(settled).toEqual([]);
    await pass(200);
    await asked;
    expect(String(settled[0])).toMatch(/^TimeoutError: .* did not establish a connection/);
  });

  it('takes the proxy of the environment, of the settings, or none', async () => {
    const { target, proxy } = await targetAndProxy();
    expect(await viaProxy(target, {}, {})).toBe(false);
    expect(await viaProxy(target, {}, { HTTP_PROXY: proxy })).toBe(true);
    expect(await viaProxy(target, {}, { HTTP_PROXY: proxy, NO_PROXY: '127.0.0.1' })).toBe(false);
    expect(await viaProxy(target, { proxy }, {})).toBe(true);
    expect(await viaProxy(target, { proxy }, { NO_PROXY: '*' })).toBe(true);
    expect(await viaProxy(target, { proxy: '' }, { HTTP_PROXY: proxy })).toBe(false);
  });

  it('says of a certificate file in ~ that no shell expanded it', async () => {
    const error = await userError(createRequestHandler({}, { AWS_CA_BUNDLE: '~/ca.pem' }));
    expect(String(error.parts.why)).toContain('expand ~');
    const other = await userError(createRequestHandler({}, { AWS_CA_BUNDLE: '/nope/ca.pem' }));
    expect(String(other.parts.why)).not.toContain('~');
  });

  it('makes one connection for many calls, one after the other', async () => {
    const target = await serve((_request, response) => response.end('target'));
    let connections = 0;
    servers.at(-1)?.on('connection', () => (connections += 1));
    const handler = await createRequestHandler({}, {});
    for (let call = 0; call < 20; call += 1) await ask(handler, 'http:', target);
    handler.destroy?.();
    expect(connections).toBe(1);
  });

  itOnPosix('asks a proxy for every plain call, and of many calls over TLS for one tunnel', async () => {
    const folder = tempFolder();
    const authority = createAuthority(folder, 'reuse');
    const proxy = await startProxy();
    const plain = await serve((_request, response) => response.end('target'));
    const secure = createTlsServer(
      { key: readFileSync(authority.key), cert: readFileSync(authority.certificate) },
      (_request, response) => response.end('target'),
    );
    servers.push(secure);
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    const handler = await createRequestHandler({ proxy: proxy.url, caBundlePath: authority.ca }, {});
    for (let call = 0; call < 5; call += 1) await ask(handler, 'http:', plain);
    for (let call = 0; call < 20; call += 1) await ask(handler, 'https:', (secure.address() as AddressInfo).port);
    handler.destroy?.();
    await proxy.close();
    expect(proxy.passed.filter((line) => line.startsWith('GET'))).toHaveLength(5);
    expect(proxy.passed.filter((line) => line.startsWith('CONNECT'))).toHaveLength(1);
  });

  it('names a certificate file that cannot be read, and a proxy that is no address without its password', async () => {
    const missing = await userError(createRequestHandler({ caBundlePath: '/nowhere/ca.pem' }, {}));
    expect(missing.exitCode).toBe(78);
    expect(missing.parts.what).toContain('/nowhere/ca.pem');
    const bad = await userError(createRequestHandler({ proxy: '//me:secret@proxy' }, {}));
    expect(bad.exitCode).toBe(78);
    expect(JSON.stringify(bad.parts)).not.toContain('secret');
  });

  it('runs no PAC file: it names it, without its password', async () => {
    const pac = 'pac+https://me:secret@intranet.example.com/proxy.pac';
    for (const request of [createRequestHandler({ proxy: pac }, {}), createRequestHandler({}, { https_proxy: pac })]) {
      const error = await userError(request);
      expect(error.exitCode).toBe(78);
      expect(error.parts.what).toContain('"intranet.example.com/proxy.pac" is a PAC file');
      expect(JSON.stringify(error.parts)).not.toContain('secret');
    }
    expect((await userError(createRequestHandler({}, { ALL_PROXY: pac }))).parts.why).toContain('ALL_PROXY');
    await expect(createRequestHandler({ proxy: '' }, { HTTPS_PROXY: pac })).resolves.toBeDefined();
  });
});

it('takes certificate authorities from a file only, and not from one that has no end', async () => {
  const folder = tempFolder();
  const huge = join(folder, 'huge.pem');
  writeFileSync(huge, '');
  truncateSync(huge, 1_000_000_000);
  for (const caBundlePath of ['/dev/zero', '/dev/random', folder, huge]) {
    expect(await userError(createRequestHandler({ caBundlePath }, {}))).toMatchObject({ exitCode: 78 });
  }
});
