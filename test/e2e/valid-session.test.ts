import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { cdkxPath, runCdkx, runNode } from '../helpers/cli.ts';
import { unneededPackages, loadedFiles } from '../helpers/loaded.ts';
import { createWorkplace, type Workplace } from '../helpers/project.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

describe('with a valid session', () => {
  let emulator: Emulator;
  let workplace: Workplace;
  beforeEach(async () => {
    emulator = await startEmulator();
    workplace = createWorkplace({ tokens: { acme: emulator.issueToken({ expiresIn: 7200 }) } });
  });
  afterEach(() => emulator.close());

  it('cdkx opens no connection and loads no AWS SDK, no prompt, no lock and no other package that is not needed', async () => {
    const coverage = tempFolder('cdkx-loaded');
    const env = { ...emulator.env(), NODE_V8_COVERAGE: coverage };
    const result = await runCdkx(['deploy', '--cdkx-dry-run'], { ...workplace, env });

    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.stdout).toContain('--profile acme-dev deploy');
    expect(emulator.connections()).toBe(0);
    // Opening a file costs more than reading it: what every start loads is one, beside the bundler's own few helpers.
    const own = loadedFiles(coverage).map((path) =>
      relative(join(cdkxPath, '..'), path).replace(/-[\w-]{8}\.cjs$/, '.cjs'),
    );
    expect(own.toSorted()).toEqual(['cdkx.cjs', join('chunks', 'rolldown-runtime.cjs'), 'start-up.cjs']);
    expect(unneededPackages(coverage)).toEqual([]);
  });

  it("cdkx loads none of Node's own modules that are slow to load and not needed", async () => {
    const folder = tempFolder('cdkx-modules');
    const probe = join(folder, 'probe.cjs');
    const list = join(folder, 'modules.json');
    const write = `require('node:fs').writeFileSync(${JSON.stringify(list)}, JSON.stringify(process.moduleLoadList))`;
    writeFileSync(probe, `process.on('exit', () => ${write});`);
    const loadedBy = async (args: readonly string[]) => {
      const env = { NODE_OPTIONS: `--require ${JSON.stringify(probe)}` };
      expect(await runNode(args, { ...workplace, env })).toMatchObject({ exitCode: 0 });
      return JSON.parse(readFileSync(list, 'utf8')) as string[];
    };
    const nothing = join(folder, 'nothing.cjs');
    writeFileSync(nothing, '');
    const loaded = await loadedBy([cdkxPath, 'deploy', '--cdkx-dry-run']);
    // Newer versions of Node load some of them for every program.
    const always = await loadedBy([nothing]);
    expect(loaded).toContain('NativeModule child_process');
    const slow = ['crypto', 'http', 'https', 'tls', 'readline', 'internal/fs/promises', 'internal/modules/esm/resolve']
      .map((name) => `NativeModule ${name}`)
      .filter((name) => !always.includes(name));
    expect(slow).toContain('NativeModule crypto');
    expect(slow.filter((name) => loaded.includes(name))).toEqual([]);
  });

  it('cdkx reads each file once', async () => {
    const folder = tempFolder('cdkx-reads');
    const probe = join(folder, 'probe.cjs');
    const list = join(folder, 'reads.json');
    writeFileSync(
      probe,
      `const fs = require('node:fs');
      const { openSync, readFileSync, writeFileSync } = fs;
      const opened = [];
      fs.openSync = (path, ...rest) => (opened.push(path), openSync(path, ...rest));
      fs.readFileSync = (path, ...rest) => (opened.push(path), readFileSync(path, ...rest));
      process.on('exit', () => writeFileSync(${JSON.stringify(list)}, JSON.stringify(opened)));`,
    );
    const env = { NODE_OPTIONS: `--require ${JSON.stringify(probe)}` };
    expect(await runNode([cdkxPath, 'deploy', '--cdkx-dry-run'], { ...workplace, env })).toMatchObject({ exitCode: 0 });
    const read = (JSON.parse(readFileSync(list, 'utf8')) as unknown[]).filter((path) => typeof path === 'string');
    const count = (end: string) => read.filter((path) => path.endsWith(end)).length;
    expect(['/project/cdk.json', '/.aws/config'].map(count)).toEqual([1, 1]);
    expect(read.filter((path) => path.includes('/.aws/sso/cache/'))).toHaveLength(1);
    expect(read.filter((path, index) => read.indexOf(path) !== index)).toEqual([]);
  });

  it('cdkx keeps its compiled code where Node (22.8 and newer) lets it', async () => {
    const kept = join(workplace.home, '.cache/cdkx/node-compile-cache');
    const filesAfter = async (env: Record<string, string>) => {
      expect(await runCdkx(['deploy', '--cdkx-dry-run'], { ...workplace, env })).toMatchObject({ exitCode: 0 });
      return existsSync(kept) ? readdirSync(kept, { recursive: true, encoding: 'utf8' }) : [];
    };
    expect(await filesAfter({ CDKX_COMPILE_CACHE: '0' })).toEqual([]);
    const files = await filesAfter({});
    expect(files.some((path) => /^cdkx-[^/]+\/.+\//.test(path))).toBe('enableCompileCache' in nodeModule);
  });
});
