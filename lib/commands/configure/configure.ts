import type { Command } from 'commander';
import { addCommand, type CommandContext } from '../command.ts';
import { checkOptions, type ConfigureFlags } from './options.ts';
import { onlyShows } from '../shared/project.ts';

/** Adds `cdkx sso configure`. */
export function addSsoConfigure(parent: Command, run: CommandContext): void {
  addCommand(parent, {
    usage: 'configure',
    description:
      'Make profiles from your AWS access portal: sign in, choose accounts and roles, and write them to the AWS config file.',
    examples: [
      ['cdkx sso configure', 'asks for everything'],
      ['cdkx sso configure --start-url https://acme.awsapps.com/start --all', 'a profile for each of your roles'],
      ['cdkx sso configure --profile dev', 'one profile: choose its account and role'],
      ['cdkx sso configure --all --prune --yes', 'bring all profiles up to date, without questions'],
      ['cdkx sso configure --from-project', 'the profile that cdk.json of this project asks for'],
    ],
    notes: [
      'A role that has a profile already keeps it. Other profiles, comments and the order of the file are not touched.',
      `Profiles that this command writes carry a comment; --prune removes only those, once the portal no longer lists their role.`,
      'Exit codes: 0, 64 usage, 69 the portal (or some account) could not be read, 77 not signed in or not assigned, 78 configuration, 130 cancelled.',
    ],
  })
    .option('--start-url <url>', 'start URL of the AWS access portal, or its alias')
    .option('--region <region>', 'region of IAM Identity Center; found from the start URL where it can be')
    .option('--session <name>', 'name of the sso-session, new or known')
    .option('--scopes <scopes>', 'registration scopes of the session (default: sso:account:access)')
    .option('--profile-region <region>', 'region of the profiles that are written')
    .option(
      '--name-template <template>',
      'names of the profiles, of {accountName}, {accountId}, {roleName}, {session} (default: {accountName}-{roleName})',
    )
    .option('--all', 'every role of every account')
    .option('--account <id>', 'only roles of this account')
    .option('--role <name>', 'only roles of this name')
    .option('--profile <name>', 'write one profile of this name')
    .option('--from-project', 'write the profile that the project block of cdk.json asks for')
    .option('--prune', 'remove profiles written by this command whose role is gone')
    .option('--dry-run', 'show what would change, write nothing')
    .option('-y, --yes', 'do not ask before writing')
    .action(async (flags: ConfigureFlags) => {
      const options = checkOptions(flags);
      if (options.fromProject) {
        const { configureFromProject } = await import('./project.ts');
        const dryRun = options.dryRun === true || run.flags.dryRun;
        return run.end(await configureFromProject(run, { ...options, dryRun }));
      }
      const wouldDo = [
        'would sign in at the access portal, read your accounts and roles there, and ask which of them get a profile in ~/.aws/config',
        'to see these profiles, sign in and write none: cdkx sso configure --dry-run',
      ];
      if (onlyShows(run, wouldDo)) return run.end(0);
      const { configureFromPortal } = await import('./portal.ts');
      return run.end(await configureFromPortal(run, options));
    });
}
