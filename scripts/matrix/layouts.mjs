// Installers and layouts: each returns how cdkx is started there, and where the cdk lies that it has to run.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import {
  berry,
  bin,
  cdk,
  deployScript,
  expected,
  globally,
  lsScript,
  manage,
  npmWorkspaces,
  prepare,
  withNpm,
} from './installs.mjs';
import { withNx, withNxMany, withTurbo } from './task-runners.mjs';
import { managerFolder } from './tools.mjs';
import { writeProject } from './workplace.mjs';

function aliased(shell, file) {
  return async (folder, tarball) => {
    if (!existsSync(`/usr/bin/${shell}`) && !existsSync(`/bin/${shell}`))
      return { skip: `no ${shell} on this machine` };
    const project = await withNpm(join(folder, 'project'), tarball);
    const prepareHome = (home) => writeFileSync(join(home, file), 'alias cdk=cdkx\n');
    const path = dirname(bin(project)[0]);
    return { cwd: project, shell: [shell, '-ic', 'cdk'], path, prepareHome, cdk: expected(project) };
  };
}

/**
 * By name: `{ cwd, start: words before cdkx's arguments, cdk: the folder of the package that has to run, path, env }`, and with `deploy` a
 * command of docs/monorepos.md, which is run as it stands there.
 */
