import { UserError } from '../../messages/errors.ts';
import { didYouMean } from '../../messages/nearest-names.ts';
import type { ProjectBlock } from '../block/block.ts';
import { describeJson } from '../../system/json.ts';
import { isPlainName, type Match, matchStack } from './patterns.ts';

/** All that can name a stage, from the outside. */
export interface StageQuery {
  /** `--cdkx-stage`. */
  readonly flag?: string | undefined;
  /** `CDKX_STAGE`; empty counts as not set. */
  readonly variable?: string | undefined;
  /** A value of the context that the app sees, and where it is set; an empty value cancels those of weaker sources. */
  readonly context: (key: string) => { readonly value: unknown; readonly where: string } | undefined;
  /** Whether the command line or a variable of `cdk` sets a context key: then the app gets that value, and none from cdkx. */
  readonly isGiven?: (key: string) => boolean;
  /** Stack names on the command line; empty for commands that take none. */
  readonly stacks: readonly string[];
}

/** How a stage was chosen. */
export type StageSource = 'flag' | 'variable' | 'context' | 'stacks';

/** The stage that a run is about, and who said so. */
export type StageChoice =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'chosen';
      readonly name: string;
      readonly by: StageSource;
      /** For people: `--cdkx-stage`, `CDKX_STAGE`, `-c stage`, `context.stage in cdk.json`, `the stack names`. */
      readonly where: string;
      /** The stage that the context names to the app; absent if it names none of the project's. */
      readonly appStage?: AppStage;
    };

/** A stage that the app gets from its context. */
export interface AppStage {
  readonly name: string;
  readonly where: string;
  /** `stage=prod`, if cdkx passes it on with `--context`. */
  readonly assignment?: string;
}

/** Chooses the stage: `--cdkx-stage`, `CDKX_STAGE`, the context key, else the plain stack names. Throws a `UserError` (78) for an unknown stage. */
export function chooseStage(block: ProjectBlock | undefined, query: StageQuery): StageChoice {
  const stages = block?.stages ?? {};
  const hasStages = Object.keys(stages).length > 0;
  const named = [
    { by: 'flag' as const, where: '--cdkx-stage', name: query.flag },
    // Without stages in the block, a variable exported for another project and the app's own context mean nothing here.
    ...(hasStages
      ? [
          { by: 'variable' as const, where: 'CDKX_STAGE', name: query.variable === '' ? undefined : query.variable },
          contextStage(block?.stageContext ?? 'stage', query),
        ]
      : []),
  ].flatMap(({ by, where, name }) => (name === undefined ? [] : [{ by, where, name }]));
  const [first, ...others] = named;
  if (first === undefined) return passedOn(block, query, stageOfStacks(stages, query.stacks));
  if (!Object.hasOwn(stages, first.name)) throw unknownStage(first, Object.keys(stages), block?.stageContext);
  const appStage = [first, ...others].find(({ by, name }) => by === 'context' && Object.hasOwn(stages, name));
  return passedOn(block, query, {
    kind: 'chosen',
    ...first,
    ...(appStage && { appStage: { name: appStage.name, where: appStage.where } }),
  });
}

/** The choice with what cdkx passes to the app of it: nothing if the user sets the context key. */
function passedOn(block: ProjectBlock | undefined, { isGiven }: StageQuery, choice: StageChoice): StageChoice {
  const key = block?.stageContext;
  if (key === undefined || choice.kind === 'none' || choice.by === 'context' || isGiven?.(key) === true) return choice;
  const assignment = `${key}=${choice.name}`;
  return { ...choice, appStage: { name: choice.name, where: `--context ${assignment}`, assignment } };
}

/** The stages that a plain stack name belongs to, or may belong to. */
function stagesOfStack(stages: NonNullable<ProjectBlock['stages']>, stack: string): { name: string; match: Match }[] {
  return Object.entries(stages)
    .map(([name, stage]) => ({ name, match: matchStack(stage.stacks ?? [], stack) }))
    .filter(({ match }) => match !== 'no');
}

const otherKey = {
  say: 'If your app uses this key for something else, set "stageContext" in context.cdkx of cdk.json to another key.',
};

function contextStage(key: string, query: StageQuery): { by: 'context'; where: string; name: string | undefined } {
  const { value, where = key } = query.context(key) ?? {};
  if (value === undefined || value === null || value === '') return { by: 'context', where, name: undefined };
  if (typeof value === 'string' || typeof value === 'number') return { by: 'context', where, name: String(value) };
  throw new UserError('InvalidStage', {
    what: `${where} is ${describeJson(value)}, which isn't the name of a stage`,
    why: 'cdkx reads the stage of the project from there.',
    next: [otherKey],
  });
}

function stageOfStacks(stages: NonNullable<ProjectBlock['stages']>, stacks: readonly string[]): StageChoice {
  const found = stacks.map((stack) => (isPlainName(stack) ? stagesOfStack(stages, stack) : []));
  const name = found[0]?.[0]?.name;
  const isUnanimous = found.every(
    ([first, second]) => first?.name === name && first?.match === 'yes' && second === undefined,
  );
  if (name === undefined || !isUnanimous) return { kind: 'none' };
  return { kind: 'chosen', name, by: 'stacks', where: stacks.length === 1 ? 'the stack name' : 'the stack names' };
}

function unknownStage(
  asked: { name: string; where: string; by: StageSource },
  known: readonly string[],
  stageContext: string | undefined,
): UserError {
  const hint = asked.by === 'context' && stageContext === undefined ? [otherKey] : [];
  return new UserError('UnknownStage', {
    what: `no stage ${describeJson(asked.name)} in context.cdkx of cdk.json (from ${asked.where})`,
    why: [
      ...didYouMean(asked.name, known),
      known.length === 0 ? 'The project block has no stages.' : `Stages: ${known.join(', ')}.`,
    ],
    next: hint,
  });
}

/** What the words after a command name: stacks, construct paths (`orphan`), AWS environments (`bootstrap`, `gc`), or nothing of the project. */
export type TargetKind = 'stacks' | 'paths' | 'environments' | 'nothing';

const environmentCommands: ReadonlySet<string> = new Set(['bootstrap', 'gc']);

/** What the words after `command` name. A command that cdkx does not know is taken to name stacks. */
export function targetKind(command: string): TargetKind {
  if (environmentCommands.has(command)) return 'environments';
  if (command === 'orphan') return 'paths';
  return command === 'migrate' ? 'nothing' : 'stacks';
}

/** Passes the chosen stage to the credential plugin within `cdk`. The name must not begin with `CDK`, which `cdk` parses. */
export const stageVariable = 'X_CDKX_STAGE';
