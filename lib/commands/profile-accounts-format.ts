import type { Context } from '../context.ts';
import { safeText } from '../terminal/safe-text.ts';
import { createStyle } from '../terminal/style.ts';
import { formatTable } from '../terminal/table.ts';
import type { ServedAccount } from './profile-accounts.ts';
import { stateLine } from './profile-states.ts';

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
