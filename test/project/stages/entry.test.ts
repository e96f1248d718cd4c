import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { MessageParts } from '../../../lib/messages/errors.ts';
import type { ProjectBlock } from '../../../lib/project/block/block.ts';
import { chooseStage, targetKind } from '../../../lib/project/stages/choose.ts';
import { decideStageEntry, deployedStack, type StageEntryInput } from '../../../lib/project/stages/entry.ts';
import { isReadOnly } from '../../../lib/cdk/command-line/command-class.ts';
import { inputs } from '../../helpers/scale.ts';

const stages = {
  dev: { stacks: ['Dev*', 'Dev/*'], account: '111111111111' },
  prod: { stacks: ['Prod*', 'Prod/**'], account: '222222222222', protected: true },
  bare: { profile: 'acme-bare', account: '333333333333' },
};

interface Run {
  readonly command?: string;
  readonly names?: readonly string[];
  readonly all?: boolean;
  readonly stage?: string;
  /** Whether the stage comes as `-c stage=…`, which the app sees too. */
  readonly getsChosen?: boolean;
  readonly required?: boolean;
  readonly hasAccounts?: boolean;
  readonly block?: ProjectBlock;
  /** The stage that the app is told in spite of the one that is chosen. */
  readonly appStage?: string;
  readonly exclusively?: boolean;
  /** Whether `--app` names the assembly. */
  readonly isAssembly?: boolean;
  /** The stacks of `cdk.out`, each with what it depends on; `false` if there is none. */
  readonly assembly?: Readonly<Record<string, readonly string[]>> | false;
}

/** What `cdk.out` holds by default: every stack that the tests name, without dependencies. */
const independent = Object.fromEntries(
  ['DevApi', 'ProdApi', 'ProdWeb', 'Prod/Eu/Api', 'Prod/Web', 'Shared', 'SharedNet', 'Other/Api'].map((name) => [
    name,
    [],
  ]),
);

function decide({
  command = 'deploy',
  names = [],
  all = false,
  stage,
  getsChosen = false,
  required = true,
  hasAccounts = false,
  block = { stages },
  appStage = getsChosen ? stage : undefined,
  exclusively = false,
  isAssembly = false,
  assembly = independent,
}: Run) {
  const targets = targetKind(command);
  const stacks = targets === 'stacks' ? names : [];
  const choice = chooseStage(block, {
    ...(getsChosen ? {} : { flag: stage }),
    context: (key) => (key === 'stage' && appStage !== undefined ? { value: appStage, where: '-c stage' } : undefined),
    stacks: all ? [] : stacks,
  });
  const environments: Record<string, string> = {
    Dev: 'aws://111111111111/eu-west-1',
    Prod: 'aws://222222222222/eu-west-1',
  };
  const input: StageEntryInput = {
    required,
    command,
    targets,
    names,
    all,
    choice,
    stages: block.stages ?? {},
    accounts: Object.fromEntries(Object.entries(block.stages ?? {}).map(([name, { account }]) => [name, account])),
    baseAccount: block.account,
    hasAccounts,
    exclusively,
    overwrites: [],
    isAssembly,
    isReadOnly: isReadOnly(command),
    knownStacks: () =>
      assembly === false
        ? undefined
        : Object.entries(assembly).map(([name, dependencies]) => {
            const environment = Object.entries(environments).find(([start]) => name.startsWith(start))?.[1];
            return { name, dependencies, ...(environment && { environment }) };
          }),
    regionOf: () => 'eu-west-1',
    rerun: ({ stage: chosen, words = names, options = [] }) =>
      ['cdkx', command, ...(chosen === undefined ? [] : [`--cdkx-stage=${chosen}`]), ...options, ...words].join(' '),
    synthesize: 'cdkx synth --quiet',
  };
  return decideStageEntry(input);
}

/** The commands that a message suggests. */
function commands({ next = [] }: MessageParts): string[] {
  return next.flatMap((step) => ('run' in step ? [step.run] : []));
}

