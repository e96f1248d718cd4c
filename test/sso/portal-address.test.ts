import { describe, expect, it } from '@jest/globals';
import type { RequestHandlerLike } from '../../lib/context.ts';
import { resolveStartUrl } from '../../lib/sso/portal-address.ts';
import { createSession, userError } from './setup.ts';

type Answer = { readonly status: number; readonly location?: string };

function answering(answers: Readonly<Record<string, Answer>>) {
  const asked: string[] = [];
  const handler: RequestHandlerLike = {
    handle: async (request) => {
      const { method, hostname } = request as { method: string; hostname: string };
      asked.push(`${method} ${hostname}`);
      const answer = answers[method];
      if (answer === undefined) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      return {
        response: {
          statusCode: answer.status,
          headers: answer.location === undefined ? {} : { location: answer.location },
        },
      };
    },
  };
  return { asked, ctx: { requestHandler: async () => handler } };
}

function resolve(startUrl: string, answers: Readonly<Record<string, Answer>> = {}) {
  const { asked, ctx } = answering(answers);
  const session = createSession(undefined, { startUrl });
  return { asked, resolved: resolveStartUrl(ctx, session, {}, new AbortController().signal) };
}

describe('a start URL', () => {
  it.each([
    'https://d-1234567890.awsapps.com/start',
    'https://start.us-gov-home.awsapps.com/directory/x',
    'https://start.home.awsapps.cn/directory/x',
    'https://ssoins-1.portal.eu-west-1.app.aws',
    'https://identitycenter.amazonaws.com/ssoins-1',
    'http://127.0.0.1:4000/start',
  ])('of AWS or of this machine is taken as it is: %s', async (startUrl) => {
    const { asked, resolved } = resolve(startUrl);
    expect(await resolved).toBe(startUrl);
    expect(asked).toEqual([]);
  });

  it('of the organisation is asked where it leads', async () => {
    const { asked, resolved } = resolve('https://sso.acme.example/', {
      HEAD: { status: 302, location: 'https://acme.awsapps.com/start' },
    });
    expect(await resolved).toBe('https://acme.awsapps.com/start');
    expect(asked).toEqual(['HEAD sso.acme.example']);
  });

  it('is asked by GET where HEAD is not answered', async () => {
    const { asked, resolved } = resolve('https://sso.acme.example/', {
      HEAD: { status: 405 },
      GET: { status: 301, location: 'https://acme.awsapps.com/start' },
    });
    expect(await resolved).toBe('https://acme.awsapps.com/start');
    expect(asked).toEqual(['HEAD sso.acme.example', 'GET sso.acme.example']);
  });

  it.each<[string, Record<string, Answer>, number]>([
    ['https://sso.acme.example/', { HEAD: { status: 302, location: 'https://evil.example/' } }, 78],
    ['https://sso.acme.example/', { HEAD: { status: 302, location: 'https://acme.awsapps.com.evil.example/' } }, 78],
    ['https://sso.acme.example/', { HEAD: { status: 302, location: 'http://acme.awsapps.com/start' } }, 78],
    ['https://sso.acme.example/', { HEAD: { status: 200 } }, 78],
    ['http://sso.acme.example/', {}, 78],
    ['no address', {}, 78],
    ['https://sso.acme.example/', {}, 69],
  ])('%s that leads to %j ends with %s', async (startUrl, answers, code) => {
    const error = await userError(resolve(startUrl, answers).resolved);
    expect(error.exitCode).toBe(code);
  });
});
