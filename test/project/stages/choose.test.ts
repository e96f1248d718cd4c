import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseProjectBlock, type Pin, type ProjectBlock } from '../../../lib/project/block/block.ts';
import { chooseRole, effectiveBlock, withProfile } from '../../../lib/project/block/effective-block.ts';
import { chooseStage, type StageQuery } from '../../../lib/project/stages/choose.ts';
import { failureOf, messageText } from '../../helpers/message.ts';

const block = parseProjectBlock(
  {
    profile: 'acme-dev',
    stages: {
      dev: { stacks: ['Dev*', 'Dev/*'] },
      prod: { profile: 'acme-prod', stacks: ['Prod*', 'Prod/**'] },
      eu: { profile: 'acme-eu', stacks: ['ProdEu*'] },
      bare: { profile: 'acme-bare' },
    },
  },
  'context.cdkx in cdk.json',
);

/** A query; `context`: the keys and values of the app's context. */
function query({ context = {}, ...given }: Given): StageQuery {
  const read = (key: string) =>
    Object.hasOwn(context, key) ? { value: context[key], where: `context.${key} in cdk.json` } : undefined;
  return { stacks: [], ...given, context: read };
}

type Given = Omit<Partial<StageQuery>, 'context'> & { readonly context?: Readonly<Record<string, unknown>> };

describe('the choice of a stage', () => {
  it.each([
    {
      name: 'the flag wins over all',
      given: { flag: 'prod', variable: 'dev', context: { stage: 'eu' }, stacks: ['DevApi'] },
      chosen: 'prod',
      by: 'flag',
    },
    {
      name: 'the variable wins over the context',
      given: { variable: 'dev', context: { stage: 'prod' } },
      chosen: 'dev',
      by: 'variable',
    },
    {
      name: 'an empty variable is none',
      given: { variable: '', context: { stage: 'prod' } },
      chosen: 'prod',
      by: 'context',
    },
    { name: 'the context alone', given: { context: { stage: 'dev' } }, chosen: 'dev', by: 'context' },
    { name: 'an empty context', given: { context: { stage: '' } }, chosen: undefined, by: undefined },
    { name: 'a context that is null', given: { context: { stage: null } }, chosen: undefined, by: undefined },
    {
      name: 'the context wins over the stacks',
      given: { context: { stage: 'dev' }, stacks: ['ProdApi'] },
      chosen: 'dev',
      by: 'context',
    },
    { name: 'a stack name', given: { stacks: ['ProdApi'] }, chosen: 'prod', by: 'stacks' },
    { name: 'a path', given: { stacks: ['Prod/Api'] }, chosen: 'prod', by: 'stacks' },
    { name: 'a path deeper than * goes', given: { stacks: ['Dev/Eu/Api'] }, chosen: undefined, by: undefined },
    {
      name: 'several stacks of one stage',
      given: { stacks: ['ProdApi', 'Prod/Web/Api'] },
      chosen: 'prod',
      by: 'stacks',
    },
    { name: 'stacks of two stages', given: { stacks: ['ProdApi', 'DevApi'] }, chosen: undefined, by: undefined },
    { name: 'a stack that two stages claim', given: { stacks: ['ProdEuApi'] }, chosen: undefined, by: undefined },
    {
      name: 'a stack of a stage and one of none',
      given: { stacks: ['ProdApi', 'Shared'] },
      chosen: undefined,
      by: undefined,
    },
    {
      name: 'a glob, though it is a pattern of a stage',
      given: { stacks: ['Prod*'] },
      chosen: undefined,
      by: undefined,
    },
    { name: 'another case of a name', given: { stacks: ['prodApi'] }, chosen: undefined, by: undefined },
    { name: 'no stacks', given: {}, chosen: undefined, by: undefined },
    { name: 'another context key', given: { context: { environment: 'dev' } }, chosen: undefined, by: undefined },
  ])('follows the order: $name', ({ given, chosen, by }) => {
    const choice = chooseStage(block, query(given));
    expect(choice).toMatchObject(chosen === undefined ? { kind: 'none' } : { kind: 'chosen', name: chosen, by });
  });

  it('reads the context key that the block names', () => {
    const other: ProjectBlock = { ...block, stageContext: 'environment' };
    expect(chooseStage(other, query({ context: { stage: 'x', environment: 'dev' } }))).toMatchObject({
      name: 'dev',
      where: 'context.environment in cdk.json',
    });
  });

  it('says which stage the app gets, whatever was chosen', () => {
    const where = 'context.stage in cdk.json';
    const appStage = (given: Given) => chooseStage(block, query(given));
    expect(appStage({ flag: 'prod', context: { stage: 'dev' } })).toMatchObject({
      name: 'prod',
      appStage: { name: 'dev', where },
    });
    expect(appStage({ context: { stage: 'dev' } })).toMatchObject({ name: 'dev', appStage: { name: 'dev', where } });
    expect(appStage({ flag: 'prod', context: { stage: 'blue' } })).not.toHaveProperty('appStage');
    expect(appStage({ stacks: ['ProdApi'] })).not.toHaveProperty('appStage');
  });

  it.each([
    { name: 'the flag', given: { flag: 'prod' }, appStage: 'prod' },
    {
      name: 'the flag, over the context of a file',
      given: { flag: 'prod', context: { env: 'dev' } },
      appStage: 'prod',
    },
    { name: 'the variable', given: { variable: 'dev' }, appStage: 'dev' },
    { name: 'a stack name', given: { stacks: ['ProdApi'] }, appStage: 'prod' },
    { name: 'the context itself', given: { context: { env: 'dev' } }, appStage: undefined },
    { name: 'the flag, beside a key of the user', given: { flag: 'prod', isGiven: () => true }, appStage: undefined },
    { name: 'nothing', given: {}, appStage: undefined },
  ])('passes a stage on to an app with stageContext, chosen by $name', ({ given, appStage }) => {
    const choice = chooseStage({ ...block, stageContext: 'env' }, query(given));
    expect(choice.kind === 'chosen' ? choice.appStage?.assignment : undefined).toBe(appStage && `env=${appStage}`);
    const without = chooseStage(block, query(given));
    expect(without.kind === 'chosen' ? without.appStage?.assignment : undefined).toBeUndefined();
  });

  it('leaves the context of an app alone whose block has no stages', () => {
    expect(chooseStage({ profile: 'x' }, query({ context: { stage: { a: 1 } }, variable: 'prod' }))).toEqual({
      kind: 'none',
    });
    expect(chooseStage(undefined, query({ context: { stage: 'blue' } }))).toEqual({ kind: 'none' });
  });

  it.each([
    {
      name: 'a misspelt flag',
      given: { flag: 'prdo' },
      says: ['no stage "prdo"', '--cdkx-stage', 'Did you mean "prod"', 'dev, prod, eu, bare'],
    },
    { name: 'a stage by the variable', given: { variable: 'qa' }, says: ['CDKX_STAGE', 'Stages: '] },
    {
      name: 'the own context of the app',
      given: { context: { stage: 'blue' } },
      says: ['context.stage in cdk.json', '"stageContext"'],
    },
    {
      name: 'a context that is no name',
      given: { context: { stage: { a: 1 } } },
      says: ['context.stage in cdk.json is an object', '"stageContext"'],
    },
    { name: 'a name from the prototype', given: { flag: 'constructor' }, says: ['no stage "constructor"'] },
  ])('refuses $name', ({ given, says }) => {
    const error = failureOf(() => chooseStage(block, query(given)));
    expect(error.exitCode).toBe(78);
    for (const words of says) expect(messageText(error.parts)).toContain(words);
  });

  it('refuses the flag in a project without stages', () => {
    const error = failureOf(() => chooseStage(undefined, query({ flag: 'prod' })));
    expect(error.parts.why).toEqual(['The project block has no stages.']);
  });
});

