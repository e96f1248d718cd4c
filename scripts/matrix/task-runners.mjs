// Layouts with a task runner, set up as docs/monorepos.md shows it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployScript, expected, lsScript, npmWorkspaces } from './installs.mjs';
import { shownJson } from './monorepos-page.mjs';

/** Task runners, with the settings that the page shows for `deploy` given to the other scripts that are checked too. */
export async function withTurbo(folder, tarball) {
  await npmWorkspaces(folder, tarball, { runner: ['turbo@2'] });
  const { tasks } = shownJson('passThroughEnv');
  const settings = { globalPassThroughEnv: ['APP_LOG'], tasks: { ...tasks, ls: tasks.deploy, show: tasks.deploy } };
  writeFileSync(join(folder, 'turbo.json'), JSON.stringify(settings));
  return {
    cwd: folder,
    scripts: ['npx', '--no-install', 'turbo', 'run', '--filter', 'infra', '--log-prefix', 'task'],
    deploy: 'CDKX_LOGIN=auto npx turbo run deploy',
    env: quietRunners,
    outputOf: taskOutput,
    cdk: expected(folder),
  };
}

/** One target of one project, whose `deploy` is the page's target in project.json. */
export async function withNx(folder, tarball) {
  const words = (script) => ['npx', '--no-install', 'nx', 'run', `infra:${script}`];
  const shown = shownJson('nx:run-commands');
  const place = await nxWorkspace(folder, tarball, { scripts: lsScript, targets: shown.targets });
  return { ...place, scriptWords: words, deploy: 'npx nx run infra:deploy' };
}

/** A target of every project, where `deploy` is a script of package.json. */
export async function withNxMany(folder, tarball) {
  const many = ['npx', '--no-install', 'nx', 'run-many', '--targets'];
  const words = (script) => [...many, script, '--outputStyle', 'stream'];
  const place = await nxWorkspace(folder, tarball, { scripts: deployScript });
  return { ...place, scriptWords: words, deploy: 'CDKX_LOGIN=auto npx nx run-many --targets deploy' };
}

async function nxWorkspace(folder, tarball, { scripts, targets = {} }) {
  const member = await npmWorkspaces(folder, tarball, { scripts, runner: ['nx@24'] });
  const { targetDefaults } = shownJson('targetDefaults');
  const { name, targets: shown } = shownJson('nx:run-commands');
  const target = (command) => ({ ...shown.deploy, options: { ...shown.deploy.options, command } });
  const ours = { ls: target(lsScript.scripts.ls), show: target(lsScript.scripts.show) };
  const settings = { analytics: false, targetDefaults: { ...targetDefaults, ls: targetDefaults.deploy } };
  writeFileSync(join(folder, 'nx.json'), JSON.stringify(settings));
  writeFileSync(join(member, 'project.json'), JSON.stringify({ name, targets: { ...ours, ...targets } }));
  return { cwd: folder, env: quietRunners, outputOf: taskOutput, cdk: expected(folder) };
}

const quietRunners = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', NX_DAEMON: 'false' };

/** What the task wrote, from what its runner printed: the JSON of `profile show`, else the name that `ls` prints. */
function taskOutput(text) {
  const plain = text.replaceAll(/^ *infra:(?:(?:ls|show):)? /gm, '');
  const found = /^\{\n[^]*?^\}$/m.exec(plain) ?? /^Matrix$/m.exec(plain);
  return found === null ? text : `${found[0]}\n`;
}
