import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { cdkxPath, cleanEnvironment } from '../helpers/cli.ts';
import { recordFigure } from '../helpers/figures.ts';
import { createHome, isCompiledCode } from '../helpers/home.ts';
import { sharedConfig } from '../helpers/project.ts';
import { startProxy, type Proxy } from '../helpers/proxy.ts';
import { isLongForm } from '../helpers/scale.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

/** A directory that somebody with bad intent has made, with what tells whether anything of theirs was used. */
interface Place {
  readonly cwd: string;
  readonly home: string;
  /** Programs of the directory leave a file here. */
  readonly traces: string;
  readonly proxy: string;
}

/** JavaScript and shell that leave a trace. */
const code = ({ traces }: Place, name: string) =>
  `require('node:fs').writeFileSync(${JSON.stringify(join(traces, name))}, '');\n`;
const shell = ({ traces }: Place, name: string) => `#!/bin/sh\n: > '${join(traces, name)}'\n`;

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

const block = {
  profile: 'acme-dev',
  account: '111111111111',
  role: 'Developer',
  ssoSession: { name: 'theirs', startUrl: 'https://evil.example/start', region: 'eu-west-1' },
};
const settings = (place: Place, more: object, context: object = {}) =>
  write(join(place.cwd, 'cdk.json'), JSON.stringify({ ...more, context: { cdkx: { ...block, ...context } } }));

/** What the directory holds: each is a source that no command of cdkx itself may trust. */
const sources: Readonly<Record<string, (place: Place) => unknown>> = {
  'a proxy': (place) => settings(place, { proxy: place.proxy }),
  'a certificate authority': (place) => settings(place, { proxy: place.proxy, caBundlePath: './ca.pem' }),
  'an endless certificate authority': (place) => settings(place, { caBundlePath: '/dev/zero' }),
  'consent to sign in': (place) => settings(place, {}, { login: 'auto' }),
  'a plugin and an app': (place) => {
    write(join(place.cwd, 'evil.cjs'), code(place, 'plugin'));
    settings(place, { plugin: ['./evil.cjs'], app: `node -e "${code(place, 'app').replaceAll('"', "'").trim()}"` });
  },
  'a .pnp.cjs and its loader': (place) => {
    settings(place, {});
    write(join(place.cwd, '.pnp.cjs'), code(place, 'pnp'));
    write(join(place.cwd, '.pnp.loader.mjs'), `import 'node:fs';\n`);
  },
  'a .pnp.cjs above': (place) => {
    settings(place, {});
    write(join(place.cwd, '..', '.pnp.cjs'), code(place, 'pnp-above'));
  },
  'an aws-cdk in node_modules': (place) => {
    settings(place, {});
    const folder = join(place.cwd, 'node_modules/aws-cdk');
    write(join(folder, 'package.json'), '{"name":"aws-cdk","version":"2.1.0","main":"bin/cdk"}');
    write(join(folder, 'bin/cdk'), code(place, 'node_modules'), 0o755);
    write(join(place.cwd, 'node_modules/cdkx/package.json'), '{"name":"cdkx","main":"x.cjs"}');
    write(join(place.cwd, 'node_modules/cdkx/x.cjs'), code(place, 'cdkx'));
  },
  'programs on a relative PATH': (place) => {
    settings(place, {});
    for (const name of ['cdk', 'aws', 'xdg-open', 'open', 'wslview', 'git', 'node', 'which', 'rundll32', 'sh'])
      write(join(place.cwd, name), shell(place, name), 0o755);
  },
  'settings that are not JSON': ({ cwd }) => write(join(cwd, 'cdk.json'), '{"context": {'),
  'a block with an unknown key': (place) => settings(place, {}, { evil: true }),
  'settings that are a folder': ({ cwd }) => mkdirSync(join(cwd, 'cdk.json')),
  'settings that are a pipe': ({ cwd }) => execFileSync('mkfifo', [join(cwd, 'cdk.json')]),
  'settings that are a device': ({ cwd }) => symlinkSync('/dev/zero', join(cwd, 'cdk.json')),
  'settings that tell no size': ({ cwd }) => symlinkSync('/proc/self/pagemap', join(cwd, 'cdk.json')),
  'a map whose data is of another shape': (place) => {
    settings(place, {});
    write(join(place.cwd, '.pnp.cjs'), code(place, 'pnp'));
    const entry = [null, [[null, { packageLocation: 5, packageDependencies: null }]]];
    write(
      join(place.cwd, '.pnp.data.json'),
      JSON.stringify({ packageRegistryData: [entry, null, ['a', [['b', null]]]] }),
    );
  },
  'settings that are a link in a circle': ({ cwd }) => symlinkSync('cdk.json', join(cwd, 'cdk.json')),
  'settings of a gigabyte': ({ cwd }) => huge(join(cwd, 'cdk.json')),
  'settings with a hundred thousand brackets': ({ cwd }) => write(join(cwd, 'cdk.json'), '['.repeat(100_000)),
  'a manifest of a gigabyte': (place) => {
    settings(place, {});
    mkdirSync(join(place.cwd, 'cdk.out'));
    huge(join(place.cwd, 'cdk.out/manifest.json'));
  },
  'manifests that are pipes': (place) => {
    settings(place, {});
    for (const path of ['cdk.out/manifest.json', 'node_modules/aws-cdk/package.json', '.pnp.cjs']) {
      mkdirSync(dirname(join(place.cwd, path)), { recursive: true });
      execFileSync('mkfifo', [join(place.cwd, path)]);
    }
  },
};

