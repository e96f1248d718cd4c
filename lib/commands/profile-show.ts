import type { Command } from 'commander';
import { exitCode } from '../terminal/user-error.ts';
import { describeAccounts } from './profile-accounts.ts';
import { describeProject, type ShownProject } from './profile-facts.ts';
import { formatShown } from './profile-show-format.ts';
import { addOwnCommand, type OwnRun } from './own-command.ts';
import { resolveOwnProject } from './own-project.ts';
import { print, printJson } from './print.ts';

/** Adds `cdkx profile show`: what a `cdk` command here would use, and why. Asks and changes nothing. */
export function addProfileShow(parent: Command, run: OwnRun): void {
  addOwnCommand(parent, {
    usage: 'show',
    description:
      'Show the profile this project uses, its account and role, why it was chosen, what was passed over, and which cdk would run.',
    examples: [
      ['cdkx profile show', 'what cdkx deploy would use here'],
      ['cdkx profile show --cdkx-stage=prod', 'the same for a stage'],
      ['cdkx profile show --accounts', 'which profile serves which account of a deploy to several'],
      ['cdkx profile show --json', 'the same for programs'],
    ],
    notes: [
      'Exit code 0 unless the profile that is named is not defined, or cdk.json cannot be used: 78.',
      'JSON: { version, outcome, profile, kind, account, role, region, where, stage, session, state, expiresAt, ' +
        'reason, problem, candidates: [{ source, where, value, state, note }], cdk: { path, version, from }, plugin, ' +
        'accounts: [{ account, profile, how, state, expiresAt, stacks, problem }] }.',
    ],
  })
    .option('--profile <name>', 'as if cdk were called with it')
    .option(
      '--accounts',
      'also show which profile serves each account of the project block and of the stacks in cdk.out',
    )
    .option('--json', 'print JSON')
    .action((options: { readonly profile?: string; readonly accounts?: boolean; readonly json?: boolean }) => {
      const project = resolveOwnProject(run, options.profile);
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
