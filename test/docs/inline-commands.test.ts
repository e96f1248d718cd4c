import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { repository, type RunResult } from '../helpers/cli.ts';
import { personAsBrowser } from '../helpers/person.ts';
import { handsOutCredentials } from '../helpers/shown-secrets.ts';
import { unknownToCdk } from '../helpers/suggested-commands.ts';
import { codeSpans, fencesIn, pages, readPage } from './pages.ts';
import { accounts, createPlace, type Place } from './place.ts';

/**
 * Commands within the text and the tables of the pages. Each is run by the built program: cdkx's own verbs as they are, cdk's commands
 * with `--cdkx-dry-run`. What matters here is that the words are right; what they do is tested where they are described.
 */

/** What the pages leave open, filled in. */
const blanks: readonly (readonly [RegExp, string])[] = [
  [/ ?…$/, ''],
  [/^cdkx --profile NAME$/, 'cdkx --profile NAME ls'],
  [/\b(NAME|P|X)\b/g, 'acme-dev'],
  [/=(S|x)\b(\[.*\])?/g, '=prod'],
  [/ URL\b/, ' https://acme.awsapps.com/start'],
  [/ REGION\b/, ' eu-west-1'],
];
const fill = (code: string) => blanks.reduce((text, [blank, value]) => text.replace(blank, value), code);

/** The command of cdkx in a piece of code: alone, behind `npx`, in quotes for `eval`, or started by another tool. */
function cdkxCommand(code: string): string | undefined {
  const inner = /^eval "\$\((.*)\)"$/.exec(code)?.[1] ?? code.replace(/^(aws-vault exec \S+ --|npx) /, '');
  return /^cdkx($|\s)/.test(inner) ? fill(inner) : undefined;
}

/** The arguments of a command line, up to `--`. */
const words = (line: string) => line.split(' -- ')[0]?.split(' ').slice(1) ?? [];
const isOwn = (line: readonly string[]) => ['sso', 'profile', 'completion'].includes(line[1] ?? '');
const spans = pages.flatMap((page) => codeSpans(page).map((code) => ({ page, code })));
const commands = [...new Set(spans.flatMap(({ code }) => cdkxCommand(code) ?? []))].toSorted();

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ accounts });
});
afterAll(() => emulator.close());

const block = {
  profile: 'acme-dev',
  account: '111111111111',
  role: 'Developer',
  stages: { prod: { profile: 'acme-prod', account: '222222222222', stacks: ['Prod*'], protected: true } },
};
const newPlace = (): Place => createPlace(emulator, { block, env: personAsBrowser() });
/**
 * What is wrong with the words, or with cdkx; empty where nothing is. Wrong words end with 64, in our verbs as in our flags. So does what
 * a person would have been asked for, which is none of that. A defect ends with 70, or with an exception that nobody caught, or by a signal.
 */
function mistake({ exitCode, stdout, stderr }: RunResult): string {
  const isUsage = exitCode === 64 && !stderr.includes("cdkx can't prompt: no terminal");
  const isDefect = exitCode === null || exitCode === 70 || /^ +at .*:\d+:\d+\)?$/m.test(stdout + stderr);
  return isUsage || isDefect ? `${exitCode}: ${stdout}${stderr}` : '';
}

describe("the commands of cdkx in the pages' text", () => {
  it('are found', () => {
    expect(commands.length).toBeGreaterThan(30);
  });

  it('are judged: wrong words, a defect and a stack trace are mistakes, a question for a person is none', () => {
    const ended = (exitCode: number | null, stderr = '') => mistake({ exitCode, signal: null, stdout: '', stderr });
    expect([ended(0), ended(1), ended(64, "cdkx can't prompt: no terminal"), ended(78)]).toEqual(['', '', '', '']);
    const trace = 'TypeError: x is not a function\n    at run (/p/dist/cdkx.cjs:1:22)\n    at /p/dist/cdkx.cjs:3:4\n';
    for (const wrong of [ended(64), ended(70), ended(null), ended(1, trace)]) expect(wrong).not.toBe('');
  });

  it.each(commands.filter((command) => isOwn(command.split(' '))))('%s', async (command) => {
    // A word alone names the verb; its help shows that it is there.
    const isWhole = !['cdkx sso', 'cdkx sso exec', 'cdkx sso exec --keys', 'cdkx profile', 'cdkx completion'].includes(
      command,
    );
    const shows = command.startsWith('cdkx sso credentials') ? handsOutCredentials : undefined;
    expect(mistake(await newPlace().run(isWhole ? command : `${command} --help`, {}, shows))).toBe('');
  });

  it.each(commands.filter((command) => !isOwn(command.split(' '))))('%s', async (command) => {
    expect(unknownToCdk(words(command))).toEqual([]);
    const [before, ...after] = command.split(' -- ');
    expect(mistake(await newPlace().run([`${before} --cdkx-dry-run`, ...after].join(' -- ')))).toBe('');
  });
});

