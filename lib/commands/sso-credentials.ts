import { Option, type Command } from 'commander';
import { ensuredCredentials } from '../profile/ensured-credentials.ts';
import { roleCredentials } from '../profile/role-credentials.ts';
import { refuseOwnProcess } from './credential-recursion.ts';
import { credentialFormats, formatCredentials, type CredentialFormat } from './credentials-format.ts';
import { ensureOwnProfile } from './ensure-own.ts';
import { addOwnCommand, type OwnRun } from './own-command.ts';
import { requireProfile, resolveOwnProject } from './own-project.ts';
import { print } from './print.ts';

const verb = 'cdkx sso credentials';

/** Adds `cdkx sso credentials`: a profile's short-lived credentials, for programs. */
export function addSsoCredentials(parent: Command, run: OwnRun): void {
  addOwnCommand(parent, {
    usage: 'credentials',
    description:
      "Print the short-lived credentials of this project's profile, the session ensured first. They are secrets: mind where they go.",
    examples: [
      [verb, 'as a credential_process prints them'],
      [`eval "$(${verb} --format env)"`, 'into a POSIX shell'],
      [`${verb} --format fish | source`, 'into fish'],
      [`${verb} --format powershell | Invoke-Expression`, 'into PowerShell'],
      [`${verb} --format json`, 'with account and profile, for programs'],
    ],
    notes: [
      'In ~/.aws/config, for tools that know no SSO:',
      '  [profile acme-dev-process]',
      `  credential_process = ${verb} --profile acme-dev`,
      '',
      'JSON: { version, profile, accountId, accessKeyId, secretAccessKey, sessionToken, expiration }.',
    ],
  })
    .option('--profile <name>', 'the profile whose credentials are meant')
    .addOption(new Option('--format <format>', 'how to print them').choices(credentialFormats).default('process'))
    .action(async (options: { readonly profile?: string; readonly format: CredentialFormat }) => {
      run.end(await credentials(run, options));
    });
}

async function credentials(
  run: OwnRun,
  { profile: given, format }: { readonly profile?: string; readonly format: CredentialFormat },
): Promise<number> {
  const { ctx, reporter } = run;
  const project = resolveOwnProject(run, given);
  const profile = await requireProfile(run, project, verb);
  refuseOwnProcess(profile, project);
  const { http, config } = project;
  const keys = await ensuredCredentials(
    (refused) => ensureOwnProfile(run, project, profile, { verb, tokenFor: 'self', refused }),
    (token) => roleCredentials(ctx, { profile: profile.name, http, config, command: verb, reporter, token }),
  );
  print(run, formatCredentials({ ...keys, profile: profile.name }, format));
  return 0;
}
