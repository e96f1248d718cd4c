import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type AssemblyStack, assemblyFolder, givenAssembly, readAssembly, stackEnvironment } from '../cdk/assembly.ts';
import type { CdkCommandLine } from '../cdk/command-line/command-line.ts';
import type { Context } from '../context.ts';
import type { MessageParts, Reporter } from '../messages/errors.ts';
import { quoteArguments } from '../messages/text.ts';
import { type CredentialSource, leafSource, type SsoSource } from '../profile/source.ts';
import { isRegionName } from '../sso/start-url.ts';
import { consoleAddress } from './announce.ts';
import type { ResolvedProject } from './project.ts';

/** A `cdk` that failed, although its credentials are good. */
export interface FailedRun {
  readonly project: ResolvedProject;
  readonly profile?: { readonly name: string; readonly source: CredentialSource } | undefined;
  readonly line: CdkCommandLine;
  readonly reporter: Reporter;
  /** When `cdk` was started, milliseconds since the epoch. */
  readonly startedAt: number;
}

/** After a failed deployment, tells a person how to open its stack in the console. Silent if the app wasn't synthesized. */
export function pointToConsole(ctx: Context, { project, profile, line, reporter, startedAt }: FailedRun): void {
  if (line.command !== 'deploy' || profile === undefined || !reporter.interactive) return;
  const sso = leafSource(profile.source);
  if (sso.kind !== 'sso-session' && sso.kind !== 'legacy-sso') return;
  const folder = assemblyFolder(ctx, project.optionOf);
  const isGiven = givenAssembly(ctx, project.optionOf) !== undefined;
  if (!isGiven && writtenAt(join(folder, 'manifest.json')) < startedAt) return;
  const stacks = readAssembly(folder) ?? [];
  const isNamed = ({ name, stackName }: (typeof stacks)[number]) =>
    line.positionals.length === 0 || line.positionals.some((word) => word === name || word === stackName);
  const [stack, ...others] = stacks.filter(isNamed);
  const only = others.length === 0 ? stack : undefined;
  const command = ['cdkx', 'sso', 'console', ...(only === undefined ? [] : [only.name]), '--profile', profile.name];
  reporter.notice({
    what: only === undefined ? 'the deployment failed' : `the deployment of stack "${only.name}" failed`,
    next: [
      { say: `To open ${only === undefined ? 'its account' : 'it'} in the AWS console, run:` },
      { run: quoteArguments(command) },
    ],
    link: only === undefined ? undefined : stackLink(project, profile.name, sso, only),
  });
}

function stackLink(
  project: ResolvedProject,
  profile: string,
  sso: SsoSource,
  stack: AssemblyStack,
): MessageParts['link'] {
  const { account = sso.accountId, region = project.regionWith(profile).region } = stackEnvironment(stack);
  if (account !== sso.accountId || !isRegionName(region)) return undefined;
  const url = consoleAddress(project, profile, sso, { stackName: stack.stackName, region });
  return { text: `stack "${stack.name}"`, url };
}

function writtenAt(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
