import * as fc from 'fast-check';

// Command lines, environments, settings files and stages for the differential tests of the guards: what people write, and what looks for a gap.

/** Stacks of the app with stages, and names that it hasn't. */
export const stackNames = [
  'Shared',
  'ProdNet',
  'Prod',
  'DevApp',
  'Dev',
  '2',
  'Pr(o)d+[x] "y"',
  'Live/Web',
  'Live/Eu/Api',
  'Test/Api',
  'Test/Net',
  'Nowhere',
];

const globs = [
  '*',
  '**',
  '***',
  '**/*',
  '*/*',
  '*/**',
  'P*',
  '*d',
  'Prod*',
  'Dev*',
  'S*',
  '?rod',
  'Live/*',
  'Live/**',
  'Test/*',
  '*Net',
  '[P]rod',
  '[!D]*',
  '[[:alpha:]]rod',
  '{Prod,Dev}',
  '{Shared,{Dev,Prod}}',
  'Pr{n..p}d',
  '@(Prod)',
  '+(P)rod',
  '*(P)rod',
  '?(P)rod',
  '!(Dev)',
  '!(Dev*|2)',
  '!Dev',
  '!Dev*',
  '!!Prod',
  '!',
  'Dev|Prod',
  'Dev|(Prod)',
  'D|[P]rod',
  '(Prod)',
  '(P|D)*',
  'Pr\\od',
  '\\Prod',
  'Prod\\',
  './Prod',
  './/Prod',
  'Prod/',
  '/Prod',
  '"Prod',
  '"Pro"d',
  "Pr'od'",
  'Pr(o)d*',
  'Live/{Eu/,}*',
  '$Prod',
  '^Prod$',
  'Prod+',
  'Pro.',
  '.rod',
];

const fragments = [
  ...Array.from('PprodDev2/*?[]{}()!@+|\\"\'.,^$- :='),
  '**',
  'Prod',
  'Dev',
  'Live',
  'Test',
  '/Api',
  'Shared',
  'Net',
];
const soup = fc.array(fc.constantFrom(...fragments), { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));

/** Quotes that reach the program, as cmd.exe and YAML hand them over. */
function quoted(word: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const marks = [
    ["'", "'"],
    ['"', '"'],
    ["''", "''"],
    ['"\'', '\'"'],
    ["'", ''],
    ['', '"'],
    ["'", '"'],
  ] as const;
  return fc.tuple(word, fc.constantFrom(...marks)).map(([text, [before, after]]) => `${before}${text}${after}`);
}

const plainWord = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...stackNames) },
  { weight: 3, arbitrary: fc.constantFrom(...globs) },
  { weight: 2, arbitrary: soup },
);

/** A word that names stacks. */
export const stackWord = fc.oneof({ weight: 3, arbitrary: plainWord }, { weight: 1, arbitrary: quoted(plainWord) });

const environment = fc
  .tuple(
    fc.constantFrom('aws://', ''),
    fc.constantFrom(
      '111111111111',
      '222222222222',
      '333333333333',
      '444444444444',
      '*',
      '2*',
      '**',
      '{1,2}*',
      '22222222222?*',
    ),
    fc.constantFrom('/eu-west-1', '/us-east-1', '/*', '', '/eu-west-1/x'),
  )
  .map((parts) => parts.join(''));

/** A word that names environments. */
export const environmentWord = fc.oneof(
  { weight: 4, arbitrary: environment },
  { weight: 1, arbitrary: quoted(environment) },
  { weight: 1, arbitrary: stackWord },
);

const path = fc.tuple(stackWord, fc.constantFrom('', '/Handle', '/Handle/Default')).map((parts) => parts.join(''));

