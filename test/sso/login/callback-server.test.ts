import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startCallbackServer, type CallbackServer } from '../../../lib/sso/login/callback-server.ts';
import { recordFigure } from '../../helpers/figures.ts';
import { tries } from '../../helpers/scale.ts';
import { until, within } from '../../helpers/until.ts';

const state = 'the-right-state';
let server: CallbackServer;

beforeEach(async () => {
  server = await startCallbackServer(state);
});

afterEach(() => within('the server to close', server.close()));

/** The callback, which must come soon or not at all. */
const callbackOf = ({ callback }: CallbackServer) => within('the callback', callback, 5_000);

function ask(query: string, options: { method?: string; host?: string; path?: string } = {}) {
  const { port } = new URL(server.redirectUri);
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const path = `${options.path ?? '/oauth/callback'}${query}`;
    const sent = request(
      {
        port,
        host: '127.0.0.1',
        path,
        method: options.method ?? 'GET',
        headers: { host: options.host ?? `127.0.0.1:${port}` },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.setTimeout(5_000, () => sent.destroy(new Error(`no answer to ${path}`)));
    sent.end();
  });
}

describe('the callback server', () => {
  it('listens on 127.0.0.1 only, at the path that Identity Center accepts', () => {
    expect(server.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback$/);
  });

  it.each([
    ['another path', 404, `?code=evil&state=${state}`, { path: '/' }],
    ['a path below', 404, `?code=evil&state=${state}`, { path: '/oauth/callback/' }],
    ['another method', 405, `?code=evil&state=${state}`, { method: 'POST' }],
    ['HEAD', 405, `?code=evil&state=${state}`, { method: 'HEAD' }],
    ['another host name', 400, `?code=evil&state=${state}`, { host: 'evil.example' }],
    ['a wrong state', 400, '?code=evil&state=wrong', {}],
    ['no state', 400, '?code=evil', {}],
    ['two states', 400, `?code=evil&state=${state}&state=wrong`, {}],
    ['an error with a wrong state', 400, '?error=access_denied&state=wrong', {}],
    ['neither code nor error', 400, `?state=${state}`, {}],
    ['two codes', 400, `?code=a&code=b&state=${state}`, {}],
    ['script in a parameter', 400, '?code=<script>evil</script>&state="><script>evil', {}],
  ])('ignores %s and goes on waiting', async (_name, status, query, options) => {
    const refused = await ask(query, options);
    expect(refused.status).toBe(status);
    expect(refused.body).not.toMatch(/evil|wrong|script/);
    const good = ask(`?code=the-code&state=${state}`);
    const callback = await callbackOf(server);
    callback.finish('success');
    expect(callback.result).toEqual({ code: 'the-code' });
    expect((await good).body).toContain("You're signed in");
  });

  it('answers alike whatever comes with a wrong state, which is looked at before all that follows', async () => {
    const withState = (wrong: string) =>
      [
        '',
        '&code=a',
        '&code=',
        '&code=a&code=b',
        '&error=access_denied',
        '&error=a&code=b',
        `&code=${'x'.repeat(2000)}`,
      ].map((rest) => `?state=${wrong}${rest}`);
    const wrong = ['', 'w', state.slice(1), `${state}x`, 'x'.repeat(state.length), state.toUpperCase()];
    const answers = await Promise.all(wrong.flatMap(withState).map((query) => ask(query)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(400);
    recordFigure('callback-server.states', answers.length);
  });

  it('is not ended by what is no HTTP', async () => {
    const socket = connect(Number(new URL(server.redirectUri).port), '127.0.0.1');
    socket.write('\u0000\u0001 garbage\r\n\r\n');
    const closed = new Promise((resolve) => socket.on('close', resolve).on('data', () => undefined));
    await within('the connection to end', closed);
    void ask(`?code=the-code&state=${state}`);
    const callback = await callbackOf(server);
    callback.finish('success');
    expect(callback.result).toEqual({ code: 'the-code' });
  });

  it('takes an error with the right state as the end, and says so in the browser', async () => {
    const answer = ask(`?error=access_denied&state=${state}`);
    const callback = await callbackOf(server);
    callback.finish('denied');
    expect(callback.result).toEqual({ error: 'access_denied' });
    expect((await answer).body).toContain('denied');
  });

  it('answers with headers that store, frame, load and pass on nothing', async () => {
    const { headers } = await ask('?state=wrong');
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'sha256-[^']+';.*frame-ancestors 'none'$/,
      ),
      connection: 'close',
    });
  });

  it('accepts one callback only', async () => {
    void ask(`?code=first&state=${state}`);
    const callback = await callbackOf(server);
    expect((await ask(`?code=second&state=${state}`)).status).toBe(404);
    callback.finish('success');
    expect(callback.result).toEqual({ code: 'first' });
  });

  it('tells a browser that was left waiting that it failed, and closes idle connections', async () => {
    const idle = connect(Number(new URL(server.redirectUri).port), '127.0.0.1');
    const idleClosed = new Promise((resolve) => idle.on('close', resolve));
    const answer = ask(`?code=the-code&state=${state}`);
    await callbackOf(server);
    await within('the server to close', server.close());
    expect((await answer).body).toContain('Sign-in failed');
    await within('the idle connection to end', idleClosed);
    await expect(ask('')).rejects.toThrow('ECONNREFUSED');
  });

  it('is not there on any other address of this machine', async () => {
    const port = Number(new URL(server.redirectUri).port);
    const others = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    const addresses = ['::1', '127.0.0.2', ...others.map(({ address }) => address)].filter(
      (each) => each !== '127.0.0.1',
    );
    const reached = await Promise.all(
      addresses.map(
        (host) =>
          new Promise<string[]>((resolve) => {
            const socket = connect(port, host, () => resolve([host]));
            socket.on('error', () => resolve([])).setTimeout(5_000, () => resolve([]));
          }),
      ),
    );
    expect(reached.flat()).toEqual([]);
  });

  it('lets the browser through a crowd of hostile requests and of connections that never end', async () => {
    const port = Number(new URL(server.redirectUri).port);
    const silent: Socket[] = [];
    const open = () => silent.filter(({ closed }) => !closed).length;
    // A hundred at a time: the system itself forgets connections of which more are waiting than it has room for.
    while (silent.length < tries(1500, 4000)) {
      const more = Array.from({ length: 100 }, () => connect(port, '127.0.0.1'));
      for (const [index, socket] of more.entries()) {
        socket.resume().on('error', () => undefined);
        // Half a request, a header that never ends, or nothing at all.
        const part =
          index % 3 === 1 ? 'GET /oauth/callback?code=evil HTTP/1.1\r\n' : `GET / HTTP/1.1\r\nX: ${'x'.repeat(9000)}`;
        if (index % 3 > 0) socket.write(part);
      }
      silent.push(...more);
      await Promise.all(more.map((socket) => once(socket, 'connect')));
    }
    const variants: readonly (readonly [string, Parameters<typeof ask>[1]])[] = [
      ['?code=evil&state=wrong', {}],
      [`?code=evil&state=${state}`, { method: 'POST' }],
      [`?code=evil&state=${state}`, { host: 'evil.example' }],
      [`?code=evil&state=${state}`, { path: '/' }],
      [`?error=access_denied&state=${state}x`, {}],
    ];
    const hammer = () =>
      Array.from({ length: 100 }, (_, index) => {
        const [query = '', options] = variants[index % variants.length] ?? [];
        return ask(query, options);
      });
    const answers: PromiseSettledResult<Awaited<ReturnType<typeof ask>>>[] = [];
    for (let round = 0; round < tries(3, 30); round += 1) answers.push(...(await Promise.allSettled(hammer())));
    const hammering = hammer();
    const good = ask(`?code=the-code&state=${state}`);
    const callback = await callbackOf(server);
    callback.finish('success');
    expect(callback.result).toEqual({ code: 'the-code' });
    expect((await good).body).toContain("You're signed in");
    // A connection is cut where too many are open, never answered well.
    answers.push(...(await Promise.allSettled(hammering)));
    const statuses = new Set(answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.status] : [])));
    expect([...statuses].filter((status) => ![400, 404, 405].includes(status))).toEqual([]);
    // Each new connection cuts one of those that say nothing: their number has an end.
    await ask('?state=wrong').catch(() => undefined);
    await until('silent connections to be cut', () => open() <= 1200);
    await within('the server to close', server.close());
    await until('all connections to end', () => open() === 0);
    recordFigure('callback-server.connections', silent.length);
    recordFigure('callback-server.requests', answers.length);
  });

  it.each(['success', 'denied', 'failed'] as const)('is gone after %s', async (kind) => {
    const answer = ask(`?code=the-code&state=${state}`);
    (await callbackOf(server)).finish(kind);
    await answer;
    await within('the server to close', server.close());
    await expect(ask('')).rejects.toThrow('ECONNREFUSED');
  });
});
