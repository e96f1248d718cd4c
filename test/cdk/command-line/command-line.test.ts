import { describe, expect, it } from '@jest/globals';
import { parseCommandLine } from '../../../lib/cdk/command-line/command-line.ts';
import { readOptionTable } from '../../../lib/cdk/command-line/option-table.ts';
import { installedCdk } from '../installed-cdk.ts';

const tables = [
  ['the installed registry', readOptionTable(installedCdk)],
  ['the built-in copy', readOptionTable(undefined)],
] as const;

interface Row {
  readonly args: string;
  readonly command?: string | undefined;
  readonly profile?: string | false | undefined;
  readonly words?: string;
}

// One word an argument; '' stands for an empty one. The rows of what the real cdk does with its command line.
const rows: readonly Row[] = [
  { args: 'list --profile=', command: 'list', profile: '' },
  { args: "list --profile ''", command: 'list', profile: '' },
  { args: 'list --no-profile', command: 'list', profile: false },
  { args: 'list --profile -', command: 'list', profile: '-' },
  { args: 'list --profile=a=b', command: 'list', profile: 'a=b' },
  { args: 'list --profile="a"', command: 'list', profile: 'a' },
  { args: 'list --profile -5', command: 'list', profile: '-5' },
  { args: 'list --prof x Demo', command: 'list', words: 'Demo' },
  { args: 'list --Profile x Demo', command: 'list', words: 'Demo' },
  { args: 'list --PROFILE x Demo', command: 'list', words: 'Demo' },
  { args: 'list -profile alpha', command: 'list' },
  { args: '--profile x list', command: 'list', profile: 'x' },
  { args: 'list --profile x Demo', command: 'list', profile: 'x', words: 'Demo' },
  { args: 'ls --profile x', command: 'list', profile: 'x' },
  { args: 'list --profile x -- Demo', command: 'list', profile: 'x' },
  { args: 'list -- --profile x', command: 'list' },
  { args: '-- list', command: 'list' },
  { args: 'Demo list', command: 'Demo', words: 'list' },
  { args: 'lisst', command: 'lisst' },
  { args: 'list --context a=b c=d Demo', command: 'list', words: 'c=d Demo' },
  { args: 'list --verbose 2', command: 'list', words: '2' },
  { args: 'list -vv -v -v Demo', command: 'list', words: 'Demo' },
  { args: '-v list Demo', command: 'list', words: 'Demo' },
  { args: 'deploy --lookups false Demo', command: 'deploy', words: 'Demo' },
  { args: 'deploy --hotswap true Demo', command: 'deploy', words: 'Demo' },
  { args: 'deploy --hotswap false Demo', command: 'deploy', words: 'Demo' },
  { args: 'deploy --hotswap=false Demo', command: 'deploy', words: 'Demo' },
  { args: 'deploy --hotswap Demo', command: 'deploy', words: 'Demo' },
  { args: 'deploy --require-approval never Demo', command: 'deploy', words: 'Demo' },
  { args: 'deploy Demo --require-approval', command: 'deploy', words: 'Demo' },
  { args: 'deploy --requireApproval never Demo', command: 'deploy', words: 'Demo' },
  { args: 'deploy --unknown word Demo', command: 'deploy', words: 'Demo' },
  { args: '--unknown deploy Demo', command: 'Demo' },
  { args: 'bootstrap --trust 1 aws://2/eu-west-1', command: 'bootstrap', words: 'aws://2/eu-west-1' },
  { args: 'deploy -e Demo', command: 'deploy', words: 'Demo' },
  { args: 'context -e 3', command: 'context' },
  { args: 'deploy -e --profile x Demo', command: 'deploy', profile: 'x', words: 'Demo' },
  { args: 'init -l typescript app', command: 'init', words: 'app' },
  { args: 'list -v5l Demo', command: 'list', words: 'Demo' },
  { args: 'list -l Demo', command: 'list', words: 'Demo' },
  { args: '-l list Demo', command: 'Demo' },
  { args: 'deploy -m direct Demo', command: 'deploy', words: 'Demo' },
  { args: 'deploy -R Demo', command: 'deploy', words: 'Demo' },
  { args: 'deploy -f Demo', command: 'deploy', words: 'Demo' },
  { args: 'flags -i Demo', command: 'flags', words: 'Demo' },
  { args: 'flags -n 5 Demo', command: 'flags', words: 'Demo' },
  { args: 'flags -n5 Demo', command: 'flags', words: 'Demo' },
  { args: 'docs -b firefox', command: 'docs' },
  { args: 'synth -a node\tapp.js Demo', command: 'synth', words: 'Demo' },
  { args: 'synth -o out Demo', command: 'synth', words: 'Demo' },
  { args: 'synth -o=out Demo', command: 'synth', words: 'Demo' },
  { args: 'synthesize Demo', command: 'synth', words: 'Demo' },
  { args: 'deploy A B --all', command: 'deploy', words: 'A B' },
  { args: 'deploy -y Demo', command: 'deploy', words: 'Demo' },
  { args: 'version', command: 'version' },
  { args: '' },
];

