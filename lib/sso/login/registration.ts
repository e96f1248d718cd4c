import type { Context } from '../../context.ts';
import {
  type ClientRegistration,
  dropRegistration,
  type LoginMethod,
  readRegistration,
  writeRegistration,
} from '../cache/registration-cache.ts';
import { type IdentityCenter, IdentityCenterFailure } from '../identity-center/client.ts';
import { accountAccessScope, sessionLabel, type SsoSession } from '../session.ts';
import { callbackPath } from './callback-server.ts';

/** The scopes of a session's token. Legacy profiles have none: no tool refreshes their tokens. */
export function sessionScopes(session: SsoSession): readonly string[] | undefined {
  if (session.name === undefined) return undefined;
  return session.scopes === undefined || session.scopes.length === 0 ? [accountAccessScope] : session.scopes;
}

/** Runs a sign-in with the client registration on disk, or with a new one if that is no longer recognized. */
export async function withRegistration<Result>(
  ctx: Context,
  options: {
    readonly session: SsoSession;
    readonly method: LoginMethod;
    readonly identityCenter: IdentityCenter;
    /** The start URL as IAM Identity Center knows it. */
    readonly issuerUrl: string;
    readonly signal: AbortSignal;
  },
  use: (registration: ClientRegistration) => Promise<Result>,
): Promise<Result> {
  const { session, method } = options;
  const cached = readRegistration(ctx, session, method, ctx.clock.now());
  if (cached !== undefined) {
    try {
      return await use(cached);
    } catch (error) {
      if (!(error instanceof IdentityCenterFailure) || !isOutlived(error)) throw error;
      dropRegistration(ctx, session);
    }
  }
  return use(await register(ctx, options));
}

function isOutlived({ kind }: IdentityCenterFailure): boolean {
  return kind === 'invalid-client' || kind === 'unauthorized-client';
}

async function register(
  ctx: Context,
  { session, method, identityCenter, issuerUrl, signal }: Parameters<typeof withRegistration>[1],
): Promise<ClientRegistration> {
  const scopes = sessionScopes(session);
  const forCode = method === 'authorization-code';
  const client = await identityCenter.registerClient(
    {
      clientName: clientName(session),
      scopes,
      // The redirect URI is registered without a port, and used with one (RFC 8252 section 7.3).
      authorizationCode: forCode ? { redirectUri: `http://127.0.0.1${callbackPath}`, issuerUrl } : undefined,
    },
    signal,
  );
  const registration: ClientRegistration = {
    ...client,
    scopes,
    grantTypes: forCode ? ['authorization_code', 'refresh_token'] : undefined,
  };
  writeRegistration(ctx, session, registration);
  return registration;
}

/** Shown to the user on the approval page. */
function clientName(session: SsoSession): string {
  return `cdkx-${sessionLabel(session)
    .replaceAll(/[^\w.-]+/g, '-')
    .slice(0, 80)}`;
}
