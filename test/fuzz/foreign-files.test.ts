import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readAssembly } from '../../lib/cdk/assembly.ts';
import { readLoginCache } from '../../lib/profile/aws-login-cache.ts';
import { discoverRegion, regionInPage, resolveStartUrl } from '../../lib/sso/portal-address.ts';
import { isRegionName } from '../../lib/sso/start-url.ts';
import { createFakeClock, startOfTests } from '../helpers/clock.ts';
import { recordFigure } from '../helpers/figures.ts';
import { inputs } from '../helpers/scale.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { createSession } from '../sso/setup.ts';
import { isOfAws } from './aws-domains.ts';
import { expectCleanPrototypes, expectRefusal, hostileJson, hostileText, spoiled } from './hostile.ts';

afterEach(expectCleanPrototypes);

describe('a hostile page behind a start URL', () => {
  const head = '<!doctype html><html><head><meta name="region" content="eu-west-1"><title>x</title></head></html>';
  const tag = fc
    .array(
      fc.constantFrom('<meta', ' ', '\n', 'name=', 'content=', '"', "'", 'region', 'eu-west-1', '>', '<', '/', 'NAME='),
      { maxLength: 16 },
    )
    .map((parts) => parts.join(''));
  const page = fc.oneof(
    spoiled(head),
    tag,
    hostileText,
    fc.tuple(tag, hostileText, tag).map((parts) => parts.join('')),
  );
  const locationOf = (host: fc.Arbitrary<string>) =>
    fc
      .tuple(fc.constantFrom('https:', 'http:', 'HTTPS:', 'javascript:', 'file:', 'data:', ''), host, hostileText)
      .map(([scheme, name, rest]) => `${scheme}//${name}${rest}`);
  const location = fc.oneof(
    spoiled('https://acme.awsapps.com/start'),
    spoiled('https://ssoins-1.portal.eu-west-1.app.aws/'),
    locationOf(
      fc.constantFrom(
        'acme.awsapps.com',
        'acme.awsapps.com.evil.example',
        'evil.example#acme.awsapps.com',
        'acme.awsapps.com@evil.example',
        'evil.example\\.awsapps.com',
        'acme.awsapps.com:8443',
        'xn--80ak6aa92e.com',
        '[::1]',
      ),
    ),
    hostileText,
  );
  const answer = fc.record({
    statusCode: fc.constantFrom(200, 200, 201, 204, 301, 302, 302, 307, 308, 399, 404, 405, 418, 501),
    location: fc.option(location, { nil: undefined }),
    page,
  });
  type Answer = typeof answer extends fc.Arbitrary<infer Each> ? Each : never;

  /** Answers one request after another, and remembers who was asked. */
  function webOf(answers: readonly Answer[]) {
    const asked: { protocol: string; hostname: string }[] = [];
    const handle = async (request: unknown) => {
      const { statusCode, location: target, page: text } = answers[asked.length % answers.length] as Answer;
      asked.push(request as (typeof asked)[number]);
      const headers = target === undefined ? {} : { location: target };
      return { response: { statusCode, headers, body: Readable.from([Buffer.from(text)]) } };
    };
    return { asked, ctx: { requestHandler: async () => ({ handle }) } };
  }
  const answers = fc.array(answer, { minLength: 1, maxLength: 3 });
  const startUrl = fc.constantFrom('https://sso.acme.example/', 'https://acme.awsapps.com/start');

  it('names a region or nothing', () => {
    const read = (text: string) => {
      recordFigure('foreign.inputs');
      const region = regionInPage(text);
      expect(region === undefined || (isRegionName(region) && text.includes(region))).toBe(true);
    };
    expect(() => fc.assert(fc.property(page, read), inputs(1500))).not.toThrow();
  });

  it('and its redirect give the region or nothing; nobody but AWS is asked after the first', async () => {
    const look = async (given: readonly Answer[], start: string) => {
      recordFigure('foreign.inputs');
      const { asked, ctx } = webOf(given);
      const region = await discoverRegion(ctx, start, {});
      expect(region === undefined || isRegionName(region)).toBe(true);
      const [, ...others] = asked;
      expect(others.filter(({ protocol, hostname }) => protocol !== 'https:' || !isOfAws(hostname))).toEqual([]);
      expect(others.length).toBeLessThanOrEqual(1);
    };
    await fc.assert(fc.asyncProperty(answers, startUrl, look), inputs(600));
  });

  it('and its redirect lead to an address of AWS over TLS, or are refused', async () => {
    const look = async (given: readonly Answer[]) => {
      recordFigure('foreign.inputs');
      const { asked, ctx } = webOf(given);
      const session = createSession(undefined, { startUrl: 'https://sso.acme.example/' });
      const found = await resolveStartUrl(ctx, session, {}, new AbortController().signal).catch(expectRefusal);
      // The redirect is read, and not followed.
      expect(new Set(asked.map(({ hostname }) => hostname))).toEqual(new Set(['sso.acme.example']));
      if (found === undefined) return;
      const { protocol, hostname } = new URL(found);
      expect({ protocol, isOfAws: isOfAws(hostname), isPlain: /^[!-~]+$/.test(found) }).toEqual({
        protocol: 'https:',
        isOfAws: true,
        isPlain: true,
      });
    };
    await fc.assert(fc.asyncProperty(answers, look), inputs(600));
  });
});

