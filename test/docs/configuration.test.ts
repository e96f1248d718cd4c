import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseProjectBlock } from '../../lib/project/block.ts';
import { exitCode } from '../../lib/terminal/user-error.ts';
import { helpText } from '../../lib/terminal/help.ts';
import { repository, runCdkx } from '../helpers/cli.ts';
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
    const known = flagsIn(stderr.split("cdkx's own options:")[1]?.split('\n')[0] ?? '');
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

  it('has exactly the options that each verb shows in its help', async () => {
    const cwd = tempFolder();
    const home = createHome(join(cwd, 'home'), {});
    for (const [verb = '', options = ''] of tableRows(section(page, 'Own verbs'))) {
      const words = codeIn(verb)[0]?.split(' ').slice(1) ?? [];
      const { exitCode: code, stdout } = await runCdkx([...words, '--help'], { cwd, home });
      const shown = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, name = '']) => name);
      expect({ verb, code, options: shown }).toEqual({ verb, code: 0, options: [...codeIn(options), '--help'] });
    }
  });

  it('has every verb', async () => {
    const cwd = tempFolder();
    const home = createHome(join(cwd, 'home'), {});
    const verbs = await Promise.all(
      ['sso', 'profile'].map(async (word) => {
        const { stdout } = await runCdkx([word, '--help'], { cwd, home });
        const [, list = ''] = stdout.split('Commands:\n');
        return [...(list.split('\n\n')[0] ?? '').matchAll(/^ {2}(\w+)/gm)].map(
          ([, verb = '']) => `cdkx ${word} ${verb}`,
        );
      }),
    );
    const documented = tableRows(section(page, 'Own verbs')).flatMap(([verb = '']) => codeIn(verb));
    expect(documented).toEqual([...verbs.flat(), 'cdkx completion']);
  });

  it('has exactly the exit codes of cdkx', () => {
    const documented = tableRows(section(page, 'Exit codes')).map(([code = '']) => code);
    expect(documented.filter((code) => /^\d+$/.test(code)).map(Number)).toEqual(Object.values(exitCode));
  });

  it.each(['README.md', 'docs/troubleshooting.md'])('%s has the same exit codes', (path) => {
    const rows = tableRows(readFileSync(join(repository, path), 'utf8')).map(([code = '']) => code);
    expect(rows.filter((code) => /^\d{2,3}$/.test(code)).map(Number)).toEqual(Object.values(exitCode));
  });

  it('--cdkx-help has them too', () => {
    const [, listed = ''] = helpText('1').split('Exit codes:');
    const codes = [...listed.replace(/\(141[^)]*\)/, '').matchAll(/\b\d{2,3}\b/g)].map(Number);
    expect(codes.filter((code) => code !== 128)).toEqual(Object.values(exitCode));
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
