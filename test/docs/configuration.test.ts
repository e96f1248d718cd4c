import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { takeCdkxFlags } from '../../lib/cdkx-flags.ts';
import { helpText } from '../../lib/commands/help.ts';
import { createProgram } from '../../lib/commands/program.ts';
import { exitCode } from '../../lib/messages/errors.ts';
import { parseProjectBlock } from '../../lib/project/block/block.ts';
import { agentSigns } from '../../lib/system/environment.ts';
import { createReporter } from '../../lib/terminal/reporter.ts';
import { repository, runCdkx } from '../helpers/cli.ts';
import { createTestContext } from '../helpers/context.ts';
import { createHome } from '../helpers/home.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { codeIn, section, tableRows } from './markdown.ts';

const page = readFileSync(join(repository, 'docs/configuration.md'), 'utf8');

describe('docs/configuration.md', () => {
  it('has exactly the keys of the project block', () => {
    const documented = tableRows(section(page, 'The project block')).flatMap(([key = '']) => codeIn(key));
    const base = knownKeys(() => readBlock({ unknown: 1 }));
    const stage = knownKeys(() => readBlock({ stages: { prod: { unknown: 1 } } }));
    expect(documented.toSorted()).toEqual([...new Set([...base, ...stage])].toSorted());
    expect(stage).toEqual(expect.arrayContaining(['stacks', 'protected']));
  });

  it('is followed by cdk.json.example, which shows every key and is valid', () => {
    const example = JSON.parse(readFileSync(join(repository, 'cdk.json.example'), 'utf8')) as Example;
    expect(() => readBlock(example.context.cdkx)).not.toThrow();
    const shown = new Set([...keys(example.context.cdkx), ...Object.values(example.context.cdkx.stages).flatMap(keys)]);
    const documented = tableRows(section(page, 'The project block')).flatMap(([key = '']) => codeIn(key));
    expect([...shown].toSorted()).toEqual(documented.toSorted());
  });

  it('has examples of the project block that are valid', () => {
    const rows = tableRows(section(page, 'The project block'));
    for (const [key = '', , , , example = ''] of rows) {
      const [name = ''] = codeIn(key);
      const value: unknown = JSON.parse(codeIn(example)[0] ?? '');
      const member = { account: '111111111111', [name]: value };
      const block = ['stacks', 'protected'].includes(name) ? { stages: { prod: member } } : member;
      expect(() => readBlock(block)).not.toThrow();
    }
  });

  it('has exactly the flags of cdkx, which --cdkx-help shows too', async () => {
    const cwd = tempFolder();
    const { stderr } = await runCdkx(['--cdkx-nonsense-flag'], { cwd, home: createHome(join(cwd, 'home'), {}) });
    const known = flagsIn(stderr.split('Options of cdkx:')[1]?.split('\n')[0] ?? '');
    const documented = tableRows(section(page, 'Flags and variables')).flatMap(([flag = '']) => codeIn(flag));
    expect(known.length).toBeGreaterThan(5);
    expect(documented.toSorted()).toEqual(known.toSorted());
    expect(flagsIn(helpText('0')).toSorted()).toEqual(known.toSorted());
  });

  it('has exactly the variables that the source reads', () => {
    const documented = tableRows(section(page, 'Flags and variables')).flatMap(([, variable = '']) => codeIn(variable));
    const source = sources().map((file) => readFileSync(file, 'utf8'));
    const used = source.flatMap((text) => [
      ...[...text.matchAll(/\bCDKX_[A-Z]+(?:_[A-Z]+)*\b/g)].map(([name]) => name),
      ...[...text.matchAll(/\bsetting\(\w+, '([A-Z_]+)'/g)].map(([, name]) => `CDKX_${name}`),
    ]);
    const [inSource, inDocs] = [new Set(used), new Set(documented)].map((names) => [...names].toSorted());
    expect(inDocs).toEqual(inSource);
    const inHelp = new Set([...helpText('0').matchAll(/CDKX_[A-Z_]+/g)].map(([name]) => name));
    expect([...inHelp].toSorted()).toEqual(inDocs);
  });

  it('has every verb with its arguments and options, and says of each what its help says', async () => {
    const documented = tableRows(section(page, 'Commands')).map(([verb = '', option = '', text, values = '']) => ({
      verb: codeIn(verb)[0],
      option: codeIn(option)[0],
      text,
      values,
    }));
    expect(documented).toEqual((await ownVerbs()).flatMap(({ name, verb }) => optionsOf(name, verb)));
  });

  it('has every variable of others that the source reads, and no other', () => {
    const documented = tableRows(section(page, 'Other environment variables')).flatMap(([names = '']) => codeIn(names));
    expect(documented.toSorted()).toEqual([...foreignVariables()].toSorted());
  });

  it('has exactly the exit codes of cdkx', () => {
    const documented = tableRows(section(page, 'Exit codes')).map(([code = '']) => code);
    expect(documented.filter((code) => /^\d+$/.test(code)).map(Number)).toEqual(Object.values(exitCode));
  });

  it.each(['docs/troubleshooting.md'])('%s has the same exit codes', (path) => {
    const rows = tableRows(readFileSync(join(repository, path), 'utf8')).map(([code = '']) => code);
    expect(rows.filter((code) => /^\d{2,3}$/.test(code)).map(Number)).toEqual(Object.values(exitCode));
  });

  it('--cdkx-help has them too', () => {
    const [, listed = ''] = helpText('1').split('EXIT CODES');
    const codes = [...listed.matchAll(/\b\d{2,3}\b/g)].map(Number);
    expect(codes.filter((code) => code !== 128 && code !== 141)).toEqual(Object.values(exitCode));
  });
});

interface Example {
  readonly context: { readonly cdkx: { readonly stages: Record<string, object> } };
}

function keys(value: object): string[] {
  return Object.keys(value);
}

/** The keys that an error about an unknown one lists. */
function knownKeys(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    const why = [(error as { parts: { why: string | string[] } }).parts.why].flat().join('\n');
    return (/Known keys: (.*)\./.exec(why)?.[1] ?? '').split(', ');
  }
  throw new Error('an unknown key was taken');
}

