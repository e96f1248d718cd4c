import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createRequestHandler } from '../../lib/sso/http-handler.ts';
import { userError } from './setup.ts';

const servers: Server[] = [];

afterEach(async () => {
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

describe('the request handler', () => {
  it('takes the proxy of the environment, of the settings, or none', async () => {
    const { target, proxy } = await targetAndProxy();
    expect(await viaProxy(target, {}, {})).toBe(false);
    expect(await viaProxy(target, {}, { HTTP_PROXY: proxy })).toBe(true);
    expect(await viaProxy(target, {}, { HTTP_PROXY: proxy, NO_PROXY: '127.0.0.1' })).toBe(false);
    expect(await viaProxy(target, { proxy }, {})).toBe(true);
    expect(await viaProxy(target, { proxy }, { NO_PROXY: '*' })).toBe(true);
    expect(await viaProxy(target, { proxy: '' }, { HTTP_PROXY: proxy })).toBe(false);
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