describe.each(tables)('parseCommandLine with %s', (_, table) => {
  it.each(rows)('reads `$args`', ({ args, command, profile, words = '' }) => {
    const line = parseCommandLine(split(args), table);
    expect({ command: line.command, profile: line.profile, words: line.positionals }).toEqual({
      command,
      profile,
      words: split(words),
    });
  });

  it.each([
    ['list --profile'],
    ['list --profile --region x'],
    ['list --profile -x'],
    ['list -c'],
    ['list --context --profile x'],
    ['list --profile a --profile b'],
  ])('knows that cdk refuses `%s` by itself', (args) => {
    expect(parseCommandLine(split(args), table).refusal).toBeDefined();
  });

  it('takes context as cdk does: split at the first equals sign, the last of a key wins, letters glued on are lost', () => {
    const line = parseCommandLine(
      split('synth -c a=1 --context a=2 --context=b=c=d -c=e=f -cg=lost -c none Demo'),
      table,
    );
    expect(line.context).toEqual({ a: '2', b: 'c=d', e: 'f' });
    expect(line.positionals).toEqual(['Demo']);
  });

  it('keeps a context key that objects have of themselves', () => {
    const line = parseCommandLine(['synth', '-c', '__proto__=x'], table);
    expect(Object.keys(line.context)).toEqual(['__proto__']);
  });

  it('gives the last value of an option, and all values of one that may be repeated', () => {
    const line = parseCommandLine(split('deploy --toolkitStackName T -p a --plugin b --no-rollback -t k=v'), table);
    expect(line.option('toolkit-stack-name')).toBe('T');
    expect(line.option('rollback')).toBe(false);
    expect(line.option('all')).toBeUndefined();
    expect(line.values('tags')).toEqual(['k=v']);
    expect(line.values('plugin')).toEqual(['a', 'b']);
  });

  it.each([
    ['deploy --help', true, false],
    ['deploy -h', true, false],
    ['--help', true, false],
    ['deploy -vh', true, false],
    ['deploy --help=false', false, false],
    ['--version', false, true],
    ['deploy --version', false, true],
    ['-- --help', false, false],
  ])('sees what `%s` asks for', (args, asksHelp, asksVersion) => {
    expect(parseCommandLine(split(args), table)).toMatchObject({ asksHelp, asksVersion });
  });

  it.each([
    [["'Prod'"], ['Prod']],
    [['"Prod"'], ['Prod']],
    [["''Prod''"], ["'Prod'"]],
    [["'Prod"], ["'Prod"]],
    [["'"], ["'"]],
    [['-'], []],
    [["'-'"], ['-']],
    [
      ['--STACKS', 'A', '--STACKS', 'B'],
      ['A', 'B'],
    ],
    [['--STACKS', 'A', 'B'], ['B']],
    [['--STACK', "'A'"], ['A']],
  ])('takes the words %j for %j', (args, words) => {
    expect(parseCommandLine(['deploy', ...args], table).positionals).toEqual(words);
  });

  it('takes one word where cdk does, and that of an option before it', () => {
    expect(parseCommandLine(split('import A B'), table).positionals).toEqual(['A']);
    expect(parseCommandLine(split('import A --STACKS B --STACKS C'), table).positionals).toEqual(['B', 'C']);
  });

  it.each([
    [{ CDK_ALL: 'true' }, 'deploy', true],
    [{ CDK_ALL: 'false' }, 'deploy', false],
    [{ CDK_ALL: 'true' }, 'deploy --no-all', false],
    [{ CDK_ALL: 'false' }, 'deploy --all', true],
    [{ CDK_ALL__X: 'false' }, 'deploy', true],
    [{ CDKALL: 'true' }, 'deploy', true],
    [{ CDK_NO_ALL: 'true' }, 'deploy', false],
    [{ CDKX_ALL: 'true' }, 'deploy', false],
    [{ CDK_ALL: 'false' }, 'watch', true],
    [{}, 'watch --all false', true],
    [{}, 'watch --no-all', false],
    [{}, 'deploy --all.x=false', true],
    [{}, 'deploy --all=no', false],
  ])('with %j, sees whether `%s` could select everything: %s', (env, args, expected) => {
    expect(parseCommandLine(split(args), table, env).couldBeOn('all')).toBe(expected);
  });

  it('reads an option from its variable, by any of its names, if the command line does not give it', () => {
    const env = { CDK_C: "'stage=prod'", CDK_CONTEXT: 'stage=dev', CDK_OUTPUT: 'out', CDK_CA_BUNDLE_PATH: 'ca.pem' };
    const line = parseCommandLine(split('deploy'), table, env);
    expect(line.context).toEqual({ stage: 'prod' });
    expect(line.variable('context')).toBe('CDK_C');
    expect(line.option('output')).toBe('out');
    expect(line.option('ca-bundle-path')).toBe('ca.pem');
    const other = parseCommandLine(split('deploy -c a=b -o elsewhere'), table, env);
    expect([other.context, other.option('output'), other.variable('context')]).toEqual([
      { a: 'b' },
      'elsewhere',
      undefined,
    ]);
    expect(parseCommandLine(split('deploy -cstage=prod'), table, { CDK_CONTEXT: 'a=b' }).context).toEqual({});
  });

  it('knows the arguments that mean the same to every command', () => {
    const line = parseCommandLine(
      split('-v deploy A -c k=v -fe --app x -o=y B --no-lookups --help -vc a=b -- -c no'),
      table,
    );
    expect(line.globalArguments).toEqual(split('-v -c k=v --app x -o=y --no-lookups -vc a=b'));
  });

  it('puts other words in the place of those that were typed', () => {
    const line = parseCommandLine(split('-v deploy A -c k=v B --force -- C'), table);
    expect(line.withWords(['--x', 'D'])).toEqual(split('-v deploy --x D -c k=v --force -- C'));
  });

  it('forwards everything but its own flags, unchanged and in order', () => {
    const argv = ['--cdkx-verbose', 'deploy', '', '-c', 'a=b c', '--cdkx-stage=prod', '--x', '--', '--cdkx-quiet', 'A'];
    const line = parseCommandLine(argv, table);
    expect(line.forwarded).toEqual(['deploy', '', '-c', 'a=b c', '--x', '--', '--cdkx-quiet', 'A']);
    expect(line.cdkxFlags).toMatchObject({ verbose: true, quiet: false, stage: 'prod' });
  });
});

describe('the global --json that cdk had before 2.1100', () => {
  it('is a switch for the built-in copy, which stands for older versions', () => {
    expect(parseCommandLine(['--json', 'deploy', 'A'], readOptionTable(undefined)).command).toBe('deploy');
  });

  it('swallows the command in the installed version', () => {
    expect(parseCommandLine(['--json', 'deploy', 'A'], readOptionTable(installedCdk)).command).toBe('A');
  });
});

function split(args: string): string[] {
  return args === '' ? [] : args.split(' ').map((word) => (word === "''" ? '' : word.replace('\t', ' ')));
}
