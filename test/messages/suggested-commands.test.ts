import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseSync } from '@swc/core';
import { shellWord } from '../../lib/messages/text.ts';
import { repository } from '../helpers/cli.ts';
import { findMistake, suggestedCommands } from '../helpers/suggested-commands.ts';

/** A node of a syntax tree, as far as it is looked at. */
interface Node {
  readonly type: string;
  readonly span: { readonly start: number; readonly end: number };
  readonly [key: string]: unknown;
}

interface Found {
  readonly file: string;
  readonly node: Node;
  readonly source: string;
}

/** What the variables in commands are, by their names or texts. One that is not listed makes its command wrong. */
const examples: Readonly<Record<string, readonly string[]>> = {
  "['cdkx', 'sso', 'login', '--profile', profile]": ['cdkx sso login --profile acme-dev'],
  "['cdkx', 'sso', 'login', '--force', '--profile', profile]": ['cdkx sso login --force --profile acme-dev'],
  "['cdkx', ...ctx.argv]": ['cdkx deploy Dev'],
  "missing.join('')": [" --stacks 'Prod*'", ' --protected'],
  "passedOver.map(shellWord).join(' ')": ['/p/node_modules/.bin/cdk'],
  "['cdkx', 'profile', 'pin', ...command.args]": ['cdkx profile pin acme-dev'],
  'createProfile(pin)': ['cdkx sso configure', 'cdkx sso configure --from-project'],
  "['cdkx', ...argv, '--profile', example]": ['cdkx deploy Dev --profile acme-dev'],
  encoding: ['UTF-16', 'LATIN1'],
  example: ['--account 111111111111 --role Developer'],
  'flow.again': ['cdkx sso login --profile acme-dev', 'cdkx sso login'],
  kill: ['kill'],
  'loginCommand(request.session, request.profile)': ['cdkx sso login --sso-session acme'],
  'loginCommand(session, profile)': ['cdkx sso login --profile acme-dev'],
  'loginCommand(source.session, source.profile)': ['cdkx sso login --profile acme-dev'],
  name: ['AWS_CA_BUNDLE'],
  'name ?? wanted': ['AWS_CA_BUNDLE'],
  ofStage: ['', ' --cdkx-stage=prod'],
  option: ['', ' --profile acme-dev'],
  'owner.pid': ['4711'],
  path: ['cdkx sso', 'cdkx sso login', 'cdkx profile', 'cdkx profile pin', 'cdkx completion'],
  shownPath: ['cdk.json', '~/.cdk.json'],
};
const examplesOfFile: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'commands/command.ts': { "['cdkx', ...meant]": ['cdkx sso status', 'cdkx profile pin acme-dev'] },
  'commands/names.ts': {
    "['cdkx', ...meant, ...profile]": [
      'cdkx sso login acme-dev',
      'cdkx sso status',
      'cdkx profile show --profile acme-dev',
    ],
  },
  'commands/sso/login.ts': { thisCommand: ['cdkx sso login'] },
  'commands/shared/project.ts': {
    command: ['cdkx sso login', 'cdkx sso logout', 'cdkx sso credentials', 'cdkx sso console'],
    program: [''],
  },
  'project/guard.ts': { region: ['eu-west-1'], 'expected.account': ['111111111111'] },
  'run/explain-end.ts': { "['cdkx', ...ctx.argv]": ['cdkx deploy --all'] },
  'run/failed-stack.ts': {
    command: ['cdkx sso console Dev --profile acme-dev', 'cdkx sso console --profile acme-dev'],
  },
  'commands/sso/console.ts': { command: ['cdkx sso console'] },
  'commands/sso/exec.ts': { thisCommand: ['cdkx sso exec'] },
  'commands/configure/options.ts': {
    flag: ['--account', '--role', '--start-url', '--region', '--session', '--scopes', '--profile-region', '--profile'],
  },
};
/** Functions that make a whole command. The tests of screens read what these make. */
const builders =
  /^(command|confirmation\(.*\)|installCommand\(.*\)|loginCommandFor\(.*\)|run\.rerun\(.*\)|run\.synthesize|unsetKeys\(.*\))$/;

const lib = join(repository, 'lib');
const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const texts = files.map((file) => ({ file: file.replaceAll('\\', '/'), text: readFileSync(join(lib, file)) }));

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'span' in value;

/** Every node of a file, parents first. */
function nodesOf({ file, text }: { file: string; text: Buffer }): Found[] {
  const tree = parseSync(text.toString(), { syntax: 'typescript', target: 'es2022' });
  const found: Found[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      if (isNode(value)) found.push({ file, node: value, source: sourceOf(value) });
      Object.values(value).forEach(visit);
    }
  };
  // Positions count bytes, from one, through all files that were parsed.
  const first = tree.span.start - (text.length - Buffer.from(text.toString().trimStart()).length);
  const sourceOf = ({ span }: Node) => text.subarray(span.start - first, span.end - first).toString();
  visit(tree.body);
  return found;
}
const nodes = texts.flatMap(nodesOf);

