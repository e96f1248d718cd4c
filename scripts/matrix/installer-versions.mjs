// Which installer, and which task runner, a layout was set up with: each is asked for its version.
import { managers } from './tools.mjs';

const npm = ['npm', async () => ['npm']];
const inProject = (name) => async () => ['npx', '--no-install', name];
/** By how the names of the layouts begin: what the table calls them, and the start of their command lines. */
const installers = [
  [/^(npm|bash|zsh)\b/, [npm]],
  [/^pnpm\b/, [['pnpm', managers.pnpm]]],
  [/^Yarn 1\b/, [['Yarn', managers.classic]]],
  [/^Yarn 4\b/, [['Yarn', managers.berry]]],
  [/^Bun\b/, [['Bun', managers.bun]]],
  [/^Turborepo\b/, [npm, ['Turborepo', inProject('turbo')]]],
  [/^Nx\b/, [npm, ['Nx', inProject('nx')]]],
];

/** Those of a layout as `{ npm: '10.8.2', Nx: '24.1.0' }`; `run` runs a command where the layout is. Rejects where one does not say it. */
export async function installerVersions(layout, run) {
  const [, found] = installers.find(([start]) => start.test(layout)) ?? [];
  if (found === undefined) throw new Error(`no installer is known for the layout ${layout}`);
  const versions = {};
  for (const [name, start] of found) {
    const { stdout, stderr } = await run([...(await start()), '--version']);
    const [version] = /\d+\.\d+\.\d+\S*/.exec(stdout) ?? [];
    if (version === undefined) throw new Error(`${name} does not say its version: ${stdout}${stderr}`);
    versions[name] = version;
  }
  return versions;
}
