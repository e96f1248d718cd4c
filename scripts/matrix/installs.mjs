// Ways in which a project gets cdkx and cdk: npm, pnpm, Yarn, Bun; in the project, in a workspace, or globally.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { install } from './run-command.mjs';
import { shownJson } from './monorepos-page.mjs';
import { installerEnvironment, managers, quietNpm } from './tools.mjs';
import { writeProject } from './workplace.mjs';

export const cdk = 'aws-cdk@2';
export const lsScript = { scripts: { ls: 'cdkx ls', show: 'cdkx profile show --json' } };
/** Those, and the one of docs/monorepos.md. */
export const deployScript = { scripts: { ...lsScript.scripts, deploy: 'cdkx deploy' } };

export async function withNpm(folder, tarball, manifest = {}, at = folder) {
  writeProject(folder, { private: true, ...manifest });
  await install('npm', ['install', '--save-dev', ...quietNpm, tarball, cdk], { cwd: at });
  return folder;
}

export const bin = (folder) => [join(folder, 'node_modules/.bin/cdkx')];
export const expected = (folder) => join(folder, 'node_modules/aws-cdk');

/** A project for pnpm, Yarn or Bun, with both packages in its manifest. */
export function prepare(folder, tarball, manifest = {}) {
  const devDependencies = { 'aws-cdk': '2', cdkx: `file:${tarball}` };
  return writeProject(folder, { name: 'matrix', private: true, devDependencies, ...manifest });
}

export async function manage(name, args, cwd) {
  const [command, ...before] = await managers[name]();
  await install(command, [...before, ...args], { cwd, env: installerEnvironment() });
  return [command, ...before];
}

export async function berry(folder, tarball, linker, manifest = {}) {
  const project = prepare(folder, tarball, manifest);
  writeFileSync(join(project, '.yarnrc.yml'), `nodeLinker: ${linker}\n`);
  writeFileSync(join(project, 'yarn.lock'), '');
  return { cwd: project, start: [...(await manage('berry', ['install'], project)), 'cdkx'] };
}

/** A global folder of npm with these packages; its programs come first on PATH. */
export async function globally(folder, packages) {
  const prefix = join(folder, 'prefix');
  await install('npm', ['install', '--global', '--prefix', prefix, ...quietNpm, ...packages], { cwd: folder });
  return { path: join(prefix, 'bin'), modules: join(prefix, 'lib/node_modules') };
}

/** Workspaces whose root is the package.json of docs/monorepos.md, with one member that has these scripts. Returns the member's folder. */
export async function npmWorkspaces(folder, tarball, { scripts = deployScript, runner = [] } = {}) {
  const member = writeProject(join(folder, 'packages/infra'), { name: 'infra', version: '1.0.0', ...scripts });
  const { devDependencies, ...manifest } = shownJson('packageManager');
  const missing = ['aws-cdk', 'cdkx'].filter((name) => !(name in devDependencies));
  if (missing.length > 0) throw new Error(`docs/monorepos.md does not install ${missing.join(' and ')}`);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  await install('npm', ['install', '--save-dev', ...quietNpm, tarball, cdk, ...runner], { cwd: folder });
  return member;
}