/** The value of `{ key: value }`, an object of that one key. */
function onlyValue(node: Node, key: string): Node | undefined {
  if (node.type !== 'ObjectExpression') return undefined;
  const [property, ...others] = node['properties'] as readonly Node[];
  const name = property?.['key'] as { value?: string } | undefined;
  return others.length === 0 && property?.type === 'KeyValueProperty' && name?.value === key
    ? (property['value'] as Node)
    : undefined;
}

/** The texts that an expression can be. */
function textsOf(node: Node, at: Found): readonly string[] {
  const source = nodes.find((each) => each.node === node)?.source ?? '';
  if (node.type === 'StringLiteral') return [node['value'] as string];
  if (node.type === 'ConditionalExpression')
    return [node['consequent'] as Node, node['alternate'] as Node].flatMap((each) => textsOf(each, at));
  if (node.type === 'TemplateLiteral') {
    const quasis = node['quasis'] as readonly { cooked: string }[];
    const holes = (node['expressions'] as readonly Node[]).map((each) => textsOf(each, at));
    return holes.reduce<readonly string[]>(
      (starts, hole, index) => starts.flatMap((start) => hole.map((text) => start + text + quasis[index + 1]?.cooked)),
      [quasis[0]?.cooked ?? ''],
    );
  }
  if (source.startsWith('shellWord(')) return ['acme-dev', shellWord("it's mine")];
  const argument = /^quoteArguments\((.*)\)$/s.exec(source)?.[1] ?? source;
  const known = examplesOfFile[at.file]?.[argument] ?? examples[argument];
  return known ?? [`(no example for ${source})`];
}

const runs = nodes.flatMap((found) => {
  const node = onlyValue(found.node, 'run');
  return node === undefined ? [] : [{ ...found, node, source: nodes.find((each) => each.node === node)?.source ?? '' }];
});

describe('the commands that the messages of lib suggest', () => {
  it('are found', () => expect(runs.length).toBeGreaterThan(90));

  it('are commands: none is a sentence, and their own parsers read each', async () => {
    const mistakes: string[] = [];
    for (const run of runs.filter(({ source }) => !builders.test(source.replaceAll('\n', ' ')))) {
      for (const command of textsOf(run.node, run)) {
        const mistake = await findMistake(command);
        if (mistake !== undefined) mistakes.push(`${run.file}: ${command}: ${mistake}`);
      }
    }
    expect(mistakes).toEqual([]);
  });

  it('come after a sentence that introduces them, and such a sentence before a command', () => {
    const wrong = nodes.flatMap(({ node, file }) => {
      if (node.type !== 'ArrayExpression') return [];
      const steps = (node['elements'] as readonly { spread: unknown; expression: Node }[]).filter(Boolean);
      return steps.flatMap(({ expression, spread }, index) => {
        const say = onlyValue(expression, 'say');
        if (spread !== null || say?.type !== 'StringLiteral') return [];
        const next = steps[index + 1];
        const isCommand = next !== undefined && next.spread === null && onlyValue(next.expression, 'run') !== undefined;
        // A spread or a variable: only the run knows.
        const said = next === undefined ? undefined : onlyValue(next.expression, 'say');
        const isOpen =
          next !== undefined &&
          (next.spread !== null ||
            next.expression.type !== 'ObjectExpression' ||
            // A URL, for example.
            (said !== undefined && said.type !== 'StringLiteral'));
        const introduces = String(say['value']).endsWith(':');
        return isOpen || introduces === isCommand ? [] : [`${file}: ${String(say['value'])}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  it.each([
    ['cdkx sso login --perhaps'],
    ['cdkx sso log in'],
    ['cdkx deploi Dev'],
    ['cdkx deploy STACK'],
    ['cdkx deploy --cdkx-loud'],
    ['--cdkx-confirm=prod'],
    ['Remove --ca-bundle-path, or caBundlePath in cdk.json.'],
    ["cdkx sso login --profile it's"],
    ['{ "app": "npx tsx bin/app.ts" }'],
  ])('%s is none', async (command) => {
    expect(await findMistake(command)).toEqual(expect.any(String));
  });

  it('are taken out of a screen', () => {
    const screen = 'cdkx: signed out\n  To sign in, run:\n    npx cdkx sso login\nError: x\n    at y\n';
    expect(suggestedCommands(screen)).toEqual(['npx cdkx sso login']);
  });
});
