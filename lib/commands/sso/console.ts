import type { Command } from 'commander';
import { assemblyFolder, readAssembly, stackEnvironment } from '../../cdk/assembly.ts';
import type { Context } from '../../context.ts';
import { type NextStep, UserError } from '../../messages/errors.ts';
import { nearestNames } from '../../messages/nearest-names.ts';
import { shellWord } from '../../messages/text.ts';
import { resolveCredentialSource } from '../../profile/resolve-source.ts';
import { type CredentialSource, leafSource, type SsoSource } from '../../profile/source.ts';
import { accountsContext, localProfiles, serveAccount } from '../../project/accounts.ts';
import { consoleAddress } from '../../run/announce.ts';
import { accountsBlock, type ResolvedProject } from '../../run/project.ts';
import { isRegionName } from '../../sso/start-url.ts';
import { openBrowser } from '../../system/browser.ts';
import { print } from '../../terminal/output.ts';
import { addCommand, type CommandContext } from '../command.ts';
import { requireProfile, resolveCommandProject } from '../shared/project.ts';

const command = 'cdkx sso console';

interface ConsoleOptions {
  readonly profile?: string;
  readonly print?: boolean;
}

/** Adds `cdkx sso console`: the AWS console at a stack, or at the account, signed in with the project's account and role. */
export function addSsoConsole(parent: Command, run: CommandContext): void {
  addCommand(parent, {
    usage: 'console',
    description:
      "Open the AWS console through your access portal, with this project's account and role. With a stack, at that stack.",
    examples: [
      [command, "the console home of the project's account"],
      [`${command} Dev`, 'the page of the stack Dev, in its account and Region'],
      [`${command} Dev --print`, 'print the URL and open nothing'],
    ],
    notes: ['The stack must be in cdk.out, as the last synthesis left it. cdkx opens a browser only in a terminal.'],
  })
    .argument('[stack]', 'a stack, as cdk list shows it')
    .option('--profile <name>', 'the profile to use')
    .option('--print', 'print the URL and open nothing')
    .action(async (stack: string | undefined, options: ConsoleOptions) => {
      run.end(await openConsole(run, stack, options));
    });
}

async function openConsole(run: CommandContext, stack: string | undefined, options: ConsoleOptions): Promise<number> {
  const { ctx, reporter } = run;
  const project = resolveCommandProject(run, options.profile);
  const profile = await requireProfile(run, project, command);
  const target = stack === undefined ? undefined : findStack(ctx, project, stack);
  const source = ssoSource(targetSource(ctx, project, profile, target), target?.name);
  const { region, from } = project.regionWith(profile.name);
  checkRegion(target?.region ?? region, target === undefined ? from : 'cdk.out');
  const { accountId, roleName } = source;
  const address = consoleAddress(project, profile.name, source, target);
  if (options.print === true || run.flags.dryRun || !reporter.interactive) {
    print(run, [address]);
    return 0;
  }
  reporter.notice(`opening the AWS console of account ${accountId} (role ${roleName}). If it doesn't open, go to:`);
  print(run, [address]);
  if (!(await openBrowser(ctx, address, new AbortController().signal))) {
    reporter.warn({ what: 'no browser could be opened', why: 'Open the URL above yourself.' });
  }
  return 0;
}

/** It becomes part of the console's host. */
function checkRegion(region: string, from: string | undefined): void {
  if (isRegionName(region)) return;
  throw new UserError('InvalidRegion', {
    what: `${JSON.stringify(region)} is not an AWS Region${from === undefined ? '' : ` (${from})`}`,
    next: [{ say: 'Correct it, then run the command again.' }],
  });
}

interface Target {
  readonly name: string;
  readonly stackName: string;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

/** The stack in the last synthesis, with the account and Region that it is deployed to. */
function findStack(ctx: Context, { optionOf }: ResolvedProject, wanted: string): Target {
  const stacks = readAssembly(assemblyFolder(ctx, optionOf)) ?? [];
  const found = stacks.find(({ name }) => name === wanted) ?? stacks.find(({ stackName }) => stackName === wanted);
  if (found === undefined)
    throw unknownStack(
      wanted,
      stacks.map(({ name }) => name),
    );
  return { ...found, ...stackEnvironment(found) };
}

function unknownStack(wanted: string, known: readonly string[]): UserError {
  const near = nearestNames(wanted, known);
  const next: NextStep[] =
    known.length === 0
      ? [{ say: 'Synthesize the app first:' }, { run: 'cdkx synth --quiet' }]
      : [{ say: 'For example:' }, { run: `${command} ${shellWord(near[0] ?? known[0] ?? '')}` }];
  return new UserError('UnknownStack', {
    what: `stack "${wanted}" is not in cdk.out`,
    why: known.length === 0 ? 'There is no synthesized app.' : `Stacks: ${known.slice(0, 10).join(', ')}.`,
    next,
  });
}

/** The credential source for a stack: the run's own profile, or the profile that serves the stack's account. */
function targetSource(
  ctx: Context,
  project: ResolvedProject,
  profile: { readonly name: string; readonly source: CredentialSource },
  target: Target | undefined,
): CredentialSource {
  const leaf = leafSource(profile.source);
  const accountId = 'accountId' in leaf ? leaf.accountId : undefined;
  if (target?.account === undefined || accountId === undefined || accountId === target.account) return profile.source;
  const profiles = localProfiles(project.config, ctx.env);
  const rule = accountsBlock(project)?.accounts ?? 'auto';
  const service = serveAccount(target.account, rule, profiles, accountsContext(profile.source));
  if (service.outcome === 'profile') return resolveCredentialSource(project.config, service.profile, ctx.env);
  throw new UserError('NoProfileForAccount', {
    what: `no profile on this machine uses account ${target.account} of stack "${target.name}"`,
    why: `The selected profile "${profile.name}" uses account ${accountId}.`,
    next: [{ say: 'To see your profiles, run:' }, { run: 'cdkx profile list' }],
  });
}

/** The SSO role at the end of a profile's chain: the access portal opens the console only with roles that it assigns. */
function ssoSource(source: CredentialSource, stack: string | undefined): SsoSource {
  const leaf = leafSource(source);
  if (leaf.kind === 'sso-session' || leaf.kind === 'legacy-sso') return leaf;
  if (leaf.kind === 'invalid') throw new UserError('InvalidCredentialSource', leaf.problem);
  throw new UserError('NoSsoSession', {
    what: `profile "${leaf.profile}" doesn't use SSO`,
    why: 'cdkx opens the console through the access portal, which needs an SSO profile.',
    next: [
      { say: 'Choose an SSO profile:' },
      { run: 'cdkx profile list' },
      { say: `Then add --profile to ${[command, ...(stack === undefined ? [] : [stack])].join(' ')}.` },
    ],
  });
}
