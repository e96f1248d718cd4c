import type { Context, HttpSettings } from '../../context.ts';
import { sessionHttp, type SsoSession } from '../session.ts';
import { type IdentityCenter } from './types.ts';

export * from './types.ts';

/**
 * Runs `use` with the calls to IAM Identity Center for that session, then closes the connections. Loads the AWS SDK.
 */
export async function withIdentityCenter<Result>(
  ctx: Pick<Context, 'requestHandler'>,
  session: SsoSession,
  http: HttpSettings,
  use: (identityCenter: IdentityCenter) => Promise<Result>,
): Promise<Result> {
  const { connectIdentityCenter } = await import('./sdk.ts');
  const identityCenter = await connectIdentityCenter(session, await ctx.requestHandler(sessionHttp(http, session)));
  try {
    return await use(identityCenter);
  } finally {
    identityCenter.close();
  }
}