const stageNames = ['dev', 'prod', 'bare', '', 'nowhere', 'prod=x'];
/** A value of `-c`. */
export const assignment = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('stage=dev', 'stage=prod', 'stage=bare', 'other=prod') },
  { weight: 1, arbitrary: fc.constantFrom(...stageNames).map((name) => `stage=${name}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'stage',
      "stage='prod'",
      'stage="dev"',
      'cdkx=prod',
      'aws:x=y',
      '=prod',
      'stage =prod',
      'stage=prod\n',
    ),
  },
);

function given(option: string, value: fc.Arbitrary<string>): fc.Arbitrary<string[]> {
  return fc.oneof(
    { weight: 6, arbitrary: value.map((text) => [option, text]) },
    { weight: 6, arbitrary: value.map((text) => [`${option}=${text}`]) },
    { weight: 1, arbitrary: value.map((text) => [option + text]) },
  );
}

const truth = fc.constantFrom('true', 'false', 'TRUE', '1', 'Prod');
const switches = fc.oneof(
  fc
    .constantFrom(
      '--all',
      '--no-all',
      '--exclusively',
      '--no-exclusively',
      '-e',
      '-ef',
      '-fe',
      '-vc',
      '-ev',
      '-f',
      '-e-',
    )
    .map((word) => [word]),
  given('--all', truth),
  given('--exclusively', truth),
  given('-e', truth),
  given('--all.x', truth),
  given('--no-all', truth),
  fc
    .constantFrom('--help', '-h', '--version', '--no-help', '--help=false', '--version=false', '-hf')
    .map((word) => [word]),
);

/** Options and their values, one entry a list of arguments. */
const option = fc.oneof(
  { weight: 4, arbitrary: switches },
  { weight: 3, arbitrary: given('-c', fc.oneof(assignment, quoted(assignment))) },
  { weight: 3, arbitrary: given('--context', fc.oneof(assignment, quoted(assignment))) },
  { weight: 1, arbitrary: fc.constantFrom(['--context.stage', 'prod'], ['-cstage=prod'], ['-c=stage=prod']) },
  { weight: 2, arbitrary: given('--STACKS', stackWord) },
  { weight: 1, arbitrary: given('--STACK', stackWord) },
  { weight: 1, arbitrary: given('--ENVIRONMENTS', environmentWord) },
  { weight: 1, arbitrary: given('--stacks', stackWord) },
  { weight: 1, arbitrary: fc.constantFrom('--no-STACKS', '--').map((word) => [word]) },
  { weight: 1, arbitrary: given('--unknown', stackWord) },
  { weight: 1, arbitrary: given('-x', stackWord) },
  { weight: 1, arbitrary: given('--app', fc.constantFrom('assemblies/all', 'assemblies/dev', 'assemblies/prod', 'x')) },
  { weight: 1, arbitrary: given('--build-exclude', stackWord) },
  { weight: 1, arbitrary: given('--tags', fc.constant('a=b')) },
  { weight: 1, arbitrary: given('--require-approval', fc.constantFrom('never', 'Prod')) },
  { weight: 1, arbitrary: given('--method', fc.constantFrom('direct', 'Prod')) },
  { weight: 1, arbitrary: given('--concurrency', fc.constantFrom('2', 'Prod')) },
  { weight: 1, arbitrary: given('--output', fc.constantFrom('cdk.out', 'elsewhere', '--all')) },
  { weight: 1, arbitrary: given('--verbose', fc.constantFrom('2', 'true', 'Prod')) },
  { weight: 1, arbitrary: given('--role-arn', fc.constantFrom('arn', '-Prod', '-1')) },
);

const stackCommands = [
  'deploy',
  'destroy',
  'watch',
  'rollback',
  'import',
  'diff',
  'drift',
  'diagnose',
  'publish-assets',
  'refactor',
];
const unstable = new Set(['diagnose', 'publish-assets', 'refactor', 'gc', 'orphan']);

/** The command and the words that it is given. */
const command = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.tuple(
      fc.constantFrom(...stackCommands, 'deploy', 'destroy', 'deploy'),
      fc.array(stackWord, { maxLength: 2 }),
    ),
  },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom('bootstrap', 'gc'), fc.array(environmentWord, { maxLength: 3 })) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('orphan'), fc.array(path, { maxLength: 2 })) },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constantFrom(
        'list',
        'ls',
        'synth',
        'metadata',
        'context',
        'doctor',
        'dploy',
        '',
        'help',
        'DEPLOY',
        "'deploy'",
      ),
      fc.array(stackWord, { maxLength: 2 }),
    ),
  },
);

/** The arguments of one run: a command, its words and options, in any order that keeps the command first among the words. */
export const commandLine: fc.Arbitrary<string[]> = fc
  .tuple(command, fc.array(option, { maxLength: 2 }), fc.array(option, { maxLength: 1 }), fc.infiniteStream(fc.nat(20)))
  .map(([[name, words], options, before, order]) => {
    const rest: (readonly string[])[] = words.map((word) => [word]);
    for (const each of options) rest.splice((order.next().value ?? 0) % (rest.length + 1), 0, each);
    const opened = unstable.has(name) ? [`--unstable=${name}`] : [];
    return [...before.flat(), ...opened, name, ...rest.flat()];
  });

/** Variables that `cdk` reads as options, and some that look so. */
export const variables: fc.Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc
      .array(
        fc.oneof(
          fc.tuple(
            fc.constantFrom('CDK_CONTEXT', 'CDK_C', 'CDKCONTEXT', 'CDK__CONTEXT', 'CDK_context'),
            fc.oneof(assignment, quoted(assignment)),
          ),
          fc.tuple(fc.constantFrom('CDK_CONTEXT__STAGE', 'CDK_CONTEXT__0'), fc.constantFrom('prod', 'stage=prod')),
          fc.tuple(
            fc.constantFrom(
              'CDK_ALL',
              'CDKALL',
              'CDK__ALL',
              'CDK_ALL__X',
              'CDK_NO_ALL',
              'CDK_EXCLUSIVELY',
              'CDK_E',
              'CDK_HELP',
              'CDK_H',
              'CDK_VERSION',
            ),
            fc.oneof(truth, fc.constant('')),
          ),
          fc.tuple(fc.constantFrom('CDK_STACKS', 'CDK_STACK', 'CDK_ENVIRONMENTS'), stackWord),
          fc.tuple(fc.constantFrom('CDK_OUTPUT', 'CDK_O'), fc.constantFrom('elsewhere', "'cdk.out'")),
        ),
        { minLength: 1, maxLength: 3 },
      )
      .map((pairs) => Object.fromEntries(pairs)),
  },
);

const contextValue = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>('dev', 'prod', 'bare') },
  { weight: 1, arbitrary: fc.constantFrom<unknown>('', 'nowhere', null, true, 1, { name: 'prod' }, ['prod']) },
);
const contextFile: fc.Arbitrary<Record<string, unknown> | undefined> = fc.oneof(
  { weight: 8, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: contextValue.map((stage) => ({ stage })) },
  { weight: 1, arbitrary: fc.constant({ other: 'prod' }) },
);

/** The `context` of cdk.json and `~/.cdk.json`, and the whole of cdk.context.json. */
export const contextFiles = fc.record({ project: contextFile, stored: contextFile, user: contextFile });

/** A pattern in the `stacks` of a stage. */
export const stackPattern = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'Prod*',
      'Live/**',
      'Dev*',
      'Test/**',
      'Prod',
      'ProdNet',
      'Live/*',
      'Shared',
      '2',
      '*',
      '**',
      '!Dev*',
      'Pr\\(o\\)d\\+\\[x\\]*',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(...globs) },
);

/** The stages as the app has them. */
export const usualStages = {
  dev: ['Dev*', 'Test/**', '2'],
  prod: ['Prod*', 'Live/**', 'Pr\\(o\\)d*'],
  bare: undefined,
};

/** The stages of a project block: the usual ones, or others. */
export const stages = fc.oneof(
  { weight: 2, arbitrary: fc.constant(usualStages) },
  {
    weight: 1,
    arbitrary: fc.record({
      dev: fc.option(fc.array(stackPattern, { minLength: 1, maxLength: 3 }), { nil: undefined }),
      prod: fc.array(stackPattern, { minLength: 1, maxLength: 3 }),
      bare: fc.constant(undefined),
    }),
  },
);

/** How a stage is chosen besides the context. */
export const chosenStage = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ flag: undefined, variable: undefined }) },
  { weight: 2, arbitrary: fc.constantFrom('dev', 'prod', 'bare').map((flag) => ({ flag, variable: undefined })) },
  { weight: 1, arbitrary: fc.constantFrom('dev', 'prod').map((variable) => ({ flag: undefined, variable })) },
);

/** The `stageContext` of a project block: not set, or the key that the app reads. */
export const stageContexts = fc.constantFrom(undefined, undefined, 'stage');

const evilPatterns = [
  '((a+)+)+b',
  '+(+(a))c',
  '*(*(a)*(a))c',
  '(a*)*(a*)*(a*)*c',
  '*a*a*a*a*a*a*a*a*c',
  '**/a**/a**/a**/a**/c',
  `${'{a,a}'.repeat(20)}c`,
  `${'*'.repeat(200)}c`,
  '!(!(!(a)))c',
  '[a]*[a]*[a]*[a]*[a]*c',
];

/** A pattern for which a regular expression could take forever. */
export const evilPattern = fc.constantFrom(...evilPatterns);

export function isEvil(pattern: string): boolean {
  return evilPatterns.includes(pattern) || /(\*.*){4}|\+.*\+|\\{3}/.test(pattern);
}