describe('a hostile file of aws login', () => {
  const loginSession = 'arn:aws:iam::444444444444:user/ada';
  const moment = fc.constantFrom(
    '2026-06-01T13:00:00Z',
    '2026-05-31T13:00:00Z',
    '2020-01-01T00:00:00Z',
    '9999-99-99T99:99',
    '+275760-09-13T00:00:00Z',
    '2026-06-01T13:00',
  );
  const secret = fc.oneof({ weight: 4, arbitrary: fc.constant('a-secret') }, hostileJson);
  const file = fc.record(
    {
      clientId: secret,
      refreshToken: secret,
      dpopKey: secret,
      accessToken: fc.oneof(
        {
          weight: 4,
          arbitrary: fc.record({
            accountId: secret,
            expiresAt: fc.oneof(moment, hostileJson),
            secretAccessKey: secret,
          }),
        },
        hostileJson,
      ),
      ['__proto__']: hostileJson,
    },
    { requiredKeys: ['clientId', 'refreshToken', 'dpopKey'] },
  );
  const text = fc.oneof(
    { weight: 4, arbitrary: file.map((each) => JSON.stringify(each)) },
    spoiled('{"clientId":"a-secret","accessToken":{"accountId":"1","expiresAt":"2026-06-01T13:00:00Z"}}'),
    hostileText,
    hostileJson.map((each) => JSON.stringify(each)),
  );

  it('is a sign-in with an end that can be counted with, or unreadable; nothing of it is told', () => {
    const folder = tempFolder();
    const path = join(folder, `${createHash('sha256').update(loginSession).digest('hex')}.json`);
    const ctx = { env: { AWS_LOGIN_CACHE_DIRECTORY: folder }, home: folder, clock: createFakeClock(startOfTests) };
    const read = (json: string) => {
      recordFigure('foreign.inputs');
      writeFileSync(path, json);
      const found = readLoginCache(ctx, loginSession);
      expect(['valid', 'renewable', 'ended', 'unreadable']).toContain(found.state);
      const isDated = 'expiresAt' in found && !Number.isNaN(found.expiresAt.getTime());
      expect(isDated).toBe(found.state !== 'unreadable');
      expect(JSON.stringify(found)).not.toContain('a-secret');
    };
    expect(() => fc.assert(fc.property(text, read), inputs(500))).not.toThrow();
  });
});

describe('a hostile cloud assembly', () => {
  const folderName = fc.constantFrom('.', '..', 'nested', 'nested/..', '/', '/dev/null', 'missing', '../assembly', '');
  const artifact = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record(
        {
          type: fc.oneof(fc.constantFrom('aws:cloudformation:stack', 'cdk:cloud-assembly', 'cdk:tree'), hostileJson),
          displayName: hostileJson,
          environment: fc.oneof(fc.constant('aws://111111111111/eu-west-1'), hostileJson),
          properties: fc.oneof(
            fc.record({ directoryName: fc.oneof({ weight: 3, arbitrary: folderName }, hostileText, hostileJson) }),
            hostileJson,
          ),
        },
        { requiredKeys: ['type'] },
      ),
    },
    hostileJson,
  );
  const artifacts = fc.dictionary(fc.oneof(fc.constantFrom('Api', '__proto__', 'constructor'), hostileText), artifact);
  const manifest = fc.oneof(
    { weight: 5, arbitrary: artifacts.map((each) => JSON.stringify({ version: '1', artifacts: each })) },
    spoiled('{"artifacts":{"Api":{"type":"aws:cloudformation:stack","displayName":"Prod/Api"}}}'),
    hostileText,
    hostileJson.map((each) => JSON.stringify({ artifacts: each })),
  );

  it('gives stacks with names and environments that are texts, each once, were assemblies within themselves', () => {
    const folder = join(tempFolder(), 'assembly');
    mkdirSync(join(folder, 'nested'), { recursive: true });
    const read = (outer: string, nested: string) => {
      recordFigure('foreign.inputs');
      writeFileSync(join(folder, 'manifest.json'), outer);
      writeFileSync(join(folder, 'nested/manifest.json'), nested);
      const stacks = readAssembly(folder) ?? [];
      const isWrong = ({ name, environment = '' }: (typeof stacks)[number]) =>
        typeof name !== 'string' || typeof environment !== 'string';
      expect(stacks.filter(isWrong)).toEqual([]);
      const count = (text: string) => text.split('aws:cloudformation:stack').length - 1;
      expect(stacks.length).toBeLessThanOrEqual(count(outer) + count(nested));
    };
    expect(() => fc.assert(fc.property(manifest, manifest, read), inputs(500))).not.toThrow();
  });
});