export const layouts = {
  'npm: `node_modules/.bin/cdkx`': async (folder, tarball) => {
    const cwd = await withNpm(folder, tarball);
    return { cwd, start: bin(cwd), cdk: expected(cwd) };
  },
  'npm: `npx cdkx`': async (folder, tarball) => {
    const cwd = await withNpm(folder, tarball);
    return { cwd, start: ['npx', '--no-install', 'cdkx'], cdk: expected(cwd) };
  },
  'npm: a script in package.json': async (folder, tarball) => {
    const cwd = await withNpm(folder, tarball, lsScript);
    return { cwd, scripts: ['npm', 'run', '--silent'], cdk: expected(cwd) };
  },
  'npm: a script, started in a subfolder': async (folder, tarball) => {
    const project = await withNpm(folder, tarball, lsScript);
    const cwd = join(project, 'lib/stacks');
    mkdirSync(cwd, { recursive: true });
    return { cwd, scripts: ['npm', 'run', '--silent'], cdk: expected(project) };
  },
  'npm: in a subfolder, with `--app` and `AWS_PROFILE`': async (folder, tarball) => {
    const project = await withNpm(folder, tarball);
    const cwd = join(project, 'lib/stacks');
    mkdirSync(cwd, { recursive: true });
    const more = ['--app', `node ${relative(cwd, join(project, 'app.cjs'))}`];
    return {
      cwd,
      start: ['npx', '--no-install', 'cdkx'],
      more,
      env: { AWS_PROFILE: 'acme-dev' },
      cdk: expected(project),
    };
  },
  'npm workspaces: cdk hoisted to the root, run in a member': async (folder, tarball) => {
    const cwd = await npmWorkspaces(folder, tarball);
    return { cwd, start: ['npx', '--no-install', 'cdkx'], cdk: expected(folder) };
  },
  'npm workspaces: a script of a member, from the root': async (folder, tarball) => {
    await npmWorkspaces(folder, tarball);
    return {
      cwd: folder,
      scripts: ['npm', 'run', '--silent', '--workspace', 'infra'],
      deploy: 'npm run deploy --workspace infra',
      cdk: expected(folder),
    };
  },
  'npm: a path with spaces and letters beyond ASCII': async (folder, tarball) => {
    const cwd = await withNpm(join(folder, 'Größere Projekte/日本 & (neu)'), tarball);
    return { cwd, start: bin(cwd), cdk: expected(cwd) };
  },
  'npm: `cdkx` and `cdk` installed globally': async (folder, tarball) => {
    const { path, modules } = await globally(folder, [tarball, cdk]);
    return { cwd: writeProject(join(folder, 'project')), start: ['cdkx'], path, cdk: join(modules, 'aws-cdk') };
  },
  "npm: `cdkx` globally, the project's own `cdk` goes first": async (folder, tarball) => {
    const { path } = await globally(folder, [tarball, 'aws-cdk@2.1130.0']);
    const cwd = await withNpm(join(folder, 'project'), tarball);
    return { cwd, start: ['cdkx'], path, cdk: expected(cwd) };
  },
  'bash: `alias cdk=cdkx`': aliased('bash', '.bashrc'),
  'zsh: `alias cdk=cdkx`': aliased('zsh', '.zshrc'),
  'pnpm: `pnpm exec cdkx`': async (folder, tarball) => {
    const cwd = prepare(folder, tarball);
    return { cwd, start: [...(await manage('pnpm', ['install'], cwd)), 'exec', 'cdkx'], cdk: expected(cwd) };
  },
  'pnpm workspaces: run in a member': async (folder, tarball) => {
    const cwd = prepare(join(folder, 'packages/infra'), tarball);
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    writeFileSync(join(folder, 'pnpm-workspace.yaml'), "packages: ['packages/*']\n");
    return { cwd, start: [...(await manage('pnpm', ['install'], folder)), 'exec', 'cdkx'], cdk: expected(cwd) };
  },
  'pnpm workspaces: `pnpm --filter infra run`': async (folder, tarball) => {
    const member = prepare(join(folder, 'packages/infra'), tarball, { name: 'infra', ...deployScript });
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    writeFileSync(join(folder, 'pnpm-workspace.yaml'), "packages: ['packages/*']\n");
    const pnpm = await manage('pnpm', ['install'], folder);
    return {
      cwd: folder,
      scripts: [...pnpm, '--silent', '--filter', 'infra', 'run'],
      deploy: 'pnpm --filter infra run deploy',
      path: await managerFolder('pnpm'),
      cdk: expected(member),
    };
  },
  'Yarn 1: `yarn cdkx`': async (folder, tarball) => {
    const cwd = prepare(folder, tarball);
    const yarn = await manage('classic', ['install', '--ignore-scripts', '--non-interactive'], cwd);
    return { cwd, start: [...yarn, '--silent', 'cdkx'], cdk: expected(cwd) };
  },
  'Yarn 4 with node_modules: `yarn cdkx`': async (folder, tarball) => {
    const { cwd, start } = await berry(folder, tarball, 'node-modules');
    return { cwd, start, cdk: expected(cwd) };
  },
  'Yarn 4 workspaces: `yarn workspace infra run`': async (folder, tarball) => {
    prepare(join(folder, 'packages/infra'), tarball, { name: 'infra', ...deployScript });
    writeFileSync(join(folder, 'package.json'), '{"private":true,"workspaces":["packages/*"]}');
    writeFileSync(join(folder, '.yarnrc.yml'), 'nodeLinker: node-modules\n');
    writeFileSync(join(folder, 'yarn.lock'), '');
    const yarn = await manage('berry', ['install'], folder);
    return {
      cwd: folder,
      scripts: [...yarn, 'workspace', 'infra', 'run'],
      deploy: 'yarn workspace infra run deploy',
      path: await managerFolder('berry'),
      cdk: expected(folder),
    };
  },
  "Yarn 4 Plug'n'Play: `yarn cdkx`": async (folder, tarball) => ({
    ...(await berry(folder, tarball, 'pnp')),
    cdk: /\/aws-cdk-npm-/,
  }),
  "Yarn 4 Plug'n'Play in a path with spaces and letters beyond ASCII": async (folder, tarball) => ({
    ...(await berry(join(folder, 'Größere Projekte 日本'), tarball, 'pnp')),
    cdk: /Größere Projekte 日本.*\/aws-cdk-npm-/,
  }),
  // Yarn unpacks aws-cdk by itself, since its templates hold Java files; a project may forbid that.
  "Yarn 4 Plug'n'Play, `aws-cdk` within its zip archive": async (folder, tarball) => ({
    ...(await berry(folder, tarball, 'pnp', { dependenciesMeta: { 'aws-cdk': { unplugged: false } } })),
    cdk: /\/aws-cdk-npm-[^/]*\.zip\//,
  }),
  "Yarn 4 Plug'n'Play, started by a global `cdkx` without yarn": async (folder, tarball) => {
    const { path } = await globally(folder, [tarball]);
    const { cwd } = await berry(join(folder, 'project'), tarball, 'pnp');
    return { cwd, start: ['cdkx'], path, cdk: /\/aws-cdk-npm-/ };
  },
  'Bun: `bun x cdkx`': async (folder, tarball) => {
    const cwd = prepare(folder, tarball);
    return { cwd, start: [...(await manage('bun', ['install'], cwd)), 'x', 'cdkx'], cdk: expected(cwd) };
  },
  'Bun as the runtime: `bun --bun x cdkx`': async (folder, tarball) => {
    const cwd = prepare(folder, tarball);
    return { cwd, start: [...(await manage('bun', ['install'], cwd)), '--bun', 'x', 'cdkx'], cdk: expected(cwd) };
  },
  'Turborepo: `turbo run`': withTurbo,
  'Nx: `nx run`': withNx,
  'Nx: `nx run-many`': withNxMany,
};
