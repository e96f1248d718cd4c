import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { ProjectBlock } from '../../../lib/project/block/block.ts';
import { chooseStage, targetKind } from '../../../lib/project/stages/choose.ts';
import { decideStageEntry, type StageEntryInput } from '../../../lib/project/stages/entry.ts';
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
  readonly isTold?: boolean;
  readonly required?: boolean;
  readonly hasAccounts?: boolean;
  readonly block?: ProjectBlock;
}

function decide({
  command = 'deploy',
  names = [],
  all = false,
  stage,
  isTold = false,
  required = true,
  hasAccounts = false,
  block = { stages },
}: Run) {
  const targets = targetKind(command);
  const stacks = targets === 'stacks' ? names : [];
  const choice = chooseStage(block, {
    ...(isTold ? {} : { flag: stage }),
    contextFlags: isTold && stage !== undefined ? { stage } : {},
    fileContext: {},
    stacks: all ? [] : stacks,
  });
  const input: StageEntryInput = {
    required,
    command,
    targets,
    names,
    all,
    choice,
    stages: block.stages ?? {},
    baseAccount: block.account,
    hasAccounts,
  };
  return decideStageEntry(input);
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
    {
      name: 'a negated glob, which older versions of cdk add',
      run: { names: ['Shared', '!ProdApi'] },
      stop: ['dev', 'prod'],
    },
    { name: 'a glob beside a stack of its stage', run: { names: ['ProdApi', 'Prod*'] }, stop: ['prod'] },
    { name: 'a glob of none beside a stack of a stage', run: { names: ['ProdApi', 'Shared*'] }, stop: ['prod'] },
    // A stage chosen.
    { name: 'its own stack', run: { stage: 'prod', names: ['ProdApi'] }, ok: ['prod'] },
    { name: 'its own glob', run: { stage: 'prod', names: ['Prod*'] }, ok: ['prod'] },
    {
      name: '--all of a chosen stage, which the app knows',
      run: { stage: 'prod', isTold: true, all: true },
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
      run: { stage: 'dev', isTold: true, all: true, block: { stages: { dev: stages.dev } } },
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
      name: 'bootstrap of all, of a chosen stage',
      run: { command: 'bootstrap', stage: 'dev', all: true },
      ok: ['dev'],
    },
    { name: 'no names of a chosen stage', run: { stage: 'prod' }, ok: ['prod'] },
    {
      name: 'everything by a glob, known to the app',
      run: { stage: 'prod', isTold: true, names: ['**'] },
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
    { name: 'bootstrap of all that the app uses', run: { command: 'bootstrap' }, stop: ['dev', 'prod'] },
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
      name: 'orphan by a glob within a stack of a stage',
      run: { command: 'orphan', names: ['ProdApi/*'] },
      stop: ['prod'],
    },
    { name: 'migrate, which names nothing of the project', run: { command: 'migrate' }, ok: [] },
  ] as { name: string; run: Run; ok?: string[]; stop?: string[] }[])('$name', ({ run, ok, stop }) => {
    const entry = decide(run);
    expect({ [entry.outcome]: entry.stages }).toEqual(ok === undefined ? { stop } : { ok });
  });

  it.each([
    {
      run: { all: true },
      what: 'deploy --all: --all could reach stages "dev" and "prod"',
      everything: true,
    },
    {
      run: {},
      what: 'deploy: a command without names could reach stages "dev" and "prod"',
      everything: true,
    },
    {
      run: { names: ['**'] },
      what: 'deploy **: "**" could reach stages "dev" and "prod"',
      everything: true,
    },
    {
      run: { names: ['Prod*'] },
      what: 'deploy Prod*: "Prod*" could reach stage "prod"',
      runs: ["cdkx deploy --cdkx-stage=prod 'Prod*'"],
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
      runs: ["cdkx deploy --cdkx-stage=dev 'Dev*' 'Dev/*'", 'cdkx deploy --cdkx-stage=prod ProdApi'],
    },
  ] as { run: Run; what: string; everything?: boolean; runs?: string[] }[])(
    'says what is wrong and what to run: $what',
    ({ run, what, everything = false, runs = [] }) => {
      const entry = decide(run);
      expect(entry).toMatchObject({
        outcome: 'stop',
        message: {
          what,
          why: 'A stage is never entered by accident: one run is for one stage, or for what belongs to none.',
          next: everything
            ? [
                { say: 'Name the stacks that you mean, of one stage or of none:' },
                { run: 'cdkx deploy STACK' },
                { run: "cdkx deploy --cdkx-stage=dev 'Dev*' 'Dev/*'" },
                { run: "cdkx deploy --cdkx-stage=prod 'Prod*' 'Prod/**'" },
              ]
            : [
                { say: 'Name stacks of one stage only, and say which stage is meant:' },
                ...runs.map((command) => ({ run: command })),
              ],
        },
      });
    },
  );

  it('says how to run all of one stage', () => {
    expect(decide({ stage: 'dev', all: true })).toMatchObject({
      message: {
        what: 'deploy --all: --all reaches stage "prod" too, with the credentials of stage "dev"',
        next: [
          { say: 'Name the stacks of the stage, or tell the app its stage if it makes only those:' },
          { run: "cdkx deploy --cdkx-stage=dev 'Dev*' 'Dev/*'" },
          { run: 'cdkx deploy -c stage=dev --all' },
        ],
      },
    });
  });

  it('says so where what belongs to no stage would be deployed with its credentials', () => {
    const block = { stages: { prod: stages.prod } };
    expect(decide({ stage: 'prod', all: true, block })).toMatchObject({
      message: {
        what: 'deploy --all: --all reaches stacks of no stage too, with the credentials of stage "prod"',
        next: [
          { say: 'Name the stacks of the stage, or tell the app its stage if it makes only those:' },
          { run: "cdkx deploy --cdkx-stage=prod 'Prod*' 'Prod/**'" },
          { run: 'cdkx deploy -c stage=prod --all' },
        ],
      },
    });
  });

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
          if (entry.outcome === 'stop') return;
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
