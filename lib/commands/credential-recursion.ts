import type { ResolvedProject } from '../cdk/resolve-project.ts';
import { leafSource } from '../profile/credential-source.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';
import type { ChosenProfile } from './choose-profile.ts';

/**
 * Refuses a profile whose `credential_process` would start this very verb for the same profile again, and so without end.
 *
 * @throws UserError 78.
 */
export function refuseOwnProcess(
  profile: Pick<ChosenProfile, 'name' | 'source'>,
  { config }: Pick<ResolvedProject, 'config'>,
): void {
  const visited = [profile.name];
  let source = leafSource(profile.source);
  while (source.kind === 'process') {
    const next = ownProcessProfile(source.command);
    if (next === undefined) return;
    // Without --profile it is found anew, and AWS_PROFILE or the project may well name this one again.
    if (next === '' || visited.includes(next)) throw recursion(profile.name, source.profile);
    const command = config.profiles.get(next)?.['credential_process'];
    if (command === undefined) return;
    visited.push(next);
    source = { kind: 'process', profile: next, command };
  }
}

/** The profile that a `cdkx sso credentials` command names, `''` without one; `undefined` for every other command. */
export function ownProcessProfile(command: string): string | undefined {
  const words = command.match(/"[^"]*"|'[^']*'|\S+/g)?.map((word) => word.replace(/^(["'])(.*)\1$/, '$2')) ?? [];
  const start = words.findIndex((word) => /(?:^|[/\\])cdkx(?:\.(?:js|cmd|ps1|exe))?$|^cdkx@/.test(word));
  if (start < 0 || words[start + 1] !== 'sso' || words[start + 2] !== 'credentials') return undefined;
  const rest = words.slice(start + 3);
  const flag = rest.findIndex((word) => word === '--profile' || word.startsWith('--profile='));
  if (flag < 0) return '';
  return rest[flag] === '--profile' ? (rest[flag + 1] ?? '') : (rest[flag]?.slice('--profile='.length) ?? '');
}

function recursion(profile: string, holder: string): UserError {
  return new UserError(exitCode.configuration, {
    what: `profile "${profile}" asks cdkx for its credentials, which asks the same profile again.`,
    why: `The credential_process of profile "${holder}" runs "cdkx sso credentials" without naming another profile.`,
    next: [
      'Let it name a profile with an SSO session of its own:',
      '    credential_process = cdkx sso credentials --profile NAME',
    ],
  });
}
