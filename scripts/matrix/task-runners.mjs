// Layouts with a task runner, set up as docs/monorepos.md shows it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../run.mjs';
import { expected, lsScript, npmWorkspaces } from './installs.mjs';

/** A block of docs/monorepos.md with that word in it: what the page shows is what is run. */
function shownSettings(word) {
  const page = readFileSync(join(root, 'docs/monorepos.md'), 'utf8');
  const blocks = [...page.matchAll(/^```json\n([^]*?)^```$/gm)].map(([, text]) => text);
  return JSON.parse(blocks.find((text) => text.includes(word)));
}

/** Task runners, with the settings that the page shows for `deploy` given to the scripts that are checked. */
export async function withTurbo(folder, tarball) {
  await npmWorkspaces(folder, tarball, ['turbo@2']);
  const { deploy } = shownSettings('passThroughEnv').tasks;
  const settings = { globalPassThroughEnv: ['APP_LOG'], tasks: { ls: deploy, show: deploy } };
  writeFileSync(join(folder, 'turbo.json'), JSON.stringify(settings));
  const start = ['npx', '--no-install', 'turbo', 'run', '--filter', 'infra', '--log-prefix', 'task'];
  return { cwd: folder, scripts: start, env: quietRunners, outputOf: taskOutput, cdk: expected(folder) };
}

export async function withNx(folder, tarball, words) {
  const member = await npmWorkspaces(folder, tarball, ['nx@24']);
  const { deploy } = shownSettings('targetDefaults').targetDefaults;
  const shown = shownSettings('nx:run-commands');
  const { options } = shown.targets.deploy;
  const target = (command) => ({ executor: shown.targets.deploy.executor, options: { ...options, command } });
  const targets = { ls: target(lsScript.scripts.ls), show: target(lsScript.scripts.show) };
  writeFileSync(join(folder, 'nx.json'), JSON.stringify({ analytics: false, targetDefaults: { ls: deploy } }));
  writeFileSync(join(member, 'project.json'), JSON.stringify({ name: shown.name, targets }));
  return { cwd: folder, scriptWords: words, env: quietRunners, outputOf: taskOutput, cdk: expected(folder) };
}

const quietRunners = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', NX_DAEMON: 'false', CDKX_LOGIN: 'auto' };

/** What the task wrote, from what its runner printed: the JSON of `profile show`, else the name that `ls` prints. */
function taskOutput(text) {
  const plain = text.replaceAll(/^ *infra:(?:(?:ls|show):)? /gm, '');
  const found = /^\{\n[^]*?^\}$/m.exec(plain) ?? /^Matrix$/m.exec(plain);
  return found === null ? text : `${found[0]}\n`;
}
