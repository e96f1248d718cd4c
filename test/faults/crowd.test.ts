import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import type { RefreshTokenMode } from '../emulator/options.ts';
import { runCdkx } from '../helpers/cli.ts';
import { recordFigure } from '../helpers/figures.ts';
import { watchSteps } from '../helpers/fs-steps.ts';
import { tokenFileName } from '../helpers/home.ts';
import { personAsBrowser } from '../helpers/person.ts';
import { startProgram, type RunningProgram } from '../helpers/programs.ts';
import { createScriptedProject, type Workplace } from '../helpers/project.ts';
import { openCdkx } from '../helpers/pty.ts';
import { tries } from '../helpers/scale.ts';
import type { Shows } from '../helpers/shown-secrets.ts';

const processes = tries(8, 50);
const program = (name: string) => join(import.meta.dirname, 'programs', name);
/** A `cdk` that tells which token it finds: what one process ends with. Half a file, as an SDK leaves it for a moment, is read again. */
const tokenTellingCdk = `
const { readFileSync } = require('node:fs');
const file = process.env.HOME + '/.aws/sso/cache/${tokenFileName('acme')}';
function read() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
let token;
for (const end = Date.now() + 60_000; token === undefined; token = read()) if (Date.now() > end) throw new Error('the token stays torn');
console.log('token=' + token.accessToken);`;
const tellsToken: Shows = { kinds: ['access-token'], why: 'the `cdk` of these tests tells with which token it ends' };
const told = (text: string) => /token=(\S+)/.exec(text.replaceAll(/\r?\n/g, ' '))?.[1];

