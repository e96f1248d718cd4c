import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { classifyCommand, type CommandClass, isReadOnly } from '../../lib/cdk/command-line/command-class.ts';
import { parseCommandLine } from '../../lib/cdk/command-line/command-line.ts';
import { readOptionTable } from '../../lib/cdk/command-line/option-table.ts';
import { contextArguments, contextValue, optionsOf, readSettings } from '../../lib/cdk/settings.ts';
import { resolveCdkxSettings } from '../../lib/cdkx-flags.ts';
import { UserError } from '../../lib/messages/errors.ts';
import type { StageChoice } from '../../lib/project/stages/choose.ts';
import { couldMatch, matchStack } from '../../lib/project/stages/patterns.ts';
import { planConfirmation } from '../../lib/project/stages/protection.ts';
import { stageEntry } from '../../lib/run/stages.ts';
import { resolveProject } from '../../lib/run/project.ts';
import { installedCdk } from '../cdk/installed-cdk.ts';
import { createTestContext } from '../helpers/context.ts';
import { recordFigure } from '../helpers/figures.ts';
import { cleanEnvironment, runCdk } from '../helpers/cli.ts';
import { inputs, tries } from '../helpers/scale.ts';
import { type CdkOracle, type Judgment, startCdkOracle, synthesizeStagedApp } from './cdk-oracle.ts';
import {
  assignment,
  chosenStage,
  commandLine,
  contextFiles,
  evilPattern,
  isEvil,
  stackNames,
  stackPattern,
  stackWord,
  stageContexts,
  stages as arbitraryStages,
  usualStages,
  variables,
} from './guard-lines.ts';

const table = readOptionTable(installedCdk);
/** What `cdk` takes if nothing is set. */
const defaults: Readonly<Record<string, string>> = { output: 'cdk.out' };
const accounts = { base: '111111111111', bare: '111111111111', dev: '333333333333', prod: '222222222222' };

/** Which synthesis `cdk.out` has: the one that this run makes, an old one of another stage, or none. */
type Output = 'same' | 'other' | 'none';

const aRun = fc.record({
  args: commandLine,
  env: variables,
  files: contextFiles,
  stages: arbitraryStages,
  chosen: chosenStage,
  stageContext: stageContexts,
  hasAccounts: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  output: fc.constantFrom<Output>('same', 'same', 'same', 'none', 'other'),
});

type Run = typeof aRun extends fc.Arbitrary<infer Value> ? Value : never;

/** What cdkx makes of a run before it starts `cdk`. */
type Verdict =
  | { readonly kind: 'stopped' }
  | {
      readonly kind: 'started';
      readonly commandClass: CommandClass;
      readonly isReadOnly: boolean;
      readonly names: readonly string[];
      readonly choice: StageChoice;
      readonly stages: readonly string[];
      /** Protected stages whose names must be typed. */
      readonly asked: readonly string[];
    };

