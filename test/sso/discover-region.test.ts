import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { discoverRegion, regionInPage } from '../../lib/sso/portal-address.ts';

type Answer =
  { readonly status?: number; readonly location?: string; readonly page?: string | Iterable<Buffer> } | 'unreachable';

/** A web of these addresses; everything else is an error. */
function createWeb(answers: Readonly<Record<string, Answer>>) {
  const asked: string[] = [];
  const bodies: Readable[] = [];
  const handle = async (request: unknown) => {
    const { protocol, hostname, path } = request as { protocol: string; hostname: string; path: string };
    const url = `${protocol}//${hostname}${path}`;
    asked.push(url);
    const answer = answers[url] ?? 'unreachable';
    if (answer === 'unreachable') throw new Error('unreachable');
    const { status = 200, location, page = '' } = answer;
    const headers = location === undefined ? {} : { location };
    const body = Readable.from(typeof page === 'string' ? [Buffer.from(page)] : page);
    bodies.push(body);
    return { response: { statusCode: status, headers, body } };
  };
  return { asked, bodies, requestHandler: async () => ({ handle }) };
}

const page = (region: string) =>
  `<!doctype html><html><head><meta charset="utf-8"><meta name="region" content="${region}"/></head></html>`;

describe('discoverRegion', () => {
  it.each<
    [what: string, startUrl: string, answers: Record<string, Answer>, region: string | undefined, requests: number]
  >([
    ['the host', 'https://ssoins-1.portal.eu-west-1.app.aws', {}, 'eu-west-1', 0],
    [
      'the page',
      'https://acme.awsapps.com/start',
      { 'https://acme.awsapps.com/start': { page: page('us-west-2') } },
      'us-west-2',
      1,
    ],
    [
      'the host behind a vanity URL',
      'https://aws.acme.example',
      { 'https://aws.acme.example/': { status: 302, location: 'https://ssoins-1.eu-central-1.portal.amazonaws.com/' } },
      'eu-central-1',
      1,
    ],
    [
      'the page behind a vanity URL',
      'https://aws.acme.example',
      {
        'https://aws.acme.example/': { status: 302, location: 'https://acme.awsapps.com/start' },
        'https://acme.awsapps.com/start': { page: page('eu-west-1') },
      },
      'eu-west-1',
      2,
    ],
    [
      'not the page of a host that AWS does not own',
      'https://aws.acme.example',
      { 'https://aws.acme.example/': { page: page('eu-west-1') } },
      undefined,
      1,
    ],
    [
      'not behind a redirect to anybody else',
      'https://aws.acme.example',
      { 'https://aws.acme.example/': { status: 302, location: 'https://evil.example/eu-west-1' } },
      undefined,
      1,
    ],
    [
      'not behind a redirect without https',
      'https://aws.acme.example',
      { 'https://aws.acme.example/': { status: 302, location: 'http://acme.awsapps.com/start' } },
      undefined,
      1,
    ],
    [
      'not an error page',
      'https://acme.awsapps.com/start',
      { 'https://acme.awsapps.com/start': { status: 404, page: page('eu-west-1') } },
      undefined,
      1,
    ],
    ['nothing without network, asked three times', 'https://acme.awsapps.com/start', {}, undefined, 3],
    ['nothing for what is no URL', 'no url', {}, undefined, 0],
  ])('finds it in %s', async (_, startUrl, answers, region, requests) => {
    const web = createWeb(answers);
    expect(await discoverRegion(web, startUrl, {})).toBe(region);
    // An answer that is not read would hold its connection.
    expect(web.bodies.every(({ destroyed }) => destroyed)).toBe(true);
    expect(web.asked).toHaveLength(requests);
  });
});

describe('regionInPage', () => {
  it.each([
    ["<meta content='eu-west-1' name='region'>", 'eu-west-1'],
    ['<meta name="region" content="Jakarta">', undefined],
    ['<meta name="region">', undefined],
    ['', undefined],
  ])('%s: %s', (text, region) => {
    expect(regionInPage(text)).toBe(region);
  });
});

it('a page that has no end is read only at its beginning', async () => {
  let chunks = 0;
  function* endless() {
    for (;;) {
      chunks += 1;
      if (chunks > 1000) throw new Error('read on and on');
      yield Buffer.alloc(10_000, chunks === 1 ? `${page('eu-west-1')} ` : ' ');
    }
  }
  const web = createWeb({ 'https://acme.awsapps.com/start': { page: endless() } });
  expect(await discoverRegion(web, 'https://acme.awsapps.com/start', {})).toBe('eu-west-1');
  expect(chunks).toBeLessThan(50);
});