describe(`${processes} processes that find the same session expired`, () => {
  let emulator: Emulator;
  let reader: RunningProgram;
  afterEach(async () => {
    reader.finish();
    await emulator.close();
  });

  /** A project with a token that has expired, and somebody who reads its file all the time. */
  async function start(refreshTokens: RefreshTokenMode, refreshable = true) {
    emulator = await startEmulator({ refreshTokens });
    const tokens = { acme: emulator.issueToken({ expiresIn: -60, refreshable }) };
    const project = createScriptedProject(tokenTellingCdk, { tokens });
    reader = startProgram(program('cache-reader.mjs'), [tokenPath(project)], project);
    await reader.said;
    // A disk on which a write takes a while: who sees half of one, sees it.
    const slow = watchSteps(project, { act: 'slow' }).env;
    const env = { ...emulator.env(), ...project.env, ...slow };
    return { ...project, env, shows: tellsToken, before: tokens.acme.accessToken };
  }
  const tokenPath = ({ home }: Workplace) => join(home, '.aws/sso/cache', tokenFileName('acme'));
  const fileOf = (project: Workplace) =>
    JSON.parse(readFileSync(tokenPath(project), 'utf8')) as { accessToken: string; refreshToken: string };
  const tokenOf = (project: Workplace) => fileOf(project).accessToken;

  interface Seen {
    readonly reads: number;
    readonly tornByCdkx: number;
    readonly tornByOthers: number;
    readonly accessTokens: readonly string[];
  }
  /** What the reader saw: never half a file of cdkx. */
  async function seenByReader(): Promise<Seen> {
    reader.finish();
    const seen = JSON.parse(await reader.output) as Seen;
    expect(seen.reads).toBeGreaterThan(100);
    expect(seen.tornByCdkx).toBe(0);
    recordFigure('crowd.reader.reads', seen.reads);
    recordFigure('crowd.reader.torn', seen.tornByCdkx);
    return seen;
  }
  const createTokenCalls = () => emulator.log.filter(({ operation }) => operation === 'CreateToken');
  const granted = (grant: string) => createTokenCalls().filter((call) => call.grant === grant && call.status === 200);
  const deploy = (project: Workplace & { readonly env: Record<string, string>; readonly shows: Shows }) =>
    runCdkx(['deploy'], project);

  it('make one refresh, all go on with the same token, and no reader sees half a file', async () => {
    const project = await start('rotate');
    const results = await Promise.all(Array.from({ length: processes }, () => deploy(project)));
    const token = tokenOf(project);
    expect(results.map(({ exitCode, stdout }) => ({ exitCode, token: told(stdout) }))).toEqual(
      Array.from({ length: processes }, () => ({ exitCode: 0, token })),
    );
    expect(createTokenCalls()).toHaveLength(1);
    expect(granted('refresh_token')).toHaveLength(1);
    const { tornByOthers, accessTokens } = await seenByReader();
    expect({ tornByOthers, accessTokens }).toEqual({ tornByOthers: 0, accessTokens: [project.before, token] });
    recordFigure('crowd.refresh.processes', results.length);
    recordFigure('crowd.refresh.refreshes', granted('refresh_token').length);
  });

  it('make one login where it cannot be refreshed, all go on with the same token, and no reader sees half a file', async () => {
    const project = await start('rotate', false);
    const env = { ...project.env, ...personAsBrowser(), CDKX_LOGIN: 'auto' };
    const terminals = Array.from({ length: processes }, () => openCdkx(['deploy'], { ...project, env, columns: 200 }));
    const ends = await Promise.all(terminals.map(({ exit }) => exit));
    const token = tokenOf(project);
    expect(ends.map(({ exitCode }, index) => ({ exitCode, token: told(terminals[index]?.screen() ?? '') }))).toEqual(
      Array.from({ length: processes }, () => ({ exitCode: 0, token })),
    );
    expect(granted('authorization_code')).toHaveLength(1);
    expect(createTokenCalls()).toHaveLength(1);
    const { tornByOthers, accessTokens } = await seenByReader();
    expect({ tornByOthers, accessTokens }).toEqual({ tornByOthers: 0, accessTokens: [project.before, token] });
    recordFigure('crowd.login.processes', ends.length);
    recordFigure('crowd.login.logins', granted('authorization_code').length);
  });

  it.each([
    ['are good for one use', 'rotate'],
    ['may be used again', 'keep'],
  ] as const)('share with the AWS SDK, which takes no lock, where refresh tokens %s', async (_, mode) => {
    const project = await start(mode);
    const half = processes / 2;
    const sdk = () => startProgram(program('sdk-process.mjs'), [], { ...project, env: emulator.env() }).output;
    const running = Array.from({ length: half }, () => [deploy(project), sdk()] as const);
    const results = await Promise.all(running.map(([cdkx]) => cdkx));
    const bySdk = await Promise.all(running.map(([, output]) => output));

    // Every cdkx goes on, and none asks for a login: who is refused since the SDK was faster finds its token.
    expect(results.filter(({ exitCode }) => exitCode !== 0).map(({ stderr }) => stderr)).toEqual([]);
    const usable = (token: string | undefined) => emulator.world.accessTokens.has(token ?? '');
    expect(results.filter(({ stdout }) => !usable(told(stdout)) || told(stdout) === project.before)).toEqual([]);
    expect(createTokenCalls().filter(({ grant }) => grant !== 'refresh_token')).toEqual([]);
    // Where a refresh token is good for one use there can be one token only, and all have it.
    const tokens = new Set(results.map(({ stdout }) => told(stdout)));
    const isShared = granted('refresh_token').length === 1 && tokens.size === 1 && tokens.has(tokenOf(project));
    expect(isShared || mode === 'keep').toBe(true);
    // What is on disk in the end is whole, accepted, and can be refreshed once more.
    const { accessToken, refreshToken } = fileOf(project);
    expect(usable(accessToken)).toBe(true);
    expect(emulator.world.refreshTokens.get(refreshToken)?.spent).toBe(false);
    // An SDK that was refused, or read what another one was writing, tells so, and finds the token at its next try.
    const failed = bySdk.filter((output) => 'error' in (JSON.parse(output) as object));
    const again = await Promise.all([sdk(), ...failed.map(() => sdk())]);
    expect(again.filter((output) => !/"accessKeyId":"ASIA/.test(output))).toEqual([]);
    const { tornByOthers } = await seenByReader();
    recordFigure('crowd.mixed.cdkx', results.length);
    recordFigure('crowd.mixed.sdk', bySdk.length);
    recordFigure('crowd.mixed.sdk-refused', failed.length);
    recordFigure('crowd.mixed.torn', tornByOthers);
  });
});
