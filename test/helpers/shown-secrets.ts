import { afterAll, afterEach } from '@jest/globals';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { issuedSecrets, tokenRegions, type SecretKind } from '../emulator/issued-secrets.ts';
import { recordFigure } from './figures.ts';

/** Why a program's stdout, or its terminal, may hold secrets: the test that runs it says so. Its stderr may not. */
export interface Shows {
  readonly kinds: readonly SecretKind[];
  readonly why: string;
}

/** For a command that is run for role credentials, as `sso credentials`. */
export const handsOutCredentials: Shows = {
  kinds: ['secret-access-key', 'session-token'],
  why: 'who runs it reads the credentials from its stdout',
};

/** The kinds of the secrets in a text and how they stand there, never the secrets themselves. Half of one counts, and one broken over lines. */
export function findSecrets(text: string, secrets: ReadonlyMap<string, SecretKind> = issuedSecrets()): string[] {
  if (secrets.size === 0) return [];
  // As a box or a narrow terminal breaks it.
  const joined = stripVTControlCharacters(text).replaceAll(/[\s│┃|]+/gu, '');
  const found = [...secrets].flatMap(([value, kind]) =>
    Object.entries(formsOf(value, kind)).flatMap(([form, words]) =>
      words.some((word) => text.includes(word) || joined.includes(word)) ? [`${kind} ${form}`] : [],
    ),
  );
  return [...new Set(found)];
}

function formsOf(value: string, kind: SecretKind): Readonly<Record<string, readonly string[]>> {
  const random = value.startsWith(`${kind}-`) ? value.slice(kind.length + 1) : value;
  return {
    'as it is': [random.slice(0, 16), random.slice(-16)],
    'in base64': [0, 1, 2].flatMap((offset) => inBase64(value, offset)),
    'in hex': [Buffer.from(value).toString('hex')],
  };
}

/** As it stands within a longer text that is encoded: the characters that hang on its neighbours left out. */
function inBase64(value: string, offset: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
  return (['base64', 'base64url'] as const).map((encoding) => bytes.toString(encoding).slice(offset * 2, -4));
}

/** Some tests are about a folder in its place, or a link to itself. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function mayHoldIn(where: string, shows: Shows | undefined): readonly SecretKind[] {
  if (where === 'stdout' || where === 'terminal') return shows?.kinds ?? [];
  // People keep the keys of IAM users in the config file.
  return where.endsWith('/.aws/config') ? ['user-secret-access-key'] : [];
}

/** None where there is no such folder, or where it cannot be read. */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .map((name) => join(folder, name))
      .filter(isFile);
  } catch {
    return [];
  }
}

let leaks: string[] = [];

/** The leaks since it was last asked. */
export function takeLeaks(): string[] {
  const taken = leaks;
  leaks = [];
  return taken;
}

const misplaced: string[] = [];

/** The tokens of a home that say another region than that of the Identity Center they are of: every AWS SDK would go there with them. */
function misplacedTokens(home: string): string[] {
  const files = filesIn(join(home, '.aws/sso/cache'));
  return files.flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    const [, token = ''] = /"accessToken":\s*"([^"]*)"/.exec(text) ?? [];
    const [, said] = /"region":\s*"([^"]*)"/.exec(text) ?? [];
    const region = tokenRegions.get(token);
    return region === undefined || said === region
      ? []
      : [`a token of ${region} is kept as one of ${said ?? 'no region'}`];
  });
}

/** Fails where a run of this test has shown a secret, or left a token of another region: for hooks. */
export function expectNoLeaks(): void {
  const wrong = misplaced.splice(0);
  if (wrong.length > 0) throw new Error([...new Set(wrong)].join('\n'));
  const found = [...new Set(takeLeaks())];
  if (found.length > 0) throw new Error(`A secret was shown:\n${found.join('\n')}`);
}
// In hooks, so that a run whose end nobody waits for counts too, and one before the first test.
afterEach(expectNoLeaks);
afterAll(expectNoLeaks);

/** Searches what a run has put out, and the files that cdkx writes outside the token cache. The test fails where a secret is found. */
export function searchRun(
  command: readonly string[],
  output: Readonly<Record<string, string>>,
  { home, cwd, shows }: { readonly home: string; readonly cwd: string; readonly shows?: Shows | undefined },
): void {
  recordFigure('secrets.outputs');
  misplaced.push(...misplacedTokens(home));
  const files = [join(home, '.aws/config'), join(cwd, 'cdk.json')].filter(isFile);
  const texts = { ...output, ...Object.fromEntries(files.map((path) => [path, readFileSync(path, 'utf8')])) };
  for (const [where, text] of Object.entries(texts)) {
    const mayHold = mayHoldIn(where, shows);
    const secrets = new Map([...issuedSecrets()].filter(([, kind]) => !mayHold.includes(kind)));
    leaks.push(...findSecrets(text, secrets).map((found) => `${found}, in ${where} of ${command.join(' ')}`));
  }
}