describe("the flags and variables of cdkx in the pages' text", () => {
  const flags = new Set(
    spans.flatMap(({ code }) =>
      [...fill(code).matchAll(/(?<![\w-])--cdkx-[a-z]+(?:-[a-z]+)*(?:=[^\s`]+)?/g)].flatMap(([flag]) =>
        alternatives(flag),
      ),
    ),
  );
  const variables = new Set(
    spans.flatMap(({ code }) => (/^CDKX_[A-Z_]+=\S+$/.test(code) ? alternatives(fill(code)) : [])),
  );

  it.each([...flags].toSorted())('%s', async (flag) => {
    const needsValue = /^--cdkx-(login|stage|confirm)$/.test(flag);
    expect(
      mistake(await newPlace().run(`cdkx ls ${flag}${needsValue ? `=${exampleOf(flag)}` : ''} --cdkx-dry-run`)),
    ).toBe('');
  });

  it.each([...variables].toSorted())('%s', async (variable) => {
    expect(mistake(await newPlace().run(`env ${variable} cdkx ls --cdkx-dry-run`))).toBe('');
  });

  it('are looked at, the wrong ones found', async () => {
    expect([flags.size > 10, variables.size > 1]).toEqual([true, true]);
    expect(await newPlace().run('cdkx ls --cdkx-login=maybe --cdkx-dry-run')).toMatchObject({ exitCode: 64 });
    expect(await newPlace().run('env CDKX_LOGIN=maybe cdkx ls --cdkx-dry-run')).toMatchObject({ exitCode: 64 });
    expect(await newPlace().run('cdkx sso login --perhaps')).toMatchObject({ exitCode: 64 });
    expect(unknownToCdk(words('cdkx -c stage=prod deploi --requir-approval never'))).toEqual([
      'deploi',
      '--requir-approval',
    ]);
  });
});

describe("the other commands in the pages' text", () => {
  const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { scripts: object };
  /** Scripts of the projects that the pages describe. */
  const shownScripts = fencesIn('json').flatMap(({ text }) =>
    Object.keys((JSON.parse(text) as { scripts?: object }).scripts ?? {}),
  );

  it('of npm name scripts that there are', () => {
    const named = spans.flatMap(({ code }) => /^npm run (\S+)/.exec(code)?.[1] ?? []);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !(name in scripts) && !shownScripts.includes(name))).toEqual([]);
  });

  it('of cdk have its commands and options', () => {
    const found = [...new Set(spans.flatMap(({ code }) => (code.startsWith('cdk ') ? [fill(code)] : [])))];
    expect(found.length).toBeGreaterThan(3);
    expect(found.flatMap((command) => unknownToCdk(words(command)))).toEqual([]);
  });

  it('are such that a shell can read them', async () => {
    const programs =
      /^(alias|export|unset|eval|ls|chmod|npm|npx|pnpm|yarn|bun|aws|aws-vault|assume|granted|aws-sso-util) /;
    const found = [...new Set(spans.flatMap(({ code }) => (programs.test(code) ? [fill(code)] : [])))];
    expect(found.length).toBeGreaterThan(20);
    const place = newPlace();
    for (const command of found) {
      const { exitCode, stderr } = await place.run(`sh -n <<'END'\n${command}\nEND`);
      expect({ command, exitCode, stderr }).toEqual({ command, exitCode: 0, stderr: '' });
    }
  });

  it('alias cdk=cdkx works', async () => {
    expect(readPage('README.md')).toContain('`alias cdk=cdkx`');
    const result = await newPlace().run('alias cdk=cdkx\ncdk ls --cdkx-dry-run');
    expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('--profile acme-dev ls') });
  });
});

/** The values that a `|` separates. */
function alternatives(code: string): string[] {
  const [name = '', values] = code.split('=');
  return values === undefined ? [name] : values.split('|').map((value) => `${name}=${value}`);
}

function exampleOf(flag: string): string {
  return flag === '--cdkx-login' ? 'auto' : 'prod';
}