/** A file without blocks on the disk. */
function huge(path: string): void {
  writeFileSync(path, '');
  truncateSync(path, 1_000_000_000);
}

/** Several at once, where none hides another: `npm test` has no time for each by itself. */
const combined = {
  'all that can be together': (place: Place) => {
    for (const name of ['a .pnp.cjs above', 'an aws-cdk in node_modules', 'programs on a relative PATH'])
      sources[name]?.(place);
    write(join(place.cwd, 'evil.cjs'), code(place, 'plugin'));
    const more = { proxy: place.proxy, caBundlePath: '/dev/zero', plugin: ['./evil.cjs'], app: 'node evil.cjs' };
    settings(place, more, { login: 'auto' });
    mkdirSync(join(place.cwd, 'cdk.out'));
    huge(join(place.cwd, 'cdk.out/manifest.json'));
  },
};
const few = [
  'a .pnp.cjs and its loader',
  'a map whose data is of another shape',
  'settings that are a pipe',
  'a block with an unknown key',
];
const tried = isLongForm
  ? { ...sources, ...combined }
  : { ...combined, ...Object.fromEntries(Object.entries(sources).filter(([name]) => few.includes(name))) };

interface Command {
  readonly words: readonly string[];
  /** The user has said whose credentials are meant: what the directory holds must not matter. */
  readonly isNamed?: true;
  /** Sends nothing whatever the state of the session, and leaves the home as it is. */
  readonly isDry?: true;
}
const profile = ['--profile', 'acme-dev'];
const node = [process.execPath, '-e', ''];
const commands: readonly Command[] = [
  { words: ['sso', 'credentials', ...profile], isNamed: true },
  { words: ['sso', 'exec', ...profile, '--', ...node], isNamed: true },
  { words: ['sso', 'login', ...profile], isNamed: true },
  { words: ['sso', 'login', '--sso-session', 'acme'], isNamed: true },
  { words: ['sso', 'logout', ...profile], isNamed: true },
  { words: ['sso', 'logout', '--all'], isNamed: true },
  { words: ['sso', 'credentials'] },
  { words: ['sso', 'exec', '--', ...node] },
  { words: ['sso', 'login'] },
  { words: ['sso', 'status'], isDry: true },
  { words: ['sso', 'status', '--check'] },
  { words: ['sso', 'console', '--print'], isDry: true },
  { words: ['sso', 'configure', '--session', 'acme', '--all', '--dry-run'], isNamed: true },
  { words: ['sso', 'configure', '--from-project', '--dry-run'], isDry: true },
  { words: ['sso', 'configure', '--from-project'], isDry: true },
  { words: ['profile', 'show'], isDry: true },
  { words: ['profile', 'show', '--json', '--accounts'], isDry: true },
  { words: ['profile', 'list'], isDry: true },
  { words: ['profile', 'pin', 'acme-dev', '--dry-run'], isDry: true },
  { words: ['completion', 'bash'], isNamed: true, isDry: true },
  { words: ['completion', '--complete', '--', 'dep'], isNamed: true, isDry: true },
  { words: ['completion', '--complete', '--', 'deploy', ''], isNamed: true, isDry: true },
  { words: ['completion', '--complete', '--', 'deploy', '--cdkx-stage='], isNamed: true, isDry: true },
  { words: ['--cdkx-version'], isNamed: true, isDry: true },
  { words: ['--cdkx-help'], isNamed: true, isDry: true },
  ...[
    ['deploy'],
    ['deploy', '--all'],
    ['ls'],
    ['doctor'],
    ['sso', 'login'],
    ['sso', 'logout'],
    ['sso', 'status', '--check'],
    ['sso', 'credentials'],
    ['sso', 'exec', '--', ...node],
    ['sso', 'configure', '--all', '--yes'],
    ['sso', 'configure', '--from-project', '--yes'],
    ['profile', 'pin', 'acme-dev', '--yes'],
  ].map((words) => ({ words: [...words.slice(0, 2), '--cdkx-dry-run', ...words.slice(2)], isDry: true as const })),
];

/** Whatever a run does, it ends. Milliseconds. */
const deadline = 30_000;

/** Runs a program so that it ends by itself and leaves the machine its memory, also if these tests are interrupted. */
const limited = `ulimit -v 8000000 2>/dev/null; PATH='${process.env['PATH'] ?? ''}' exec perl -e '$ENV{PATH} = shift; alarm ${deadline / 1000 + 5}; exec @ARGV' "$PATH" "$0" "$@"`;