describe('a stage is never entered by accident', () => {
  it.each([
    // No stage chosen.
    { name: 'a stack of one stage', run: { names: ['ProdApi'] }, ok: ['prod'] },
    { name: 'a path of one stage', run: { names: ['Prod/Eu/Api'] }, ok: ['prod'] },
    { name: 'two stacks of one stage', run: { names: ['ProdApi', 'Prod/Web'] }, ok: ['prod'] },
    { name: 'a stack of no stage', run: { names: ['Shared'] }, ok: [] },
    { name: 'two stacks of no stage', run: { names: ['Shared', 'Other/Api'] }, ok: [] },
    { name: 'a glob that reaches no stage', run: { names: ['Shared*'] }, ok: [] },
    { name: 'stacks of two stages', run: { names: ['DevApi', 'ProdApi'] }, stop: ['dev', 'prod'] },
    { name: 'a stack of a stage and of none', run: { names: ['ProdApi', 'Shared'] }, stop: ['prod'] },
    { name: 'a stack of none and of a stage', run: { names: ['Shared', 'ProdApi'] }, stop: ['prod'] },
    { name: '--all', run: { all: true }, stop: ['dev', 'prod'] },
    { name: '--all beside a name', run: { all: true, names: ['Shared'] }, stop: ['dev', 'prod'] },
    { name: 'no names', run: {}, stop: ['dev', 'prod'] },
    { name: 'no names for diff', run: { command: 'diff' }, stop: ['dev', 'prod'] },
    { name: 'no names for watch', run: { command: 'watch' }, stop: ['dev', 'prod'] },
    { name: 'no names for a command that cdkx does not know', run: { command: 'teleport' }, stop: ['dev', 'prod'] },
    { name: 'the glob for everything', run: { names: ['**'] }, stop: ['dev', 'prod'] },
    { name: 'a star, which does not reach into paths but names', run: { names: ['*'] }, stop: ['dev', 'prod'] },
    { name: "a stage's own pattern", run: { names: ['Prod*'] }, stop: ['prod'] },
    { name: "a stage's own path", run: { names: ['Prod/*'] }, stop: ['prod'] },
    { name: 'a glob by the end of the name', run: { names: ['*Api'] }, stop: ['dev', 'prod'] },
    { name: 'a glob in braces', run: { names: ['{Shared,ProdApi}'] }, stop: ['dev', 'prod'] },
    { name: 'a negated glob alone, which selects all others', run: { names: ['!ProdApi'] }, stop: ['dev', 'prod'] },
    { name: 'a negated glob beside a name, which only takes away', run: { names: ['Shared', '!ProdApi'] }, ok: [] },
    { name: 'a glob beside a stack of its stage', run: { names: ['ProdApi', 'Prod*'] }, stop: ['prod'] },
    { name: 'a glob of none beside a stack of a stage', run: { names: ['ProdApi', 'Shared*'] }, stop: ['prod'] },
    // A stage chosen.
    { name: 'its own stack', run: { stage: 'prod', names: ['ProdApi'] }, ok: ['prod'] },
    { name: 'its own glob', run: { stage: 'prod', names: ['Prod*'] }, ok: ['prod'] },
    {
      name: '--all of a chosen stage, which the app knows',
      run: { stage: 'prod', getsChosen: true, all: true, assembly: { ProdApi: [], 'Prod/Eu/Api': [] } },
      ok: ['prod'],
    },
    { name: '--all of a stage that only cdkx knows', run: { stage: 'dev', all: true }, stop: ['dev', 'prod'] },
    { name: '--all of one without stacks', run: { stage: 'bare', all: true }, stop: ['bare', 'dev', 'prod'] },
    { name: 'a star of a stage that only cdkx knows', run: { stage: 'dev', names: ['*'] }, stop: ['dev', 'prod'] },
    {
      name: '--all of the only stage with stacks: others may belong to none',
      run: { stage: 'dev', all: true, block: { stages: { dev: stages.dev, bare: stages.bare } } },
      stop: ['dev'],
    },
    {
      name: '--all of the only stage with stacks, which the app knows',
      run: { stage: 'dev', getsChosen: true, all: true, block: { stages: { dev: stages.dev } } },
      ok: ['dev'],
    },
    {
      name: '--all of a stage that has every stack',
      run: { stage: 'all', all: true, block: { stages: { all: { stacks: ['**'] } } } },
      ok: ['all'],
    },
    {
      name: '--all where no stage has stacks, with one chosen',
      run: { stage: 'bare', all: true, block: { stages: { bare: stages.bare } } },
      ok: ['bare'],
    },
    {
      name: 'bootstrap of all that the app uses, of a chosen stage',
      run: { command: 'bootstrap', stage: 'dev' },
      stop: ['dev', 'prod', 'bare'],
    },
    {
      name: 'bootstrap of all that the app uses, of a stage that the app knows',
      run: { command: 'bootstrap', stage: 'dev', getsChosen: true, assembly: false },
      ok: ['dev'],
    },
    {
      name: '--all of an assembly of another stage, whatever the context says',
      run: { stage: 'dev', getsChosen: true, all: true, isAssembly: true, assembly: { ProdApi: [] } },
      stop: ['dev', 'prod'],
    },
    {
      name: 'the only stack of an assembly of another stage',
      run: { stage: 'dev', getsChosen: true, isAssembly: true, assembly: { ProdApi: [] } },
      stop: ['dev', 'prod'],
    },
    {
      name: 'bootstrap for an assembly of another stage',
      run: { command: 'bootstrap', stage: 'dev', getsChosen: true, isAssembly: true, assembly: { ProdApi: [] } },
      stop: ['dev', 'prod', 'bare'],
    },
    {
      name: '--all of an assembly that cannot be read',
      run: { stage: 'dev', getsChosen: true, all: true, isAssembly: true, assembly: false },
      stop: ['dev', 'prod'],
    },
    {
      name: '--all of an assembly of the chosen stage',
      run: { stage: 'prod', all: true, isAssembly: true, assembly: { ProdApi: [], 'Prod/Eu/Api': [] } },
      ok: ['prod'],
    },
    {
      name: '--all of an assembly with a stack of none',
      run: { stage: 'prod', all: true, isAssembly: true, assembly: { ProdApi: [], Shared: [] } },
      stop: ['prod', 'dev'],
    },
    { name: 'no names of a chosen stage', run: { stage: 'prod' }, ok: ['prod'] },
    {
      name: 'everything by a glob, known to the app',
      run: { stage: 'prod', getsChosen: true, names: ['**'], assembly: { ProdApi: [] } },
      ok: ['prod'],
    },
    { name: 'a stack of no stage, with a chosen one', run: { stage: 'prod', names: ['Shared'] }, ok: ['prod'] },
    { name: 'a stack of another stage', run: { stage: 'dev', names: ['ProdApi'] }, stop: ['dev', 'prod'] },
    { name: 'a path of another stage', run: { stage: 'dev', names: ['Prod/Eu/Api'] }, stop: ['dev', 'prod'] },
    { name: 'a glob of another stage', run: { stage: 'dev', names: ['Prod*'] }, stop: ['dev', 'prod'] },
    {
      name: 'its own stack and one of another stage',
      run: { stage: 'dev', names: ['DevApi', 'ProdApi'] },
      stop: ['dev', 'prod'],
    },
    { name: 'its own stack and one of none', run: { stage: 'dev', names: ['DevApi', 'Shared'] }, stop: ['dev'] },
    { name: 'a chosen stage without stacks', run: { stage: 'bare', names: ['Shared'] }, ok: ['bare'] },
    {
      name: 'a chosen stage without stacks, and a stack of another',
      run: { stage: 'bare', names: ['ProdApi'] },
      stop: ['bare', 'prod'],
    },
    {
      name: 'a chosen stage without stacks, and a glob that could reach another',
      run: { stage: 'bare', names: ['*Api'] },
      stop: ['bare', 'dev', 'prod'],
    },
    // With accounts, several stages may be reached; all of them are named, so that the protected ones are confirmed.
    { name: 'accounts and --all', run: { hasAccounts: true, all: true }, ok: ['dev', 'prod'] },
    { name: 'accounts and no names', run: { hasAccounts: true }, ok: ['dev', 'prod'] },
    {
      name: 'accounts and stacks of two stages',
      run: { hasAccounts: true, names: ['DevApi', 'ProdApi'] },
      ok: ['dev', 'prod'],
    },
    {
      name: 'accounts and a stack of a stage and of none',
      run: { hasAccounts: true, names: ['Shared', 'ProdApi'] },
      ok: ['prod'],
    },
    { name: 'accounts and a glob', run: { hasAccounts: true, names: ['*Api'] }, ok: ['dev', 'prod'] },
    {
      name: 'accounts and a stack of another stage',
      run: { hasAccounts: true, stage: 'dev', names: ['ProdApi'] },
      ok: ['dev', 'prod'],
    },
    {
      name: 'accounts, a chosen stage and --all',
      run: { hasAccounts: true, stage: 'dev', all: true },
      ok: ['dev', 'prod'],
    },
    { name: 'accounts and stacks of none', run: { hasAccounts: true, names: ['Shared'] }, ok: [] },
    // Where no stage has stacks, the names tell nothing.
    { name: '--all where no stage has stacks', run: { all: true, block: { stages: { bare: {} } } }, ok: [] },
    { name: 'a glob where no stage has stacks', run: { names: ['**'], block: { stages: { bare: {} } } }, ok: [] },
    { name: 'no stages', run: { all: true, block: {} }, ok: [] },
    // Commands that need no session enter nothing by name.
    { name: 'a best-effort command with --all', run: { required: false, all: true }, ok: [] },
    {
      name: 'a best-effort command with stacks of two stages',
      run: { required: false, names: ['DevApi', 'ProdApi'] },
      ok: [],
    },
    { name: 'a best-effort command of one stage', run: { required: false, names: ['ProdApi'] }, ok: ['prod'] },
    // Other things than stacks.
    {
      name: "bootstrap of a stage's account",
      run: { command: 'bootstrap', names: ['aws://222222222222/eu-west-1'] },
      stop: ['prod'],
    },
    {
      name: "bootstrap of a stage's account, chosen",
      run: { command: 'bootstrap', names: ['aws://222222222222/eu-west-1'], stage: 'prod' },
      ok: ['prod'],
    },
    {
      name: "bootstrap of another stage's account",
      run: { command: 'bootstrap', names: ['aws://222222222222/*'], stage: 'dev' },
      stop: ['dev', 'prod'],
    },
    {
      name: 'bootstrap of an account of no stage',
      run: { command: 'bootstrap', names: ['aws://999999999999/eu-west-1'] },
      ok: [],
    },
    {
      name: 'bootstrap of any account',
      run: { command: 'bootstrap', names: ['aws://*/eu-west-1'] },
      stop: ['dev', 'prod', 'bare'],
    },
    { name: 'bootstrap of all that the app uses', run: { command: 'bootstrap' }, stop: ['dev', 'prod', 'bare'] },
    {
      name: "bootstrap of a stage's account, without aws://",
      run: { command: 'bootstrap', names: ['222222222222/eu-west-1'] },
      stop: ['prod'],
    },
    {
      name: 'bootstrap of one account or another',
      run: { command: 'bootstrap', names: ['aws://111111111111/x|aws://222222222222/*'], stage: 'dev' },
      stop: ['dev', 'prod', 'bare'],
    },
    {
      name: 'bootstrap of the account that the base shares with a stage',
      run: {
        command: 'bootstrap',
        names: ['aws://111111111111/eu-west-1'],
        block: { account: '111111111111', stages },
      },
      ok: [],
    },
    {
      name: 'bootstrap of a protected account, with accounts',
      run: { command: 'bootstrap', names: ['aws://222222222222/eu-west-1'], hasAccounts: true },
      ok: ['prod'],
    },
    {
      name: 'orphan within a stack of a stage',
      run: { command: 'orphan', names: ['Prod/Api/Bucket'] },
      stop: ['prod'],
    },
    {
      name: 'orphan within a stack of the chosen stage',
      run: { command: 'orphan', names: ['ProdApi/Bucket'], stage: 'prod' },
      ok: ['prod'],
    },
    {
      name: 'orphan by a path that begins with a slash',
      run: { command: 'orphan', names: ['/ProdApi/Bucket'] },
      stop: ['prod'],
    },
    {
      name: 'orphan by a glob within a stack of a stage',
      run: { command: 'orphan', names: ['ProdApi/*'] },
      stop: ['prod'],
    },
    // What picomatch takes for more than it looks.
    { name: 'an alternative', run: { names: ['Shared|(ProdApi)'] }, stop: ['dev', 'prod'] },
    {
      name: 'an alternative in a bracket that is not closed',
      run: { names: ['Shared(x|ProdApi'] },
      stop: ['dev', 'prod'],
    },
    { name: 'a quotation mark', run: { names: ['"ProdApi'] }, stop: ['dev', 'prod'] },
    // A glob that reaches the chosen stage, and another one as well.
    { name: 'a glob of two stages, one chosen', run: { stage: 'dev', names: ['*Api'] }, stop: ['dev', 'prod'] },
    {
      name: 'a glob of two stages with the same patterns',
      run: {
        stage: 'a',
        names: ['Api*'],
        assembly: { ApiWeb: [] },
        block: { stages: { a: { stacks: ['Api*'] }, b: { stacks: ['Api*'], protected: true } } },
      },
      ok: ['a'],
    },
    {
      name: 'a glob of two stages, one known to the app',
      run: { stage: 'dev', getsChosen: true, names: ['*Api'], assembly: { DevApi: [] } },
      ok: ['dev'],
    },
    // What cdk adds by itself.
    {
      name: 'a stack of none that depends on a stage',
      run: { names: ['Shared'], assembly: { Shared: ['ProdApi'], ProdApi: [] } },
      stop: ['prod'],
    },
    {
      name: 'a stack of a stage that depends on another, by way of none',
      run: { names: ['DevApi'], assembly: { DevApi: ['Shared'], Shared: ['ProdApi'], ProdApi: [] } },
      stop: ['dev'],
    },
    {
      name: 'a stack of a stage that depends on another',
      run: { names: ['DevApi'], assembly: { DevApi: ['ProdApi'], ProdApi: [] } },
      stop: ['dev', 'prod'],
    },
    {
      name: 'a stack of a stage that depends on another, exclusively',
      run: { names: ['DevApi'], exclusively: true, assembly: { DevApi: ['ProdApi'], ProdApi: [] } },
      ok: ['dev'],
    },
    {
      name: 'destroying what a stage depends on',
      run: { command: 'destroy', names: ['Shared'], assembly: { Shared: [], ProdApi: ['Shared'] } },
      stop: ['prod'],
    },
    {
      name: 'deploying what a stage depends on',
      run: { names: ['Shared'], assembly: { Shared: [], ProdApi: ['Shared'] } },
      ok: [],
    },
    {
      name: 'destroying a stack that depends on a stage',
      run: { command: 'destroy', names: ['Shared'], assembly: { Shared: ['ProdApi'], ProdApi: [] } },
      ok: [],
    },
    {
      name: 'rolling back a stack that depends on a stage',
      run: { command: 'rollback', names: ['Shared'], assembly: { Shared: ['ProdApi'], ProdApi: [] } },
      ok: [],
    },
    {
      name: 'the difference of a stack that depends on a stage',
      run: { command: 'diff', names: ['Shared'], assembly: { Shared: ['ProdApi'], ProdApi: [] } },
      ok: [],
    },
    {
      name: 'accounts and a stack that depends on a stage',
      run: { hasAccounts: true, names: ['DevApi'], assembly: { DevApi: ['ProdApi'], ProdApi: [] } },
      ok: ['dev', 'prod'],
    },
    // What it adds is not known.
    {
      name: 'a stack of a stage, never synthesized',
      run: { names: ['DevApi'], assembly: false },
      unknown: ['dev', 'prod'],
    },
    { name: 'a stack of none, never synthesized', run: { names: ['Shared'], assembly: false }, unknown: ['prod'] },
    {
      name: 'a stack of the protected stage, never synthesized',
      run: { names: ['ProdApi'], assembly: false },
      ok: ['prod'],
    },
    {
      name: 'a stack that the last synthesis does not have',
      run: { names: ['DevApi'], assembly: { DevOther: [] } },
      unknown: ['dev', 'prod'],
    },
    {
      name: 'never synthesized, exclusively',
      run: { names: ['DevApi'], exclusively: true, assembly: false },
      ok: ['dev'],
    },
    {
      name: 'never synthesized, of a stage that the app knows',
      run: { names: ['DevApi'], stage: 'dev', getsChosen: true, assembly: false },
      ok: ['dev'],
    },
    {
      name: 'destroying, never synthesized',
      run: { command: 'destroy', names: ['ProdApi'], assembly: false },
      unknown: ['prod', 'dev'],
    },
    {
      name: 'the difference, never synthesized',
      run: { command: 'diff', names: ['DevApi'], assembly: false },
      ok: ['dev'],
    },
    {
      name: 'accounts, never synthesized',
      run: { hasAccounts: true, names: ['DevApi'], assembly: false },
      unknown: ['dev', 'prod'],
    },
    {
      name: 'no names with a stage that is not protected: the only stack may be of another',
      run: { stage: 'dev' },
      stop: ['dev', 'prod'],
    },
    // The app is told another stage than the chosen one.
    {
      name: 'the app makes another stage',
      run: { stage: 'dev', appStage: 'prod', names: ['DevApi'] },
      stop: ['dev', 'prod'],
    },
    {
      name: 'the app makes another stage, with accounts',
      run: { stage: 'dev', appStage: 'prod', hasAccounts: true, names: ['DevApi'] },
      ok: ['dev', 'prod'],
    },
    {
      name: 'the app makes another stage, which is only read',
      run: { command: 'diff', stage: 'dev', appStage: 'prod', names: ['DevApi'] },
      ok: ['dev'],
    },
    {
      name: '--all of a stage that the app is appStage, but makes others with it',
      run: { stage: 'dev', getsChosen: true, all: true, assembly: { DevApi: [], ProdApi: [] } },
      unknown: ['dev', 'prod'],
    },
    {
      name: '--all of a stage that the app is appStage, with accounts',
      run: { stage: 'dev', getsChosen: true, all: true, hasAccounts: true, assembly: { DevApi: [] } },
      ok: ['dev'],
    },
    {
      name: 'a stack of another stage than the app is appStage, which no synthesis changes',
      run: { stage: 'dev', getsChosen: true, names: ['ProdApi'], assembly: { DevApi: [], ProdApi: [] } },
      stop: ['dev', 'prod'],
    },
    { name: 'migrate, which names nothing of the project', run: { command: 'migrate' }, ok: [] },
  ] as { name: string; run: Run; ok?: string[]; stop?: string[]; unknown?: string[] }[])(
    '$name',
    ({ run, ...expected }) => {
      const entry = decide(run);
      const { ok, stop, unknown } = expected;
      expect({ [entry.outcome]: entry.stages }).toEqual(ok ? { ok } : stop ? { stop } : { unknown });
    },
  );

  it.each([
    { run: { all: true }, what: 'deploy --all: this could reach stages "dev" and "prod"', everything: true },
    { run: {}, what: 'deploy: a command without stack names could reach stages "dev" and "prod"', everything: true },
    { run: { names: ['**'] }, what: 'deploy **: "**" could reach stages "dev" and "prod"', everything: true },
    {
      run: { names: ['Prod*'] },
      what: 'deploy Prod*: "Prod*" could reach stage "prod"',
      runs: ['cdkx deploy --cdkx-stage=prod Prod*'],
    },
    {
      run: { names: ['DevApi', 'ProdApi'] },
      what: 'deploy DevApi ProdApi: these belong to stages "dev" and "prod"',
      runs: ['cdkx deploy --cdkx-stage=dev DevApi', 'cdkx deploy --cdkx-stage=prod ProdApi'],
    },
    {
      run: { names: ['Shared', 'ProdApi'] },
      what: 'deploy Shared ProdApi: "ProdApi" belongs to stage "prod", but "Shared" belongs to none',
      runs: ['cdkx deploy --cdkx-stage=prod ProdApi', 'cdkx deploy Shared'],
    },
    {
      run: { names: ['ProdApi'], stage: 'dev' },
      what: 'deploy ProdApi: "ProdApi" belongs to stage "prod", but the stage chosen is "dev"',
      runs: ['cdkx deploy --cdkx-stage=dev Dev* Dev/*', 'cdkx deploy --cdkx-stage=prod ProdApi'],
    },
  ] as { run: Run; what: string; everything?: boolean; runs?: string[] }[])(
    'says what is wrong and what to run: $what',
    ({ run, what, everything = false, runs = [] }) => {
      const entry = decide(run);
      if (entry.outcome === 'ok') throw new Error('it did not stop');
      expect(entry.message.what).toBe(what);
      const ofStages = ['cdkx deploy --cdkx-stage=dev Dev* Dev/*', 'cdkx deploy --cdkx-stage=prod Prod* Prod/**'];
      const ofNone = run.names === undefined ? ['cdkx deploy Shared SharedNet Other/Api'] : [];
      expect(commands(entry.message)).toEqual(everything ? [...ofStages, ...ofNone] : runs);
    },
  );

  it('says how to run all of one stage', () => {
    expect(decide({ stage: 'dev', all: true })).toMatchObject({
      message: {
        what: 'deploy --all: --all also reaches stacks of stage "prod", with the credentials of stage "dev"',
        next: expect.arrayContaining([
          { run: 'cdkx deploy --cdkx-stage=dev Dev* Dev/*' },
          { run: 'cdkx deploy -c stage=dev' },
        ]),
      },
    });
  });

  it('says so where what belongs to no stage would be deployed with its credentials', () => {
    const block = { stages: { prod: stages.prod } };
    expect(decide({ stage: 'prod', all: true, block })).toMatchObject({
      message: { what: expect.stringMatching(/outside every stage, .*"prod"/) },
    });
  });

  it.each([
    {
      run: { names: ['DevApi'], assembly: { DevApi: ['ProdApi'], ProdApi: [] } },
      what: 'deploy DevApi: cdk would also deploy "ProdApi", which belongs to stage "prod"',
      runs: ['cdkx deploy --cdkx-stage=dev --exclusively DevApi', 'cdkx deploy --cdkx-stage=prod ProdApi'],
    },
    {
      run: { names: ['ProdApi'], assembly: { ProdApi: ['Shared'], Shared: [] } },
      what: 'deploy ProdApi: cdk would also deploy "Shared", which belongs to no stage, with the credentials of stage "prod"',
      runs: ['cdkx deploy --cdkx-stage=prod --exclusively ProdApi', 'cdkx deploy Shared'],
    },
    {
      run: { command: 'destroy', names: ['Shared'], assembly: { Shared: [], ProdApi: ['Shared'] } },
      what: 'destroy Shared: cdk would also destroy "ProdApi", which belongs to stage "prod"',
      runs: ['cdkx destroy --exclusively Shared', 'cdkx destroy --cdkx-stage=prod ProdApi'],
    },
    {
      run: { names: ['DevApi'], assembly: false },
      what: 'deploy DevApi: cdk may also deploy stacks of stage "prod"',
      runs: ['cdkx synth --quiet', 'cdkx deploy --cdkx-stage=dev --exclusively DevApi'],
    },
    {
      run: { names: ['DevAip'], assembly: { DevApi: [], ProdApi: [] } },
      what: 'deploy DevAip: the app has no stack "DevAip"',
      runs: ['cdkx deploy DevApi', 'cdkx synth --quiet'],
    },
    {
      run: { stage: 'dev', appStage: 'prod', names: ['DevApi'] },
      what: 'deploy DevApi: the stage chosen is "dev", but your app gets stage "prod" (-c stage)',
      runs: ['cdkx deploy --cdkx-stage=prod DevApi'],
    },
    {
      run: { command: 'bootstrap', block: { account: '111111111111', stages: { prod: stages.prod } } },
      what: 'bootstrap: a command without environments could reach stage "prod"',
      runs: [
        'cdkx bootstrap --cdkx-stage=prod aws://222222222222/eu-west-1',
        'cdkx bootstrap aws://111111111111/eu-west-1',
      ],
    },
  ] as { run: Run; what: string; runs: string[] }[])(
    'names commands that do what was meant: $what',
    ({ run, what, runs }) => {
      const entry = decide(run);
      if (entry.outcome === 'ok') throw new Error('it did not stop');
      expect(entry.message.what).toBe(what);
      expect(commands(entry.message)).toEqual(runs);
    },
  );

  it('never lets a run without accounts enter two stages, or one that nobody named', () => {
    const words = fc.constantFrom(
      'DevApi',
      'ProdApi',
      'Prod/Web',
      'Shared',
      'Prod*',
      'Dev/*',
      '*',
      '**',
      '*Api',
      '!x',
      '{a,b}',
    );
    fc.assert(
      fc.property(
        fc.array(words, { maxLength: 4 }),
        fc.boolean(),
        fc.constantFrom(undefined, 'dev', 'prod', 'bare'),
        (names, all, stage) => {
          const entry = decide({ names, all, ...(stage === undefined ? {} : { stage }) });
          if (entry.outcome !== 'ok') return;
          expect(entry.stages.length).toBeLessThan(2);
          const isNamed = (name: string) =>
            stage === undefined ? names.every((word) => word.toLowerCase().startsWith(name)) : name === stage;
          expect(entry.stages.filter((name) => !isNamed(name))).toEqual([]);
        },
      ),
      inputs(1000),
    );
  });
});