/** The verbs as the parser of the program knows them. */
async function ownVerbs(): Promise<{ readonly name: string; readonly verb: Command }[]> {
  const ctx = createTestContext();
  const reporter = createReporter(ctx, 'normal');
  const program = await createProgram({ ctx, reporter, flags: takeCdkxFlags([]).flags, end: () => undefined });
  return program.commands.flatMap((word) =>
    word.commands.length === 0
      ? [{ name: `cdkx ${word.name()}`, verb: word }]
      : word.commands.map((verb) => ({ name: `cdkx ${word.name()} ${verb.name()}`, verb })),
  );
}

/** Its arguments, then its options, as rows of the table. */
function optionsOf(name: string, verb: Command) {
  const given = [
    ...verb.registeredArguments.map((argument) => {
      const words = `${argument.name()}${argument.variadic ? '...' : ''}`;
      return { written: argument.required ? `<${words}>` : `[${words}]`, of: argument };
    }),
    ...verb.options.map((option) => ({ written: option.flags, of: option })),
  ];
  return given.map(({ written, of: { description, argChoices = [], defaultValue } }) => ({
    verb: name,
    option: written,
    text: description,
    values: [
      argChoices.map((choice) => `\`${choice}\``).join(', '),
      ...(typeof defaultValue === 'string' ? [`default \`${defaultValue}\``] : []),
    ].join('; '),
  }));
}

/** Files that read variables by names that stand elsewhere in them, and how these are written there. */
const namedElsewhere: Readonly<Record<string, RegExp>> = {
  'lib/cdk/command-line/command-line.ts': /startsWith\('(CDK)'\)/g,
  // The variable that the command line was read from.
  'lib/cdk/settings.ts': /(?!)/g,
  'lib/run/child/environment.ts': /'([A-Z]+(?:_[A-Z]+)+)'/g,
  'lib/run/child/compile-cache.ts': /'(NODE_[A-Z_0-9]+)'/g,
  // Those it tells to unset are read by others; here it is only asked which are set.
  'lib/profile/ensure-profile.ts': /(?!)/g,
  'lib/profile/expiry.ts': /'([A-Z]+(?:_[A-Z]+)+)'/g,
  'lib/profile/detect/detect.ts': /'([A-Z]+(?:_[A-Z]+)+)'/g,
  'lib/aws-config/settings.ts': /'((?<=(?:readFlag|urlOf)\(')\w+|[A-Z]+_(?:DEFAULT_)?REGION)'/g,
  'lib/run/announce.ts': /'(AWS_[A-Z_]+)'/g,
  'lib/net/http-handler.ts': /variable\('([A-Z_]+)'\)/g,
  'lib/sso/login/method.ts': /'([A-Z]+(?:_[A-Z]+)*)'/g,
  'lib/net/proxy-for-url.ts': /'(\w+_proxy)'/g,
  // Windows calls it Path.
  'lib/shell/programs.ts': /'(PATH)'/g,
};

/** Names that only cdkx sets, or reads of its own settings; the table of its flags and variables has these. */
const ofOurOwn = ['lib/cdk/find-cdk.ts', 'lib/cdkx-flags.ts', 'lib/plugin/answers.ts', 'lib/plugin/settings.ts'];

/** The variables, not cdkx's own, that the source reads. */
function foreignVariables(): Set<string> {
  const names = new Set(agentSigns.map(({ variable }) => variable));
  for (const path of sources()) {
    const file = relative(repository, path).replaceAll('\\', '/');
    const text = readFileSync(path, 'utf8');
    for (const [, name = ''] of text.matchAll(/\benv\['(\w+)'\]|\benv\.([A-Z]\w+)/g)) names.add(name);
    const [, taken = ''] = /const \{ (.+) \} = (?:\w+\.)?env;/.exec(text) ?? [];
    for (const [name] of taken.replaceAll(/= `.*?`/g, '').matchAll(/\w+/g)) names.add(name);
    const pattern = namedElsewhere[file];
    for (const [, name = ''] of pattern === undefined ? [] : text.matchAll(pattern)) names.add(fullName(file, name));
    // Whoever reads one by a name that stands elsewhere says here where.
    const computes = /\benv\[(?!')/.test(text) && !ofOurOwn.includes(file) && file !== 'lib/system/environment.ts';
    if (computes && pattern === undefined) throw new Error(`${file} reads variables whose names are not found here`);
  }
  return new Set([...names].filter((name) => !/^X?_?CDKX|^NESTED_CDKX$/.test(name)));
}

function fullName(file: string, name: string): string {
  if (file === 'lib/cdk/command-line/command-line.ts') return `${name}_*`;
  if (file !== 'lib/aws-config/settings.ts' || /^[A-Z]/.test(name)) return name.toUpperCase();
  return /^sso|^sts/.test(name) ? `AWS_ENDPOINT_URL_${name.toUpperCase()}` : `AWS_${name.toUpperCase()}`;
}

function flagsIn(text: string): string[] {
  return [...text.matchAll(/--cdkx-[a-z]+(?:-[a-z]+)*/g)].map(([flag]) => flag);
}

function sources(): string[] {
  return ['bin', 'lib'].flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(repository, folder, name)),
  );
}

function readBlock(value: unknown): unknown {
  return parseProjectBlock(value, 'context.cdkx in cdk.json');
}
