import type { RequestHandlerLike } from '../../lib/context.ts';

interface Request {
  readonly hostname: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A request handler under which the hosts of AWS are the stand-in. Unlike an endpoint override it leaves their names in the requests, so the
 * stand-in sees which region is asked, and refuses the wrong one.
 */
export function leadAwsHostsTo(
  { port }: { readonly port: number },
  handler: RequestHandlerLike,
): Required<RequestHandlerLike> {
  const moved = (request: Request): Request => {
    if (!/\.(?:amazonaws|awsapps)\.com$/.test(request.hostname)) return request;
    const headers = { ...request.headers, host: request.hostname };
    const there = { protocol: 'http:', hostname: '127.0.0.1', port, headers };
    return Object.assign(Object.create(Object.getPrototypeOf(request) as object) as Request, request, there);
  };
  return {
    handle: (request, options) => handler.handle(moved(request as Request), options),
    destroy: () => handler.destroy?.(),
  };
}