describe('a stack that cdk would take too', () => {
  const added = (run: Run) => {
    const entry = decide(run);
    const parts = 'message' in entry ? entry.message : undefined;
    const said = parts?.next?.flatMap((step) => ('say' in step ? [step.say] : [])).join(' ');
    return { why: [parts?.why ?? []].flat()[0], said };
  };

  it('is told with who depends on whom: what is deployed needs it, what is destroyed is needed by it', () => {
    const needs = { DevApi: ['ProdApi'], ProdApi: [] };
    expect(added({ names: ['DevApi'], assembly: needs })).toEqual({
      why: '"DevApi" depends on "ProdApi".',
      said: expect.stringContaining('what they depend on'),
    });
    const needed = { Shared: [], ProdApi: ['Shared'] };
    expect(added({ command: 'destroy', names: ['Shared'], assembly: needed })).toEqual({
      why: '"ProdApi" depends on "Shared".',
      said: expect.stringContaining('what depends on them'),
    });
  });
});

describe('a stack by its CloudFormation name', () => {
  const stages = { prod: { stacks: ['Prod/*', 'Other'] }, dev: {} };

  it.each([
    ['Prod-Api', undefined, ['**']],
    ['Prod-Api', [], ['Prod-Api', 'Prod/*']],
    ['Dev-Api', [], ['Dev-Api']],
    ['named-by-hand', [{ name: 'Prod/Api', stackName: 'named-by-hand' }], ['Prod/Api']],
  ])('%s, where the last synthesis has %j, is %j', (stackName, known, expected) => {
    expect(deployedStack(stackName, known, stages)).toEqual(expected);
  });
});
