import type { Context } from '../context.ts';
import type { Candidate, CandidateState } from '../profile/detect-types.ts';
import { formatDuration } from '../terminal/duration.ts';
import { safeText } from '../terminal/safe-text.ts';
import { createStyle, type Style } from '../terminal/style.ts';
import { formatTable } from '../terminal/table.ts';
import type { ShownProject } from './profile-facts.ts';
import { kinds } from './profile-list.ts';

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
    ...accountLines(shown, style, columns),
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
    [
      'cdk',
      cdk === undefined ? shown.cdkProblem : `${cdk.version ?? 'version unknown'} from ${cdk.path} (${cdk.from})`,
    ],
    ['Plugin', shown.plugin],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
}

const sessionStates: Readonly<Record<string, string>> = {
  valid: 'valid',
  ending: 'ends soon',
  refreshable: 'renewed at the next use',
  renewable: 'renewed at the next use',
  'signed-out': 'signed out',
  unknown: 'end not known',
};

function stateLine({ clock }: Pick<Context, 'clock'>, { state, expiresAt }: ShownProject): string | undefined {
  if (state === undefined) return undefined;
  const text = sessionStates[state] ?? state;
  if (expiresAt === undefined) return text;
  const seconds = (Date.parse(expiresAt) - clock.now()) / 1000;
  return seconds > 0 ? `${text}, ${formatDuration(seconds)} left` : `${text}, ended ${formatDuration(-seconds)} ago`;
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

function accountLines({ accounts }: ShownProject, style: Style, columns: number | undefined): string[] {
  if (accounts === undefined) return [];
  if (accounts.length === 0) return ['', 'The project block maps no accounts.'];
  const rows = accounts.map(({ account, profile, how, problem }) => [
    account,
    profile ?? '-',
    problem ?? howTexts[how ?? 'mapped'],
  ]);
  return ['', ...formatTable(['Account', 'Profile', 'How'], rows, { columns, paintHeading: style.strong })];
}

const howTexts = {
  mapped: 'mapped',
  matched: 'matched by account',
  only: 'the only one of this session',
  'same-role': 'the same role',
} as const;
