import type { Command } from 'commander';
import { commandToPaste } from '../../shell/shell.ts';
import { type CredentialSource, leafSource, sourceAccount, sourceKinds, sourceRole } from '../../profile/source.ts';
import { sessionLabel } from '../../sso/session.ts';
import { formatTable, print, printJson } from '../../terminal/output.ts';
import { createStyle } from '../../terminal/style.ts';
import { addCommand, type CommandContext } from '../command.ts';
import { resolveCommandProject } from '../shared/project.ts';
import { listProfiles, type ProfileState, profileStates, stateTexts } from '../shared/sessions.ts';

/** One profile in `cdkx profile list`. */
export interface ListedProfile {
  readonly name: string;
  readonly kind: CredentialSource['kind'];
  readonly account?: string;
  readonly role?: string;
  readonly region?: string;
  /** The SSO session at the end of its role chain, by name or start URL. */
  readonly session?: string;
  readonly state?: ProfileState['state'];
  readonly problem?: string;
  readonly current: boolean;
}

/** Adds `cdkx profile list`. */
export function addProfileList(parent: Command, run: CommandContext): void {
  addCommand(parent, {
    usage: 'list',
    description: 'Show all profiles on this machine: kind, account, role, and the state of their session.',
    examples: [
      ['cdkx profile list', 'all profiles; * marks the one this project uses'],
      ['cdkx profile list prod', 'only profiles whose name, account, role or session contains prod'],
      ['cdkx profile list --json', 'the same as JSON'],
    ],
    notes: ['JSON: { version, profiles: [{ name, kind, account, role, region, session, state, problem, current }] }.'],
  })
    .argument('[filter]', 'show only profiles whose name, account, role or session contains this')
    .option('--json', 'print JSON')
    .action((filter: string | undefined, options: { readonly json?: boolean }) => {
      const all = describeProfiles(run);
      const profiles = filter === undefined ? all : all.filter((profile) => matches(profile, filter));
      // Version 1: members are only ever added; one without a value is absent.
      if (options.json) printJson(run, { version: 1, profiles });
      else if (profiles.length === 0 && all.length > 0)
        print(run, [`None of the ${all.length} profiles matches "${filter}".`]);
      else print(run, formatProfiles(run, profiles));
      run.end(0);
    });
}

function matches({ name, account, role, session }: ListedProfile, filter: string): boolean {
  const wanted = filter.toLowerCase();
  return [name, account, role, session].some((each) => each?.toLowerCase().includes(wanted) === true);
}

function describeProfiles(run: CommandContext): ListedProfile[] {
  const { ctx } = run;
  const { config, detection } = resolveCommandProject(run);
  const states = profileStates(ctx, config);
  return listProfiles(ctx, config).map(({ name, source }) => {
    const leaf = leafSource(source);
    return {
      name,
      kind: source.kind,
      account: sourceAccount(source),
      role: sourceRole(source),
      region: config.profiles.get(name)?.['region'],
      session: 'session' in leaf ? sessionLabel(leaf.session) : undefined,
      state: states.get(name)?.state,
      problem: leaf.kind === 'invalid' ? leaf.problem.what : undefined,
      current: detection.outcome === 'profile' && detection.name === name,
    };
  });
}

function formatProfiles({ ctx }: CommandContext, profiles: readonly ListedProfile[]): string[] {
  if (profiles.length === 0) {
    return [`There are no profiles on this machine. To create some, run: ${commandToPaste('cdkx sso configure', ctx)}`];
  }
  const style = createStyle(ctx.env, ctx.stdout);
  const rows = profiles.map((profile) => [
    (profile.current ? '* ' : '  ') + profile.name,
    sourceKinds[profile.kind],
    profile.account ?? '-',
    profile.role ?? '-',
    profile.session ?? '-',
    stateText(profile),
  ]);
  return formatTable(['Profile', 'Kind', 'Account', 'Role', 'Session', 'State'], rows, {
    columns: ctx.stdout.isTTY ? ctx.stdout.columns || 80 : undefined,
    optional: ['Session', 'State', 'Role'],
    paintHeading: style.strong,
    paint: (cell, column, row) => (column === 0 && profiles[row]?.current === true ? style.accent(cell) : cell),
  });
}

function stateText({ kind, state, problem }: ListedProfile): string {
  if (problem !== undefined) return problem;
  if (state === undefined) return '-';
  return kind === 'temporary' && state === 'valid' ? 'valid' : stateTexts[state];
}
