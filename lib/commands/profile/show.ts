import type { Command } from 'commander';
import type { Context } from '../../context.ts';
import { exitCode } from '../../messages/errors.ts';
import { safeText } from '../../messages/text.ts';
import type { Candidate, CandidateState } from '../../profile/detect/types.ts';
import { sourceKinds } from '../../profile/source.ts';
import { formatTable, print, printJson } from '../../terminal/output.ts';
import { createStyle, type Style } from '../../terminal/style.ts';
import { addCommand, type CommandContext } from '../command.ts';
import { resolveCommandProject } from '../shared/project.ts';
import { stateLine } from '../shared/sessions.ts';
import { describeAccounts, formatAccounts } from './accounts.ts';
import { describeProject, type ShownProject, type ShownRole } from './facts.ts';

/** Adds `cdkx profile show`: what a `cdk` command would use, and why. Doesn't prompt or change anything. */
export function addProfileShow(parent: Command, run: CommandContext): void {
  addCommand(parent, {
    usage: 'show',
    description:
      'Show the profile this project uses, its account and role, why it was selected, which sources were overridden, and which cdk is used.',
    examples: [
      ['cdkx profile show', 'what cdkx deploy would use'],
      ['cdkx profile show --cdkx-stage=prod', 'the same for a stage'],
      ['cdkx profile show --accounts', 'the profile for each account of a multi-account deployment'],
      ['cdkx profile show --json', 'the same as JSON'],
    ],
    notes: [
      'Exit codes: 0, 78 if the selected profile is not defined or cdk.json is invalid.',
      'JSON: { version, outcome, profile, kind, account, role, roles: { read: { role, profiles }, change }, region, regionFrom, guard: { account, where, verdict }, where, stage, session, state, expiresAt, ' +
        'reason, problem, candidates: [{ source, where, value, state, note }], cdk: { path, version, from }, plugin, ' +
        'accounts: [{ account, profile, how, state, expiresAt, stacks, problem }] }.',
    ],
  })
    .option('--profile <name>', 'show what this profile would do')
    .option('--accounts', 'also show the profile for each account of the project block and of the stacks in cdk.out')
    .option('--json', 'print JSON')
    .action((options: { readonly profile?: string; readonly accounts?: boolean; readonly json?: boolean }) => {
      const project = resolveCommandProject(run, options.profile);
      const shown: ShownProject = {
        ...describeProject(run.ctx, project),
        ...(options.accounts ? { accounts: describeAccounts(run.ctx, project) } : {}),
      };
      project.detection.warnings.forEach((warning) => run.reporter.warn(warning));
      if (options.json) printJson(run, { version: 1, ...shown });
      else print(run, formatShown(run.ctx, shown));
      run.end(shown.outcome === 'not-defined' || shown.outcome === 'several-matches' ? exitCode.configuration : 0);
    });
}

/** Formats `cdkx profile show`: the facts, the sources in order, and the cdk that would run. */
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
          ...formatTable(['Source', 'Value', 'Result'], sources, {
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
    ['Selected by', shown.where],
    ['Stage', shown.stage],
    ['Why', shown.reason],
    ['Problem', shown.problem],
    ['Credentials', shown.kind && sourceKinds[shown.kind]],
    ['Account', shown.account],
    ['Role', shown.role],
    ['Reads with', shown.roles && roleText(shown.roles.read)],
    ['Changes with', shown.roles && roleText(shown.roles.change)],
    ['Region', shown.region && `${shown.region} (${shown.regionFrom ?? 'default'})`],
    ['Guard', shown.guard && guardText(shown.guard)],
    ['Session', shown.session],
    ['State', stateLine(ctx, shown)],
    ['cdk', cdk === undefined ? shown.cdkProblem : `${cdk.version ?? 'version unknown'} (${cdk.from})`],
    // On a separate line, where most paths fit.
    ['', cdk?.path],
    // Only the credentials of several accounts need it.
    ['Plugin', shown.accounts && shown.plugin],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
}

function roleText({ role, profiles }: ShownRole): string {
  return `role ${role} (${profiles.length === 0 ? 'no profile on this machine' : `profile ${profiles.join(', ')}`})`;
}

function guardText({ account, where, verdict }: NonNullable<ShownProject['guard']>): string {
  const verdicts = {
    ok: 'passes',
    'wrong-account': 'stops commands that need AWS, because the profile uses another account',
    'ask-sts': 'checks with AWS STS when a command runs',
  };
  return `account ${account} (${where}): ${verdicts[verdict]}`;
}

const candidateStates: Readonly<Record<CandidateState, string>> = {
  won: 'used',
  matched: 'used: matched by account',
  shadowed: 'overridden',
  cancelled: 'cancelled',
  absent: '',
  'not-defined': 'not defined',
  'settings-only': 'settings only',
  'cannot-work': 'cannot work, ignored',
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
  return state === 'not-defined' || state === 'cannot-work' ? style.caution : style.faint;
}
