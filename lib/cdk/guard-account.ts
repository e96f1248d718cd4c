import type { Context } from '../context.ts';
import type { CredentialSource } from '../profile/credential-source.ts';
import type { Detection } from '../profile/detect-types.ts';
import type { RoleCredentials } from '../profile/role-credentials.ts';
import { placeOf } from '../project/block-pin.ts';
import { accountByFiles, judgeAccount, type ActualAccount, type ExpectedAccount } from '../project/guard.ts';
import type { Reporter } from '../terminal/reporter.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import type { ResolvedProject } from './resolve-project.ts';

/** What the run will use: a profile with its credential source, or neither for ambient credentials. */
export interface UsedCredentials {
  readonly profile?: string;
  readonly source?: CredentialSource;
}

/** The account that this run must lead to, and who says so; `undefined` where nothing is pinned. */
export function expectedAccount(
  { run, userBlock }: ResolvedProject,
  origin: Detection['candidates'][number]['source'] | undefined,
): ExpectedAccount | undefined {
  const account = run?.effective.account;
  if (run !== undefined && account !== undefined) {
    return { account, where: placeOf(run.effective.origin, 'account', 'cdk.json') };
  }
  // A pin for all projects guards only those that it leads.
  if (origin !== 'user-block' || userBlock?.account === undefined) return undefined;
  return { account: userBlock.account, where: placeOf(userBlock.origin, 'account', '~/.cdk.json') };
}

/**
 * The account guard (design section 3): compares without network where the files tell the account; otherwise answers `ask-sts`.
 *
 * @throws UserError 78 for a required command that would touch another account, 69 where STS gave no answer; a best-effort one is warned.
 */
export function guardAccount(
  expected: ExpectedAccount | undefined,
  used: UsedCredentials,
  required: boolean,
  reporter: Reporter,
  actual: ActualAccount = accountByFiles(used.source),
): 'ok' | 'ask-sts' {
  const label = used.profile === undefined ? 'the credential source of the environment' : `profile "${used.profile}"`;
  const verdict = judgeAccount({ expected, actual, used: label, required });
  switch (verdict.outcome) {
    case 'ok':
    case 'ask-sts':
      return verdict.outcome;
    case 'warn':
      reporter.warn(verdict.message);
      return 'ok';
    case 'stop':
      throw new UserError(
        verdict.problem === 'unreachable' ? exitCode.unavailable : exitCode.configuration,
        verdict.message,
      );
  }
}

/** Asks STS whose credentials these are (`credentials`, or new ones), and judges again: one call, only where the files do not tell. */
export async function guardAccountBySts(
  ctx: Context,
  project: ResolvedProject,
  expected: ExpectedAccount | undefined,
  used: UsedCredentials,
  options: {
    readonly required: boolean;
    readonly reporter: Reporter;
    readonly command: string;
    readonly credentials?: RoleCredentials | undefined;
  },
): Promise<void> {
  const { accountBySts } = await import('../profile/account-by-sts.ts');
  const actual = await accountBySts(ctx, { ...used, config: project.config, http: project.http, ...options });
  guardAccount(expected, used, options.required, options.reporter, actual);
}
