import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import '../net/quiet-sdk.ts';
import { roleRegion } from '../aws-config/settings.ts';
import type { SharedConfig } from '../aws-config/shared-config.ts';
import type { Context, HttpSettings } from '../context.ts';
import { exitCode, type Reporter, UserError, type NextStep } from '../messages/errors.ts';
import { roleCredentials, type RoleCredentials, type RoleCredentialsRequest } from './role-credentials.ts';
import { callSts, environmentKeys, type StsCall } from './sts.ts';

/** The response of STS: the account, or why the call failed. */
export type StsAnswer =
  | { readonly state: 'known'; readonly account: string; readonly by: 'sts' }
  /** `unreachable` says what helps, where it gave no answer. */
  | {
      readonly state: 'unknown';
      readonly code?: UserError['code'];
      readonly reason: string;
      readonly unreachable?: readonly NextStep[];
    };

/**
 * The account of a profile's credentials, or without a profile of the credentials that the environment holds, by one
 * `sts:GetCallerIdentity`. `credentials` are those of the profile, where the caller has them; its session must have been ensured otherwise.
 * A refusal is an answer, not an error.
 */
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

/**
 * The account that credentials belong to, asked of STS: for sources whose files do not tell. Load this file lazily, it brings the SDK.
 *
 * @throws UserError 77 when STS refuses the credentials, 69 when it cannot be reached.
 */
export function callerAccount(
  ctx: Pick<Context, 'env' | 'requestHandler'>,
  request: Pick<RoleCredentialsRequest, 'profile' | 'http'> & { readonly config: SharedConfig },
  credentials: RoleCredentials,
): Promise<string | undefined> {
  const { profile, http, config } = request;
  const region = roleRegion(config, profile, ctx.env);
  return ask(ctx, { config, http, settingsOf: profile, region, credentials, about: { profile, ...question } });
}

/**
 * The account of the credentials in the environment: its key pair, else what the SDK's own chain finds (web identity, container, instance).
 *
 * @throws UserError 77 when STS refuses them or there are none, 69 when it cannot be reached.
 */
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
