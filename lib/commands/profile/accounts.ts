import { assemblyFolder, readAssembly } from '../../cdk/assembly.ts';
import type { Context } from '../../context.ts';
import { safeText } from '../../messages/text.ts';
import {
  accountsContext,
  type AccountService,
  localProfiles,
  mappedAccounts,
  serveAccount,
} from '../../project/accounts.ts';
import { accountByFiles } from '../../project/guard.ts';
import { accountsBlock, type ResolvedProject } from '../../run/project.ts';
import { formatTable } from '../../terminal/output.ts';
import { createStyle } from '../../terminal/style.ts';
import { profileStates, stateLine } from '../shared/sessions.ts';

/** Which profile serves an account in a deploy to several, and in what state. Absent members are not known. */
export interface ServedAccount {
  readonly account: string;
  readonly profile?: string;
  /** `own`: the project's own profile, which `cdk` uses without asking anybody. */
  readonly how?: 'own' | 'mapped' | 'matched' | 'only' | 'same-role';
  /** Of the profile's session or of its own credentials, as `cdkx profile list` has it. */
  readonly state?: string;
  readonly expiresAt?: string;
  /** The stacks that the last synthesis left for it. */
  readonly stacks?: readonly string[];
  /** Why no profile serves it. */
  readonly problem?: string;
}

/**
 * The accounts of a deployment, each with the profile that serves it here: those of the project block's `accounts`, or with `"auto"`
 * every account that a profile of the project's own session leads to, and those of the stacks in `cdk.out`. Nothing is asked over the network.
 */
export function describeAccounts(ctx: Context, project: ResolvedProject): ServedAccount[] {
  const { config, detection } = project;
  const block = accountsBlock(project);
  const profiles = localProfiles(config, ctx.env);
  const own = detection.outcome === 'profile' ? detection : undefined;
  const context = accountsContext(own?.credentialSource, block?.role);
  const onSession = profiles.flatMap(({ account, session }) =>
    account !== undefined && session !== undefined && session === context.session ? [account] : [],
  );
  const stacks = stacksByAccount(assemblyFolder(ctx, project.optionOf));
  const ruled = block?.accounts === 'auto' ? onSession.toSorted() : mappedAccounts(block?.accounts);
  const accounts = [...new Set([...ruled, ...[...stacks.keys()].toSorted()])];
  const states = profileStates(ctx, config);
  const told = accountByFiles(own?.credentialSource);
  const ownAccount = told.state === 'known' ? told.account : undefined;
  return accounts.map((account) => {
    const service = block && serveAccount(account, block.accounts, profiles, context);
    const isOwn = service?.outcome !== 'wrong-account' && ownAccount === account;
    const serving = isOwn && own !== undefined ? { profile: own.name, how: 'own' as const } : describeService(service);
    const state = serving.profile === undefined ? undefined : states.get(serving.profile);
    const names = stacks.get(account);
    return { account, ...serving, ...state, ...(names === undefined ? {} : { stacks: names }) };
  });
}

/** The names of the stacks of a cloud assembly by account; those whose account is not known are left out. */
function stacksByAccount(folder: string): Map<string, string[]> {
  const byAccount = new Map<string, string[]>();
  for (const { name, environment = '' } of readAssembly(folder) ?? []) {
    const account = /^aws:\/\/(\d{12})\//.exec(environment)?.[1];
    if (account !== undefined) byAccount.set(account, [...(byAccount.get(account) ?? []), name]);
  }
  return byAccount;
}

function describeService(service: AccountService | undefined): Pick<ServedAccount, 'profile' | 'how' | 'problem'> {
  switch (service?.outcome) {
    case undefined:
      return { problem: 'the project block has no "accounts"' };
    case 'profile':
      return { profile: service.profile, how: service.how };
    case 'wrong-account':
      return { problem: `profile "${service.profile}" leads to account ${service.leadsTo}` };
    case 'none':
      return { problem: problemOf(service) };
  }
}

function problemOf({ why, candidates, mapped }: AccountService & { outcome: 'none' }): string {
  const unusable = mapped === undefined ? '' : `profile "${mapped}" is not usable here; `;
  const known = candidates.length === 0 ? '' : `; profiles of it: ${candidates.join(', ')}`;
  switch (why) {
    case 'several':
      return `${unusable}several could be meant: ${candidates.join(', ')}`;
    case 'not-mapped':
      return `not in "accounts"${known}`;
    case 'no-candidate':
      return `${unusable}no profile leads to it`;
  }
}

/** The accounts of a deployment as a table for people. */
export function formatAccounts(
  ctx: Pick<Context, 'env' | 'stdout' | 'clock'>,
  accounts: readonly ServedAccount[],
): string[] {
  if (accounts.length === 0)
    return ['No account is known: the project block has no "accounts", and nothing is synthesized.'];
  const style = createStyle(ctx.env, ctx.stdout);
  const rows = accounts.map(({ account, profile, how, problem, stacks = [], ...standing }) => [
    account,
    profile ?? '-',
    problem === undefined ? howTexts[how ?? 'mapped'] : 'none, see below',
    stateLine(ctx, standing) ?? '-',
    stacks.length === 0 ? '-' : stacks.join(', '),
  ]);
  const table = formatTable(['Account', 'Profile', 'How', 'State', 'Stacks'], rows, {
    columns: ctx.stdout.isTTY ? ctx.stdout.columns || 80 : undefined,
    paintHeading: style.strong,
    paint: (cell, column, row) => (column === 2 && accounts[row]?.problem !== undefined ? style.caution(cell) : cell),
  });
  // In the table a long sentence would be cut.
  const problems = accounts.flatMap(({ account, problem }) =>
    problem === undefined ? [] : [`${account}: ${safeText(problem, 1000)}`],
  );
  return problems.length === 0 ? table : [...table, '', ...problems];
}

const howTexts = {
  own: "the project's own",
  mapped: 'mapped',
  matched: 'matched by account',
  only: 'the only one of this session',
  'same-role': 'the same role',
} as const;
