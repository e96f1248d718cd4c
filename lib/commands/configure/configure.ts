import type { Command } from 'commander';
import { addCommand, type CommandContext } from '../command.ts';
import { checkOptions, type ConfigureFlags } from './options.ts';
import { onlyShows } from '../shared/project.ts';

/** Adds `cdkx sso configure`. */
export function addSsoConfigure(parent: Command, run: CommandContext): void {
  addCommand(parent, {
    usage: 'configure',
    description:
      'Create profiles from your AWS access portal: sign in, choose accounts and roles, and write them to the AWS config file.',
    examples: [
      ['cdkx sso configure', 'prompts for everything'],
      ['cdkx sso configure --start-url https://acme.awsapps.com/start --all', 'a profile for each of your roles'],
      ['cdkx sso configure --profile dev', 'one profile: choose its account and role'],
      ['cdkx sso configure --all --prune --yes', 'update all profiles without prompting'],
      ['cdkx sso configure --from-project', 'the profile that cdk.json describes'],
    ],
    notes: [
      'Roles that already have a profile keep it. Other profiles, comments and the order of the file are preserved.',
      'Profiles written by this command are marked with a comment. --prune removes only those, if the portal no longer lists their role.',
      'Exit codes: 0, 64 usage, 69 the portal or some accounts could not be read, 77 not signed in or role not assigned, 78 configuration, 130 cancelled.',
    ],
  })
    .option('--start-url <url>', 'start URL of the AWS access portal, or its alias')
    .option('--region <region>', 'Region of IAM Identity Center (default: found from the start URL)')
    .option('--session <name>', 'name of a new or existing sso-session')
    .option('--scopes <scopes>', 'registration scopes for the session (default: sso:account:access)')
    .option('--profile-region <region>', 'default Region for the new profiles')
    .option(
      '--name-template <template>',
      'template for profile names, with {accountName}, {accountId}, {roleName}, {session} (default: {accountName}-{roleName})',
    )
    .option('--all', 'all roles of all accounts')
    .option('--account <id>', 'only roles of this account')
    .option('--role <name>', 'only roles with this name')
    .option('--profile <name>', 'write a single profile with this name')
    .option('--from-project', 'write the profile that cdk.json describes')
    .option('--prune', 'remove profiles written by this command whose role no longer exists')
    .option('--dry-run', 'show the change without writing it')
    .option('-y, --yes', 'write without prompting')
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
