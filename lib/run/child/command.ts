import type { CdkCommandLine } from '../../cdk/command-line/command-line.ts';
import { type CdkBinary, depthOf, mayStartCdkx } from '../../cdk/find-cdk.ts';
import type { Context } from '../../context.ts';
import { buildChildEnvironment, type ChildEnvironment, type ChildEnvironmentInput } from './environment.ts';

export type { DelegatedProfile } from './environment.ts';

export interface DelegationPlan extends ChildEnvironment {
  readonly command: string;
  readonly args: readonly string[];
}

/** `compileCache` is used only if our own Node runs `cdk`. */
export interface DelegationInput extends Pick<ChildEnvironmentInput, 'profile' | 'cancelPin' | 'compileCache'> {
  readonly binary: CdkBinary;
  readonly line: Pick<CdkCommandLine, 'forwarded' | 'profile'>;
  /** Plugins to name on the command line, as `pluginArguments` gives them. */
  readonly plugins?: readonly string[] | undefined;
  /** Context to set on the command line, as `contextArguments` gives it. */
  readonly context?: readonly string[] | undefined;
  /** More variables for the child; their names must not begin with `CDK`, which `cdk` parses. */
  readonly extraEnv?: Readonly<Record<string, string>> | undefined;
}

/** The command line and environment of `cdk`. Additions come first, where nothing before them can take them. */
export function buildDelegation(
  ctx: Pick<Context, 'env' | 'platform' | 'execPath' | 'home'>,
  input: DelegationInput,
): DelegationPlan {
  const { binary, line, profile, plugins = [], context = [] } = input;
  const added = [
    ...(profile?.inject === true ? ['--profile', profile.name] : []),
    ...plugins.flatMap((plugin) => ['--plugin', plugin]),
    ...context,
  ];
  const args = [...added, ...line.forwarded];
  const environment = buildChildEnvironment({
    env: ctx.env,
    platform: ctx.platform,
    home: ctx.home,
    profile,
    hasProfileFlag: line.profile !== undefined,
    cancelPin: input.cancelPin,
    compileCache: binary.kind === 'module' ? input.compileCache : undefined,
    plugAndPlay: binary.plugAndPlay,
    depth: mayStartCdkx(binary) ? depthOf(ctx) + 1 : undefined,
    extra: input.extraEnv,
  });
  return binary.kind === 'module'
    ? { command: ctx.execPath, args: [binary.path, ...args], ...environment }
    : { command: binary.path, args, ...environment };
}
