import type { Context, HttpSettings } from '../context.ts';
import type { Reporter } from '../terminal/reporter.ts';
import { toSentence } from '../terminal/format-message.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import { roleCredentials, type RoleCredentials } from './role-credentials.ts';
import type { SharedConfig } from './shared-config.ts';

/** What STS says: the account, or why it could not be asked. */
export type StsAnswer =
  | { readonly state: 'known'; readonly account: string; readonly by: 'sts' }
  /** `unreachable` says what helps, where it gave no answer. */
  | { readonly state: 'unknown'; readonly reason: string; readonly unreachable?: readonly string[] };

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
    readonly command: string;
    readonly credentials?: RoleCredentials | undefined;
  },
): Promise<StsAnswer> {
  const { callerAccount, environmentAccount } = await import('./caller-account.ts');
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
      ? { state: 'unknown', reason: 'AWS STS named no account.' }
      : { state: 'known', account, by: 'sts' };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { what, why = [], next = [] } = error.parts;
    const reason = [what, ...[why].flat()].map(toSentence).join(' ');
    return error.exitCode === exitCode.unavailable
      ? { state: 'unknown', reason, unreachable: [next].flat() }
      : { state: 'unknown', reason };
  }
}
