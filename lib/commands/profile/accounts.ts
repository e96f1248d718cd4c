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
import { type ProfileState, profileStates, stateLine } from '../shared/sessions.ts';

/** The profile for an account in a multi-account deployment, and its state. Absent members are unknown. */
export interface ServedAccount {
  readonly account: string;
  readonly profile?: string;
  /** `own`: the project's profile, which `cdk` uses directly. */
  readonly how?: 'own' | 'mapped' | 'matched' | 'only' | 'same-role';
  /** State of the profile's session or credentials, as in `cdkx profile list`. */
  readonly state?: ProfileState['state'] | undefined;
  readonly expiresAt?: string;
  readonly stacks?: readonly string[];
  readonly problem?: string;
}

/** Lists the accounts of a deployment with their profiles: those of `accounts`, and of the stacks in `cdk.out`. Makes no network calls. */
export function describeAccounts(ctx: Context, project: ResolvedProject): ServedAccount[] {
  const { config, detection } = project;
  const block = accountsBlock(project);
  const profiles = localProfiles(config, ctx.env);
  const own = detection.outcome === 'profile' ? detection : undefined;
  const context = accountsContext(own?.credentialSource, block);
  const onSession = profiles.flatMap(({ account, session }) =>
    account !== undefined && session !== undefined && session === context.session ? [account] : [],
  );
  const stacks = stacksByAccount(assemblyFolder(ctx, project.optionOf));
  const ruled = block?.accounts === 'auto' ? onSession.toSorted() : mappedAccounts(block?.accounts);
  const accounts = [...new Set([...ruled, ...[...stacks.keys()].toSorted()])];
  const states = profileStates(ctx, config);
  const known = accountByFiles(own?.credentialSource);
  const projectAccount = known.state === 'known' ? known.account : undefined;
  return accounts.map((account) => {
    const service = block && serveAccount(account, block.accounts, profiles, context);
    const isOwn = service?.outcome !== 'wrong-account' && projectAccount === account;
    const serving = isOwn && own !== undefined ? { profile: own.name, how: 'own' as const } : describeService(service);
    const state = serving.profile === undefined ? undefined : states.get(serving.profile);
    const names = stacks.get(account);
    return { account, ...serving, ...state, stacks: names };
  });
}

/** The names of the stacks of a cloud assembly by account, without those whose account is unknown. */
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
      return { problem: `profile "${service.profile}" uses account ${service.leadsTo}` };
    case 'none':
      return { problem: problemOf(service) };
  }
}

function problemOf({ why, candidates, mapped }: AccountService & { outcome: 'none' }): string {
  const unusable = mapped === undefined ? '' : `profile "${mapped}" can't be used; `;
  const known = candidates.length === 0 ? '' : `; profiles of this account: ${candidates.join(', ')}`;
  switch (why) {
    case 'several':
      return `${unusable}several profiles match: ${candidates.join(', ')}`;
    case 'not-mapped':
      return `not in "accounts"${known}`;
    case 'no-candidate':
      return `${unusable}no profile uses this account`;
  }
}

/** Formats the accounts of a deployment as a table. */
export function formatAccounts(
  ctx: Pick<Context, 'env' | 'stdout' | 'clock'>,
  accounts: readonly ServedAccount[],
): string[] {
  if (accounts.length === 0)
    return ['No accounts found: the project block has no "accounts", and there is no cdk.out.'];
  const style = createStyle(ctx.env, ctx.stdout);
  const rows = accounts.map(({ account, profile, how, problem, stacks = [], ...state }) => [
    account,
    profile ?? '-',
    problem === undefined ? howTexts[how ?? 'mapped'] : 'none, see below',
    stateLine(ctx, state) ?? '-',
    stacks.length === 0 ? '-' : stacks.join(', '),
  ]);
  const table = formatTable(['Account', 'Profile', 'How', 'State', 'Stacks'], rows, {
    columns: ctx.stdout.isTTY ? ctx.stdout.columns || 80 : undefined,
    paintHeading: style.strong,
    paint: (cell, column, row) => (column === 2 && accounts[row]?.problem !== undefined ? style.caution(cell) : cell),
  });
  // A long sentence would be cut in the table.
  const problems = accounts.flatMap(({ account, problem }) =>
    problem === undefined ? [] : [`${account}: ${safeText(problem, 1000)}`],
  );
  return problems.length === 0 ? table : [...table, '', ...problems];
}

const howTexts = {
  own: "the project's profile",
  mapped: 'mapped',
  matched: 'matched by account',
  only: 'the only one on this session',
  'same-role': 'the same role',
} as const;
