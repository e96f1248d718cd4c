import type { CdkCommandLine } from '../cdk/command-line/command-line.ts';
import type { CdkxSettings } from '../cdkx-flags.ts';
import type { Reporter } from '../messages/errors.ts';
import type { ChosenProfile, ResolvedProject } from './project.ts';

/** One run of `cdk`, as it is known before `cdk` starts. */
export interface ProjectRun {
  readonly project: ResolvedProject;
  /** The chosen profile; absent if `cdk` finds credentials itself. */
  readonly profile?: Pick<ChosenProfile, 'name' | 'source' | 'origin'> | undefined;
  readonly line: CdkCommandLine;
  readonly cdkxSettings: CdkxSettings;
  readonly required: boolean;
  readonly reporter: Reporter;
  /** Synthesizes the app as this run would, if it must be known what `cdk` adds to the stacks that are named. */
  readonly synthesize: () => Promise<boolean>;
}
