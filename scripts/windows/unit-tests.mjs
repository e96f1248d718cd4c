// The unit tests under Node for Windows on Wine, in a copy of the checkout whose files are links to it.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest, unitTestsBut } from '../jest.mjs';
import { root } from '../run.mjs';
import { installDebian, unpackPackage } from '../smoke/install.mjs';
import { start } from '../smoke/machine.mjs';
import { serveLinks } from './link-server.mjs';

/** Tests that run the real cdk dozens of times, which takes an hour under Wine: there the smoke test runs it. */
const runRealCdk = [
  'plugin[\\\\/](?:plain-cdk|wrapper|one-deploy)',
  'emulator[\\\\/]cdk',
  'cdk[\\\\/]command-line[\\\\/]real',
  'index',
];

/** Packages with native code that the tests load, with the package for Windows. */
const nativePackages = {
  '@swc/core': '@swc/core-win32-x64-msvc',
  rolldown: '@rolldown/binding-win32-x64-msvc',
  'unrs-resolver': '@unrs/resolver-binding-win32-x64-msvc',
};

/** Runs the unit tests, those of `args` if there are any. Returns each test: `{ file, name, status, message }`. */
export async function runUnitTests(machine, args) {
  const drive = join(machine.folder, '..');
  const checkout = join(drive, 'checkout');
  copyCheckout(checkout);
  for (const [name, forWindows] of Object.entries(nativePackages)) {
    const { version } = JSON.parse(readFileSync(join(checkout, 'node_modules', name, 'package.json'), 'utf8'));
    unpackPackage(forWindows, version, join(checkout, 'node_modules', forWindows));
  }
  addRandom(drive);
  const results = join(drive, 'results.jsonl');
  const requests = join(drive, 'requests');
  for (const path of [results, requests]) rmSync(path, { recursive: true, force: true });
  mkdirSync(requests);
  writeFileSync(results, '');
  const unix = (path) => path.replace(/^c:/i, drive).replace(/^z:/i, '').replaceAll('\\', '/');
  const stopServing = serveLinks(requests, { unix, temporary: [join(drive, 'Temp'), join(checkout, 'build')] });
  const env = { ...machine.env, LINK_REQUESTS: 'C:\\requests', TEST_RESULTS: 'C:\\results.jsonl' };
  const words = [
    '--require',
    'C:\\checkout\\scripts\\windows\\link-requests.cjs',
    ...jest,
    ...args,
    '-i',
    '--forceExit',
    '--watchman=false',
    '--testTimeout=60000',
    '--reporters=C:\\checkout\\scripts\\windows\\reporter.cjs',
    unitTestsBut(runRealCdk),
  ];
  const { ended, stderr } = start(machine.launch(words, env), {
    cwd: checkout,
    logs: join(drive, 'logs'),
    timeout: 1_500_000,
  });
  const { code } = await ended;
  stopServing();
  const tests = readFileSync(results, 'utf8')
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  if (tests.length === 0) throw new Error(`jest ran no test (${code}):\n${stderr()}`);
  return tests;
}

/** The checkout as it is, with what is installed and built: links to its files, so that it takes no room. */
function copyCheckout(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { stdout } = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of stdout.split('\0').filter((each) => each !== '' && existsSync(join(root, each))))
    cpSync(join(root, file), join(folder, file));
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  mkdirSync(join(folder, 'build'));
  spawnSync('cp', ['--archive', '--link', join(root, 'node_modules'), folder]);
  for (const file of ['emulator.mjs', 'inputs.json'])
    if (existsSync(join(root, 'build', file))) cpSync(join(root, 'build', file), join(folder, 'build', file));
}

/** Programs in Rust load bcryptprimitives.dll, which Wine has from version 9 on: one function. */
function addRandom(drive) {
  const dll = join(drive, 'windows/system32/bcryptprimitives.dll');
  if (existsSync(dll)) return;
  const compiler = 'x86_64-w64-mingw32-gcc-win32';
  const problem = installDebian(compiler, ['gcc-mingw-w64-x86-64-win32']);
  if (problem !== undefined) throw new Error(problem);
  const source = join(drive, 'random.c');
  writeFileSync(
    source,
    `#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count) { return SystemFunction036(bytes, count); }
BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) { return TRUE; }
`,
  );
  spawnSync(compiler, ['-shared', '-o', dll, source, '-ladvapi32'], { stdio: 'inherit' });
}
