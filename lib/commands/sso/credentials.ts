import { type Command, Option } from 'commander';
import { ensuredCredentials, type RoleCredentials, roleCredentials } from '../../credentials/role-credentials.ts';
import { UserError } from '../../messages/errors.ts';
import { leafSource } from '../../profile/source.ts';
import { sessionStep } from '../../run/ensure.ts';
import type { ChosenProfile } from '../../run/project.ts';
import { withAccessRequest } from '../../run/explain.ts';
import type { ResolvedProject } from '../../run/project.ts';
import { print } from '../../terminal/output.ts';
import { addCommand, type CommandContext } from '../command.ts';
import { ensureCommandProfile, onlyShows, requireProfile, resolveCommandProject } from '../shared/project.ts';
import { type CredentialFormat, credentialFormats, formatCredentials } from './credentials-format.ts';

const thisCommand = 'cdkx sso credentials';

/** Adds `cdkx sso credentials`, which prints temporary credentials for programs. */
export function addSsoCredentials(parent: Command, run: CommandContext): void {
  addCommand(parent, {
    usage: 'credentials',
    description:
      "Print temporary credentials for this project's profile, signing in first if needed. The output contains secrets.",
    examples: [
      [thisCommand, 'in the format of a credential_process'],
      [`eval "$(${thisCommand} --format env)"`, 'for POSIX shells'],
      [`${thisCommand} --format fish | source`, 'for fish'],
      [`${thisCommand} --format powershell | Invoke-Expression`, 'for PowerShell'],
      [`for /f "delims=" %i in ('${thisCommand} --format windows-cmd') do @%i`, 'for cmd.exe'],
      [`${thisCommand} --format json`, 'with account and profile, for programs'],
    ],
    notes: [
      'In ~/.aws/config, for tools without SSO support:',
      '  [profile acme-dev-process]',
      `  credential_process = ${thisCommand} --profile acme-dev`,
      '',
      'JSON: { version, profile, accountId, accessKeyId, secretAccessKey, sessionToken, expiration }.',
    ],
  })
    .option('--profile <name>', 'the profile to use')
    .addOption(new Option('--format <format>', 'output format').choices(credentialFormats).default('process'))
    .action(async (options: { readonly profile?: string; readonly format: CredentialFormat }) => {
      run.end(await credentials(run, options));
    });
}

async function credentials(
  run: CommandContext,
  { profile: given, format }: { readonly profile?: string; readonly format: CredentialFormat },
): Promise<number> {
  const project = resolveCommandProject(run, given, { readsProject: given === undefined });
  const profile = await requireProfile(run, project, thisCommand);
  const wouldDo = [
    ...sessionStep(run.ctx, profile),
    `would get and print the credentials of profile "${profile.name}"`,
  ];
  if (onlyShows(run, wouldDo)) return 0;
  const keys = await commandCredentials(run, project, profile, thisCommand);
  print(run, formatCredentials({ ...keys, profile: profile.name }, format));
  return 0;
}

/** The short-lived credentials of a profile for a command of cdkx, signing in first if needed. */
export async function commandCredentials(
  run: CommandContext,
  project: ResolvedProject,
  profile: ChosenProfile,
  command: string,
): Promise<RoleCredentials> {
  const { ctx, reporter } = run;
  refuseRecursion(profile, project);
  const { http, config } = project;
  return ensuredCredentials(
    (refused) => ensureCommandProfile(run, project, profile, { command, tokenFor: 'self', refused }),
    (token) =>
      withAccessRequest(ctx, { project, reporter }, () =>
        roleCredentials(ctx, { profile: profile.name, http, config, reporter, token }),
      ),
  );
}

/** Rejects (78) a profile whose `credential_process` would run this command for it again, in an endless loop. */
export function refuseRecursion(
  profile: Pick<ChosenProfile, 'name' | 'source'>,
  { config }: Pick<ResolvedProject, 'config'>,
): void {
  const visited = [profile.name];
  let source = leafSource(profile.source);
  while (source.kind === 'process') {
    const next = profileOfCdkxProcess(source.command);
    if (next === undefined) return;
    // Without --profile, detection may find the same profile again.
    if (next === '' || visited.includes(next)) throw recursion(profile.name, source.profile);
    const command = config.profiles.get(next)?.['credential_process'];
    if (command === undefined) return;
    visited.push(next);
    source = { kind: 'process', profile: next, command };
  }
}

/** The profile of a `cdkx sso credentials` command line, `''` without one; `undefined` for any other command. */
export function profileOfCdkxProcess(command: string): string | undefined {
  const words = command.match(/"[^"]*"|'[^']*'|\S+/g)?.map((word) => word.replace(/^(["'])(.*)\1$/, '$2')) ?? [];
  const start = words.findIndex((word) => /(?:^|[/\\])cdkx(?:\.(?:[cm]?js|cmd|ps1|exe))?$|^cdkx@/.test(word));
  // cdkx's own flags may stand anywhere.
  const [first, second, ...rest] = words.slice(start + 1).filter((word) => !word.startsWith('--cdkx-'));
  if (start < 0 || first !== 'sso' || second !== 'credentials') return undefined;
  const flag = rest.findIndex((word) => word === '--profile' || word.startsWith('--profile='));
  if (flag < 0) return '';
  return rest[flag] === '--profile' ? (rest[flag + 1] ?? '') : (rest[flag]?.slice('--profile='.length) ?? '');
}

function recursion(profile: string, holder: string): UserError {
  return new UserError('CredentialLoop', {
    what: `profile "${profile}" gets its credentials from cdkx, which uses the same profile again`,
    why: `The credential_process of profile "${holder}" runs "cdkx sso credentials" without another profile.`,
    next: [{ say: 'Use a profile with an SSO session: credential_process = cdkx sso credentials --profile NAME' }],
  });
}
