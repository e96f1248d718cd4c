import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import '../net/quiet-sdk.ts';
import { roleRegion } from '../aws-config/settings.ts';
import type { SharedConfig } from '../aws-config/shared-config.ts';
import type { Context, HttpSettings } from '../context.ts';
import { exitCode, type Reporter, UserError, type NextStep } from '../messages/errors.ts';
import { roleCredentials, type RoleCredentials, type RoleCredentialsRequest } from './role-credentials.ts';
import { callSts, environmentKeys, type StsCall } from './sts.ts';

export type StsAnswer =
  | { readonly state: 'known'; readonly account: string; readonly by: 'sts' }
  /** `unreachable` says what helps, where it gave no answer. */
  | {
      readonly state: 'unknown';
      readonly code?: UserError['code'];
      readonly reason: string;
      readonly unreachable?: readonly NextStep[];
    };

/** The account of credentials, of a profile whose session is valid, or of the environment, by one call of STS. */
export async function accountBySts(
  ctx: Context,
  request: {
    readonly profile?: string;
    readonly config: SharedConfig;
    readonly http: HttpSettings;
    readonly reporter: Reporter;
    /** The region of the run: it tells the partition of the credentials in the environment. */
    readonly region: string;
    readonly credentials?: RoleCredentials | undefined;
  },
): Promise<StsAnswer> {
  const { profile } = request;
  try {
    const account =
      profile === undefined
        ? await environmentAccount(ctx, request)
        : await callerAccount(
            ctx,
            { ...request, profile },
            request.credentials ?? (await roleCredentials(ctx, { ...request, profile })),
          );
    return account === undefined
      ? { state: 'unknown', reason: 'AWS STS returned no account.' }
      : { state: 'known', account, by: 'sts' };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { what, why = [], next = [] } = error.parts;
    const reason = [`${what}.`, ...[why].flat()].join(' ');
    return error.exitCode === exitCode.unavailable
      ? { state: 'unknown', reason, unreachable: next }
      : { state: 'unknown', code: error.code, reason };
  }
}

/** The account of a profile's credentials. Throws a UserError: 77 if STS rejects them, 69 if it is unreachable. */
export function callerAccount(
  ctx: Pick<Context, 'env' | 'requestHandler'>,
  request: Pick<RoleCredentialsRequest, 'profile' | 'http'> & { readonly config: SharedConfig },
  credentials: RoleCredentials,
): Promise<string | undefined> {
  const { profile, http, config } = request;
  const region = roleRegion(config, profile, ctx.env);
  return ask(ctx, { config, http, settingsOf: profile, region, credentials, about: { profile, ...question } });
}

/** The account of the key pair in the environment, else of what the SDK's chain finds. */
export function environmentAccount(
  ctx: Pick<Context, 'env' | 'requestHandler'>,
  { http, config, region }: { readonly http: HttpSettings; readonly config: SharedConfig; readonly region: string },
): Promise<string | undefined> {
  const keys = environmentKeys(ctx.env);
  const credentials = keys === undefined ? {} : { credentials: keys };
  return ask(ctx, { config, http, settingsOf: undefined, region, ...credentials, about: question });
}

const question = { failing: 'account', doing: 'identify it' } as const;

function ask(
  ctx: Pick<Context, 'env' | 'requestHandler'>,
  call: Omit<StsCall, 'operation'>,
): Promise<string | undefined> {
  return callSts(ctx, { ...call, operation: 'GetCallerIdentity' }, async (client, limits) => {
    const { Account } = await client.send(new GetCallerIdentityCommand(), limits);
    return Account;
  });
}