describe('what cdkx sees of a run is what the real cdk makes of it', () => {
  let folder: string;
  let oracle: CdkOracle;
  let place: { readonly cwd: string; readonly home: string };

  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'cdkx-guards-')));
    place = { cwd: join(folder, 'project'), home: join(folder, 'home') };
    mkdirSync(place.cwd);
    mkdirSync(join(place.home, '.aws'), { recursive: true });
    const profiles = Object.entries(accounts).map(
      ([name, account]) => `[profile ${name}]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
sso_role_name = Developer
sso_account_id = ${account}
`,
    );
    writeFileSync(join(place.home, '.aws/config'), profiles.join('\n'));
    synthesizeStagedApp(join(folder, 'assemblies'));
    symlinkSync(join(folder, 'assemblies'), join(place.cwd, 'assemblies'));
    oracle = await startCdkOracle();
  });
  afterAll(() => {
    oracle.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const assembly = (name: string) => join(folder, 'assemblies', name);

  /** Writes the project of a run, whose `cdk.out` is `output`. */
  function writeProject(
    { files, stages, hasAccounts, stageContext }: Pick<Run, 'files' | 'stages' | 'hasAccounts'> & Partial<Run>,
    output?: string,
    settings: { readonly project?: object; readonly user?: object } = {},
  ) {
    const write = (path: string, json: unknown) => {
      if (json === undefined) rmSync(path, { force: true });
      else writeFileSync(path, JSON.stringify(json));
    };
    const { base, ...own } = accounts;
    const cdkx = {
      profile: 'base',
      account: base,
      ...(stageContext === undefined ? {} : { stageContext }),
      ...(hasAccounts ? { accounts: { [accounts.prod]: 'prod', [accounts.dev]: 'dev' } } : {}),
      stages: Object.fromEntries(
        Object.entries(stages).map(([name, stacks]) => [
          name,
          {
            profile: name,
            account: own[name as keyof typeof own],
            ...(stacks && { stacks }),
            protected: name === 'prod',
          },
        ]),
      ),
    };
    write(join(place.cwd, 'cdk.json'), {
      app: 'node app.mjs',
      watch: {},
      ...settings.project,
      context: { ...files.project, cdkx },
    });
    write(join(place.cwd, 'cdk.context.json'), files.stored);
    write(join(place.home, '.cdk.json'), { ...settings.user, ...(files.user && { context: files.user }) });
    rmSync(join(place.cwd, 'cdk.out'), { force: true, recursive: true });
    if (output !== undefined) symlinkSync(output, join(place.cwd, 'cdk.out'));
  }

  function ask(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Judgment> {
    return oracle.judge({
      args,
      env: {
        HOME: place.home,
        CDK_HOME: place.home,
        CDK_NOTICES: 'false',
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        AWS_EC2_METADATA_DISABLED: 'true',
        ...env,
      },
      cwd: place.cwd,
      // An app that is told a stage makes only the stacks of that stage.
      assemblies: {
        '': assembly('all'),
        dev: assembly('dev'),
        prod: assembly('prod'),
        bare: assembly('one'),
        ...Object.fromEntries(['all', 'dev', 'prod'].map((name) => [`assemblies/${name}`, assembly(name)])),
      },
      stageKey: 'stage',
    });
  }

  /** What cdkx reads of a run. */
  function read(run: Pick<Run, 'args' | 'env' | 'chosen'>) {
    const { flag, variable } = run.chosen;
    const argv = [...(flag === undefined ? [] : [`--cdkx-stage=${flag}`]), ...run.args];
    const env = { HOME: place.home, ...run.env, ...(variable === undefined ? {} : { CDKX_STAGE: variable }) };
    const ctx = createTestContext({ ...place, argv, env });
    const line = parseCommandLine(argv, table, env);
    const commandClass = classifyCommand(line);
    const required = commandClass === 'required';
    const resolve = () =>
      resolveProject(ctx, line, resolveCdkxSettings(line.cdkxFlags, env), {
        bestEffort: !required,
        trustsProject: true,
      });
    return { ctx, line, commandClass, required, resolve };
  }

  function judge(run: Pick<Run, 'args' | 'env' | 'chosen'>): Verdict {
    const { ctx, line, commandClass, required, resolve } = read(run);
    const { command = '' } = line;
    const facts = { kind: 'started' as const, commandClass, isReadOnly: isReadOnly(command), names: line.positionals };
    if (commandClass === 'never') return { ...facts, choice: { kind: 'none' }, stages: [], asked: [] };
    return unlessStopped<Verdict>({ kind: 'stopped' }, () => {
      const project = resolve();
      if (project.block === undefined) throw new Error('the block was not read');
      const entry = stageEntry(ctx, { project, line, required });
      if (entry.outcome !== 'ok') return { kind: 'stopped' };
      const { stages = {} } = project.block.written;
      const isAsked = required && !isReadOnly(command);
      const plan = planConfirmation({ isAsked, entered: entry.stages, stages, confirmed: [] });
      return { ...facts, choice: project.block.stage, stages: entry.stages, asked: plan.needed };
    });
  }

  /** The arguments that `cdk` gets: with `stageContext`, those that give the app its stage come first. */
  function passedOn(run: Pick<Run, 'args' | 'env' | 'chosen'>): readonly string[] {
    const { ctx, line, commandClass, resolve } = read(run);
    if (commandClass === 'never') return run.args;
    return unlessStopped(run.args, () => {
      const stage = resolve().block?.stage;
      const assignment = stage?.kind === 'chosen' ? stage.appStage?.assignment : undefined;
      return assignment === undefined ? run.args : [...contextArguments(line, ctx.env, assignment), ...run.args];
    });
  }

  function unlessStopped<Result>(stopped: Result, action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      if (error instanceof UserError && error.exitCode === 78) return stopped;
      throw error;
    }
  }

  /** The stages that a stack belongs to, as the real matcher has it. */
  async function stagesOf(stack: string, stages: Run['stages'], chosen: string | undefined): Promise<string[]> {
    const matches = await Promise.resolve(
      Object.entries(stages).reduce<Promise<string[]>>(async (found, [name, patterns]) => {
        const before = await found;
        return patterns !== undefined && (await oracle.selects(patterns, stack)) ? [...before, name] : before;
      }, Promise.resolve([])),
    );
    // A stack of several stages is that of the chosen one.
    return chosen !== undefined && matches.includes(chosen) ? [chosen] : matches;
  }

  it('no stack or environment of a stage is selected that the guard did not see', async () => {
    const counts = { started: 0, stopped: 0, selected: 0 };
    await fc.assert(
      fc.asyncProperty(aRun, async (run) => {
        writeProject(run, assembly('all'));
        const theirs = await ask(passedOn(run), run.env);
        const told = theirs.context?.['stage'];
        const same = told === 'dev' || told === 'prod' ? told : told === 'bare' ? 'one' : 'all';
        const outputs = { same: assembly(same), other: assembly(same === 'dev' ? 'prod' : 'dev'), none: undefined };
        writeProject(run, outputs[run.output]);
        const ours = judge(run);
        counts[ours.kind] += 1;
        if (ours.kind === 'stopped') return;
        if (theirs.stacks !== undefined || theirs.environments !== undefined) counts.selected += 1;
        if (ours.commandClass === 'best-effort') return;
        const chosen = ours.choice.kind === 'chosen' ? ours.choice.name : undefined;
        // If the app makes one stage only, that its stacks are those of another one is a mistake of the project's.
        if (ours.choice.kind === 'chosen' && ours.choice.appStage?.name === chosen && run.stages !== usualStages)
          return;
        const reached = new Set<string>();
        for (const stack of theirs.stacks ?? []) {
          // What a command reads besides the stacks that were named, it may read.
          const isNamed = ours.names.length > 0 && (await oracle.selects(ours.names, stack));
          if (ours.isReadOnly && !isNamed) continue;
          // An old synthesis doesn't show what the app adds today.
          if (run.output === 'other' && ours.names.length > 0 && !isNamed) continue;
          for (const stage of await stagesOf(stack, run.stages, chosen)) reached.add(stage);
        }
        for (const environment of theirs.environments ?? []) {
          if (environment.startsWith(`${accounts.dev}/`)) reached.add('dev');
          if (environment.startsWith(`${accounts.prod}/`)) reached.add('prod');
        }
        // Without a synthesis of this app, what is added can't be known: then only protected stages are kept out.
        const isKnown = run.output === 'same';
        const unseen = [...reached].filter((name) => !ours.stages.includes(name) && (isKnown || name === 'prod'));
        expect({ unseen, theirs: theirs.stacks ?? theirs.environments, seen: ours.stages }).toMatchObject({
          unseen: [],
        });
        expect(!ours.isReadOnly && reached.has('prod') && !ours.asked.includes('prod')).toBe(false);
      }),
      inputs(200),
    );
    recordFigure('guards.disagreements', 0);
    recordFigure('guards.lines', counts.started + counts.stopped);
    recordFigure('guards.selected', counts.selected);
    // A guard that always stops would see everything too.
    expect(counts.started).toBeGreaterThan(tries(20, 400));
    expect(counts.selected).toBeGreaterThan(tries(20, 400));
  });

  it('no app that changes something is told a stage that the guard did not see', async () => {
    const counts = { told: 0, started: 0 };
    const run = fc.record({
      args: commandLine,
      env: variables,
      files: contextFiles,
      stages: fc.constant(usualStages),
      chosen: chosenStage,
      stageContext: stageContexts,
      hasAccounts: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(run, async (given) => {
        writeProject(given);
        const theirs = await ask(passedOn(given), given.env);
        const told = String(theirs.context?.['stage']);
        if (!Object.hasOwn(usualStages, told)) return;
        counts.told += 1;
        const ours = judge(given);
        if (ours.kind === 'stopped') return;
        counts.started += 1;
        if (ours.isReadOnly) return;
        expect(ours.stages).toContain(told);
        expect(ours.asked.includes('prod')).toBe(ours.stages.includes('prod'));
      }),
      inputs(100),
    );
    recordFigure('guards.disagreements', 0);
    recordFigure('guards.told', counts.told);
    expect(counts.told).toBeGreaterThan(tries(15, 300));
    expect(counts.started).toBeGreaterThan(tries(5, 100));
  });

  it('the context and the options of a run are merged as by cdk', async () => {
    let merged = 0;
    const settings = fc.record(
      { output: fc.constantFrom('cdk.out', 'elsewhere', ''), region: fc.constantFrom('eu-west-1', 'us-east-1') },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(
        commandLine,
        variables,
        contextFiles,
        settings,
        settings,
        async (args, env, files, project, user) => {
          writeProject({ files, stages: usualStages, hasAccounts: false }, undefined, { project, user });
          const theirs = await ask(args, env);
          if (theirs.context === undefined) return;
          merged += 1;
          const line = parseCommandLine(args, table, env);
          const read = readSettings(place);
          const options = optionsOf(line, read);
          const keys = ['stage', 'other', 'stage ', '', '0', 'toString'];
          const ofContext = (key: string) =>
            Object.hasOwn(theirs.context ?? {}, key) ? theirs.context?.[key] : undefined;
          expect({
            context: keys.map((key) => contextValue(line, read, key)?.value),
            options: ['app', 'output', 'region', 'profile', 'proxy'].map((name) => options(name) ?? defaults[name]),
          }).toEqual({
            context: keys.map(ofContext),
            options: ['app', 'output', 'region', 'profile', 'proxy'].map((name) => theirs.settings?.[name]),
          });
        },
      ),
      inputs(100),
    );
    recordFigure('guards.disagreements', 0);
    recordFigure('guards.merged', merged);
    expect(merged).toBeGreaterThan(tries(60, 1200));
  });

  it('a command line and its variables are read as by yargs', async () => {
    let read = 0;
    await fc.assert(
      fc.asyncProperty(commandLine, variables, async (args, env) => {
        writeProject({
          files: { project: undefined, stored: undefined, user: undefined },
          stages: usualStages,
          hasAccounts: false,
        });
        const { argv } = await ask(args, env);
        if (argv === undefined) return;
        read += 1;
        const line = parseCommandLine(args, table, env);
        const [command = ''] = argv['_'] as string[];
        const known = table.commands.get(command);
        const isText = (value: unknown): value is string => typeof value === 'string';
        const texts = (value: unknown) => (Array.isArray(value) && value.every(isText) ? value : undefined);
        const name = known?.positional?.name ?? '';
        const list = name.startsWith('STACK') ? (argv['STACKS'] ?? argv[name]) : argv[name];
        // `cdk` fails with one text in place of a list.
        const given = isText(argv['STACKS']) ? undefined : isText(list) ? [list] : texts(list);
        expect({
          command: line.command,
          asksHelp: line.asksHelp || line.asksVersion,
          words: given && line.positionals,
          context: texts(argv['context']) && line.values('context'),
          ...Object.fromEntries(
            ['output', 'app', 'profile', 'role-arn'].map((each) => [each, isText(argv[each]) && line.option(each)]),
          ),
        }).toEqual({
          command: known?.name ?? command,
          asksHelp: false,
          words: given,
          context: texts(argv['context']),
          ...Object.fromEntries(
            ['output', 'app', 'profile', 'role-arn'].map((each) => [each, isText(argv[each]) && argv[each]]),
          ),
        });
        // What cdk may take for on is on; what we take for exclusive is exclusive.
        expect(Boolean(argv['all']) && !line.couldBeOn('all')).toBe(false);
        expect(line.option('exclusively') === true && !argv['exclusively']).toBe(false);
      }),
      inputs(200),
    );
    recordFigure('guards.disagreements', 0);
    recordFigure('guards.read', read);
    expect(read).toBeGreaterThan(tries(100, 2000));
  });

  it('no stack is matched that the patterns could not match, and none in more than a moment', async () => {
    let longest = 0;
    const globs = fc.oneof(stackPattern, stackWord, evilPattern);
    const stack = fc.oneof(
      fc.constantFrom(...stackNames),
      fc.nat(250).map((length) => `${'a'.repeat(length)}b`),
    );
    await fc.assert(
      fc.asyncProperty(globs, fc.array(globs, { minLength: 1, maxLength: 3 }), stack, async (glob, patterns, name) => {
        fc.pre([glob, ...patterns].every((each) => each !== ''));
        const before = performance.now();
        const [ours, could] = [matchStack(patterns, name), couldMatch(glob, patterns)];
        longest = Math.max(longest, performance.now() - before);
        if ([glob, ...patterns].some((each) => isEvil(each))) return;
        const theirs = await oracle.selects(patterns, name);
        expect({ patterns, name, theirs, ours }).toEqual({
          patterns,
          name,
          theirs,
          ours: ours === 'maybe' ? ours : theirs ? 'yes' : 'no',
        });
        const isCommon = theirs && (await oracle.selects([glob], name));
        expect({ glob, patterns, could: could || !isCommon }).toEqual({ glob, patterns, could: true });
      }),
      inputs(1000),
    );
    recordFigure('guards.disagreements', 0);
    recordFigure('guards.globs', tries(1000, 20_000));
    expect(longest).toBeLessThan(1000);
  });

  it('the oracle is the cdk that it stands for', async () => {
    const samples = fc.sample(
      fc.tuple(fc.constantFrom('destroy', 'diff', 'ls'), fc.array(stackWord, { maxLength: 2 })),
      { numRuns: tries(4, 40), seed: 1 },
    );
    const project = join(folder, 'real');
    mkdirSync(project, { recursive: true });
    for (const [command, words] of samples) {
      const args = [command, ...words, '--app', assembly('all')];
      writeProject({
        files: { project: undefined, stored: undefined, user: undefined },
        stages: usualStages,
        hasAccounts: false,
      });
      const theirs = await runCdk(args, { cwd: project, home: place.home });
      const oracles = await oracle.judge({
        args,
        env: cleanEnvironment(place.home),
        cwd: project,
        assemblies: { [assembly('all')]: assembly('all') },
        stageKey: 'stage',
      });
      const added = (text: string) => /Including depend\w+ stacks: (.*)/.exec(stripVTControlCharacters(text))?.[1];
      expect({ args, added: added(oracles.output) }).toEqual({ args, added: added(theirs.stderr) });
      const listed = theirs.stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.replace(/ \([\w-]+\)$/, ''));
      expect({ args, stacks: command === 'ls' ? (oracles.stacks ?? []) : [] }).toEqual({ args, stacks: listed });
      recordFigure('guards.real');
    }
  });

  it('the oracle sees the context that a real app gets', async () => {
    const samples = fc.sample(fc.tuple(variables, contextFiles, fc.array(assignment, { maxLength: 2 })), {
      numRuns: tries(3, 20),
      seed: 2,
    });
    const contextFile = join(folder, 'context.json');
    const app = [
      process.execPath,
      join(import.meta.dirname, 'programs/told-app.mjs'),
      assembly('one'),
      contextFile,
    ].join(' ');
    for (const [env, files, assignments] of samples) {
      writeProject({ files, stages: usualStages, hasAccounts: false }, undefined, { project: { app } });
      rmSync(contextFile, { force: true });
      const args = ['ls', ...assignments.flatMap((each) => ['-c', each])];
      const { stderr } = await runCdk(args, { ...place, env });
      const told = existsSync(contextFile) ? (JSON.parse(readFileSync(contextFile, 'utf8')) as object) : undefined;
      const oracles = await ask(args, { ...cleanEnvironment(place.home), ...env });
      expect({ args, env, stderr, isRun: oracles.context !== undefined }).toEqual({
        args,
        env,
        stderr,
        isRun: told !== undefined,
      });
      for (const key of ['stage', 'other', 'stage ', '']) {
        expect({ args, env, key, value: oracles.context?.[key] }).toEqual({
          args,
          env,
          key,
          value: (told as Record<string, unknown> | undefined)?.[key],
        });
      }
      recordFigure('guards.real');
    }
  });
});