describe('a hostile directory', () => {
  let emulator: Emulator;
  let proxy: Proxy;
  beforeAll(async () => {
    [emulator, proxy] = [await startEmulator(), await startProxy()];
  });
  afterAll(async () => {
    await Promise.all([emulator.close(), proxy.close()]);
  });

  function prepare(fill: (place: Place) => unknown, expiresIn = -60): Place {
    const folder = tempFolder('cdkx-hostile');
    const [home, cwd, traces] = ['home', 'shared/project', 'traces'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    for (const each of [cwd, traces]) mkdirSync(each, { recursive: true });
    createHome(home, { config: sharedConfig, tokens: { acme: emulator.issueToken({ expiresIn }) } });
    const place = { cwd, home, traces, proxy: proxy.url };
    fill(place);
    return place;
  }

  function run(words: readonly string[], { cwd, home, traces }: Place) {
    const browser = join(traces, '..', 'browser');
    write(browser, `#!/bin/sh\n: > '${join(traces, 'browser')}'\n`, 0o755);
    const path = ['.', 'node_modules/.bin', '', process.env['PATH'] ?? ''].join(delimiter);
    const env = { ...cleanEnvironment(home, emulator.env()), PATH: path, BROWSER: browser };
    return new Promise<{ code: number | null; stderr: string }>((resolve) => {
      const child = spawn('/bin/sh', ['-c', limited, process.execPath, cdkxPath, ...words], {
        cwd,
        env,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const timer = setTimeout(() => child.kill('SIGKILL'), deadline);
      let stderr = '';
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      child.on('close', (code) => {
        clearTimeout(timer);
        resolve({ code, stderr });
      });
    });
  }

  it.each(Object.entries(tried))(
    'gets nothing from any command of cdkx, writes nothing and runs nothing: %s',
    async (source, fill) => {
      const wrong: string[] = [];
      for (const { words, isNamed, isDry } of commands) {
        const place = prepare(fill);
        const before = { cwd: contents(place.cwd), home: contents(place.home) };
        [emulator.log.length, proxy.passed.length] = [0, 0];
        const { code, stderr } = await run(words, place);
        const after = { cwd: contents(place.cwd), home: contents(place.home) };
        const problems = {
          'did not end': code === null,
          'is a defect': code === 70,
          'ended wrongly': isNamed === true && code !== 0,
          'went through the proxy': proxy.passed.length > 0,
          'ran a program': readdirSync(place.traces).length > 0,
          'changed the directory': before.cwd !== after.cwd,
          'changed the AWS config file': !after.home.includes(sharedConfig),
          'wrote into the home': isDry === true && before.home !== after.home,
          'sent something': isDry === true && emulator.log.length > 0,
        };
        for (const [problem, is] of Object.entries(problems)) {
          if (is)
            wrong.push(`${words.join(' ')} ${problem} (${code}, ${readdirSync(place.traces).join(' ')}): ${stderr}`);
        }
        recordFigure('hostile-directory.runs');
      }
      expect(wrong).toEqual([]);
      recordFigure('hostile-directory.sources');
      recordFigure('hostile-directory.commands', `${commands.length}`);
      expect(source).toBeDefined();
    },
    600_000,
  );

  it('opens no browser by its own consent, where the session has ended', async () => {
    for (const words of [['sso', 'credentials', ...profile], ['sso', 'exec', '--', ...node], ['deploy']]) {
      const place = prepare((each) => settings(each, {}, { login: 'auto' }));
      createHome(place.home, { tokens: { acme: emulator.issueToken({ expiresIn: -60, refreshable: false }) } });
      write(join(place.cwd, 'node_modules/aws-cdk/package.json'), '{"name":"aws-cdk","version":"2.1.0"}');
      write(join(place.cwd, 'node_modules/aws-cdk/bin/cdk'), '');
      emulator.log.length = 0;
      const { code, stderr } = await run(words, place);
      expect({ words, code, traces: readdirSync(place.traces) }).toEqual({ words, code: 77, traces: [] });
      expect(stderr).toContain('cdkx sso login');
      expect(emulator.log).toEqual([]);
    }
  });

  it('is named before a call of ours goes its way, where cdk is started', async () => {
    const place = prepare((each) => settings(each, { proxy: each.proxy }));
    write(join(place.cwd, 'node_modules/aws-cdk/package.json'), '{"name":"aws-cdk","version":"2.1.0"}');
    write(join(place.cwd, 'node_modules/aws-cdk/bin/cdk'), '');
    proxy.passed.length = 0;
    const { code, stderr } = await run(['deploy'], place);
    expect({ code, passed: proxy.passed.length > 0 }).toEqual({ code: 0, passed: true });
    expect(stderr).toContain(new URL(proxy.url).host);
    expect(stderr).toContain('cdk.json');
  });
});

/** All files of a folder with their texts; of what is no file, or too large, only the kind. */
function contents(folder: string): string {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  return entries
    .map((name) => join(folder, name))
    .filter((path) => !isCompiledCode(path) && !path.includes('/.cache'))
    .map((path) => {
      const stats = lstatSync(path);
      if (!stats.isFile() || stats.size > 1_000_000) return `${path} ${stats.mode} ${stats.size}`;
      return existsSync(path) ? `${path} ${stats.mode}\n${readFileSync(path, 'utf8')}` : path;
    })
    .join('\n');
}
