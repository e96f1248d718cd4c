import type { Context } from '../context.ts';
import type { Candidate, CandidateState } from '../profile/detect-types.ts';
import { safeText } from '../terminal/safe-text.ts';
import { createStyle, type Style } from '../terminal/style.ts';
import { formatTable } from '../terminal/table.ts';
import type { ShownProject } from './profile-facts.ts';
import { formatAccounts } from './profile-accounts-format.ts';
import { kinds } from './profile-list.ts';
import { stateLine } from './profile-states.ts';

/** `cdkx profile show` for people: the facts, the sources in their order, and what would run. */
export function formatShown(ctx: Pick<Context, 'env' | 'stdout' | 'clock'>, shown: ShownProject): string[] {
  const style = createStyle(ctx.env, ctx.stdout);
  const columns = ctx.stdout.isTTY ? ctx.stdout.columns || 80 : undefined;
  const facts = factLines(ctx, shown);
  const width = Math.max(...facts.map(([name]) => name.length));
  const given = shown.candidates.filter(({ state }) => state !== 'absent');
  const sources = given.map((candidate) => [candidate.where, valueText(candidate), stateText(candidate)]);
  return [
    ...facts.map(([name, value]) => `${style.strong(name.padEnd(width))}  ${safeText(value, 1000)}`),
    ...(sources.length === 0
      ? []
      : [
          '',
          ...formatTable(['Source', 'Says', 'Result'], sources, {
            columns,
            paintHeading: style.strong,
            paint: (cell, column, row) => (column === 2 ? paintState(style, given[row]?.state)(cell) : cell),
          }),
        ]),
    ...(shown.accounts === undefined ? [] : ['', ...formatAccounts(ctx, shown.accounts)]),
  ];
}

function factLines(ctx: Pick<Context, 'clock'>, shown: ShownProject): [name: string, value: string][] {
  const { cdk } = shown;
  const facts: [string, string | undefined][] = [
    ['Profile', shown.profile ?? 'none'],
    ['Chosen by', shown.where],
    ['Stage', shown.stage],
    ['Why', shown.reason],
    ['Problem', shown.problem],
    ['Credentials', shown.kind && kinds[shown.kind]],
    ['Account', shown.account],
    ['Role', shown.role],
    ['Region', shown.region],
    ['Session', shown.session],
    ['State', stateLine(ctx, shown)],
    ['cdk', cdk === undefined ? shown.cdkProblem : `${cdk.version ?? 'version unknown'} (${cdk.from})`],
    // On a line of its own, where most paths fit.
    ['', cdk?.path],
    ['Plugin', shown.plugin],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
}

const candidateStates: Readonly<Record<CandidateState, string>> = {
  won: 'used',
  matched: 'used: matched by account',
  shadowed: 'passed over',
  cancelled: 'cancelled',
  absent: '',
  'not-defined': 'not defined here',
  'settings-only': 'settings only',
};

function stateText({ state, note }: Candidate): string {
  return candidateStates[state] + (note === undefined ? '' : ` (${note})`);
}

function valueText({ value }: Candidate): string {
  if (value === false) return '(none)';
  return value === '' ? '(empty)' : (value ?? '-');
}

function paintState(style: Style, state: CandidateState | undefined): (cell: string) => string {
  if (state === 'won' || state === 'matched') return style.good;
  return state === 'not-defined' ? style.caution : style.faint;
}