const session = { name: 'acme', startUrl: 'https://acme.awsapps.com/start', region: 'eu-west-1' };
const base = {
  profile: 'dev',
  account: '111111111111',
  role: 'Developer',
  region: 'eu-west-1',
  ssoSession: session,
  accounts: 'auto',
  login: 'auto',
} as const;

describe('what a stage inherits', () => {
  it.each([
    { name: 'everything it does not say', stage: { protected: true }, expected: base },
    {
      name: 'no account and role beside its own profile',
      stage: { profile: 'prod' },
      expected: { profile: 'prod', region: 'eu-west-1', ssoSession: session, accounts: 'auto', login: 'auto' },
    },
    {
      name: 'no profile beside its own account, but the role',
      stage: { account: '222222222222' },
      expected: {
        account: '222222222222',
        role: 'Developer',
        region: 'eu-west-1',
        ssoSession: session,
        accounts: 'auto',
        login: 'auto',
      },
    },
    {
      name: 'neither beside its own profile and account',
      stage: { profile: 'prod', account: '222222222222' },
      expected: {
        profile: 'prod',
        account: '222222222222',
        region: 'eu-west-1',
        ssoSession: session,
        accounts: 'auto',
        login: 'auto',
      },
    },
    { name: 'profile and account beside its own role', stage: { role: 'Admin' }, expected: { ...base, role: 'Admin' } },
    {
      name: 'nothing of accounts beside its own',
      stage: { accounts: { '333333333333': 'x' } },
      expected: { ...base, accounts: { '333333333333': 'x' } },
    },
    {
      name: 'nothing of a session beside its own',
      stage: { ssoSession: { startUrl: 'https://b.example' } },
      expected: { ...base, ssoSession: { startUrl: 'https://b.example' } },
    },
    { name: 'its own login', stage: { login: 'never' as const }, expected: { ...base, login: 'never' } },
  ])('is $name', ({ stage, expected }) => {
    const {
      origin: _origin,
      stage: name,
      protected: isProtected,
      ...settings
    } = effectiveBlock({ ...base, stages: { prod: stage } }, 'prod');
    expect(settings).toEqual(expected);
    expect(name).toBe('prod');
    expect(isProtected).toBe('protected' in stage);
  });

  it.each<[string, Pin['role'], ReturnType<typeof chooseRole>, ReturnType<typeof chooseRole>]>([
    ['none', undefined, {}, {}],
    ['one', 'R', { role: 'R' }, { role: 'R' }],
    [
      'two',
      { read: 'R', change: 'C' },
      { role: 'R', otherRole: 'C', roleUse: 'read' },
      { role: 'C', otherRole: 'R', roleUse: 'change' },
    ],
    ['two that are the same', { read: 'R', change: 'R' }, { role: 'R' }, { role: 'R' }],
    ['only one that reads', { read: 'R' }, { role: 'R' }, { role: 'R', roleUse: 'change' }],
    ['only one that changes', { change: 'C' }, { role: 'C', roleUse: 'read' }, { role: 'C' }],
  ])('chooses the role that reads and the one that changes: %s', (_, role, read, change) => {
    expect([chooseRole(role, 'read'), chooseRole(role, 'change')]).toEqual([read, change]);
    const block = role === undefined ? { account: base.account } : { ...base, role };
    expect(effectiveBlock(block, undefined, 'read')).toMatchObject(read);
  });

  it('takes the two roles of the stage for those of the block', () => {
    const role = { read: 'R', change: 'C' };
    expect(effectiveBlock({ ...base, stages: { prod: { role } } }, 'prod', 'read')).toMatchObject({ role: 'R' });
    expect(effectiveBlock({ ...base, role, stages: { prod: { role: 'P' } } }, 'prod', 'read').role).toBe('P');
    const effective = effectiveBlock({ ...base, role, stages: { prod: {} } }, 'prod', 'read');
    expect(effective).toMatchObject({ role: 'R', otherRole: 'C' });
    // A profile on the command line is used whatever its role is.
    expect(withProfile(effective, 'mine', '-c cdkx')).not.toHaveProperty('otherRole');
  });

  it('tells where each setting stands', () => {
    const { origin } = effectiveBlock({ ...base, stages: { prod: { account: '222222222222' } } }, 'prod');
    expect(origin).toMatchObject({ account: 'stages.prod', role: '' });
    expect(origin).not.toHaveProperty('profile');
  });

  it('gives the base without a stage', () => {
    expect(effectiveBlock({ ...base, stages: {} }, 'constructor')).toEqual(effectiveBlock(base));
    const { origin: _origin, ...settings } = effectiveBlock({ ...base, stages: { prod: { profile: 'p' } } });
    expect(settings).toEqual({ ...base, stages: undefined, protected: false });
  });

  it.each([
    { name: 'nothing anywhere', value: { stages: { prod: { protected: true } } } },
    { name: 'a role and a region only', value: { role: 'R', region: 'eu-west-1', stages: { prod: { role: 'S' } } } },
  ])('refuses a stage that is left with nothing usable: $name', ({ value }) => {
    const error = failureOf(() => effectiveBlock(value, 'prod'));
    expect(error.exitCode).toBe(78);
    expect(error.parts.what).toContain('stage "prod"');
    expect(error.parts.next).toContainEqual({ run: 'cdkx profile pin --stage prod' });
  });

  it('keeps the account, the stage and its protection when the command line names another profile', () => {
    const effective = effectiveBlock({ ...base, stages: { prod: { protected: true } } }, 'prod');
    expect(withProfile(effective, 'mine', '-c cdkx')).toMatchObject({
      profile: 'mine',
      account: '111111111111',
      stage: 'prod',
      protected: true,
      origin: { profile: '-c cdkx' },
    });
  });

  it('is the same when it is applied twice', () => {
    const pin = fc.record(
      {
        profile: fc.constantFrom('a', 'b'),
        account: fc.constantFrom('111111111111', '222222222222'),
        role: fc.constantFrom('R', 'S'),
        region: fc.constantFrom('eu-west-1', 'eu-west-2'),
        login: fc.constantFrom('auto' as const, 'never' as const),
        accounts: fc.constantFrom('auto' as const, { '111111111111': 'z' }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(pin, pin, (above, stage) => {
        fc.pre(
          [above, stage].some(
            (one) => one.profile !== undefined || one.account !== undefined || one.accounts !== undefined,
          ),
        );
        const { origin: _origin, ...once } = effectiveBlock({ ...above, stages: { s: stage } }, 's');
        const { stage: _stage, protected: _protected, ...settings } = once;
        const { origin: _again, ...twice } = effectiveBlock({ ...settings, stages: { s: stage } }, 's');
        // What the stage's own keys dropped stays dropped; nothing comes back.
        expect(twice).toEqual(once);
      }),
    );
  });
});
