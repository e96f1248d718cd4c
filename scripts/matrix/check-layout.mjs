// One layout: does `cdkx ls` work there, with the profile of the project, does it run the right cdk, and does the page's command deploy?
import { mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { quoteForShell, shownCdk } from './answers.mjs';
import { checkDeploy } from './check-deploy.mjs';
import { installerVersions } from './installer-versions.mjs';
import { layouts } from './layouts.mjs';
import { runCommand } from './run-command.mjs';
import { createHome, environment, readAppLog } from './workplace.mjs';

/** Sets the layout up in the folder and checks it: `{ node, installers, checks }`. */
export async function checkLayout({ name, folder, tarball, standIn }) {
  mkdirSync(folder, { recursive: true });
  const layout = await layouts[name](folder, tarball);
  if (layout.skip !== undefined) return { checks: { all: { result: 'impossible', note: layout.skip } } };
  const place = createHome(folder, standIn);
  await place.setToken(8 * 3600);
  layout.prepareHome?.(place.home);
  const folders = [...(layout.path === undefined ? [] : [layout.path]), dirname(process.execPath)];
  const env = environment(place, standIn, folders, { NO_COLOR: '1', ...layout.env });
  const runPlain = (words) => runCommand(words[0], words.slice(1), { cwd: layout.cwd, env });
  const run = async (words) => {
    const result = await runPlain(words);
    return layout.outputOf === undefined ? result : { ...result, stdout: layout.outputOf(result.stdout) };
  };
  const listed = await run(wordsFor(layout, 'ls', ['ls', ...(layout.more ?? [])]));
  const seen = readAppLog(place);
  const shown = await run(wordsFor(layout, 'show', ['profile', 'show', '--json']));
  const path = shownCdk(shown.stdout);
  return {
    node: seen.bun === undefined ? seen.node : `Bun ${seen.bun}`,
    installers: await installerVersions(name, runPlain),
    checks: {
      'cdkx ls': verdict(listed.code === 0 && listed.stdout === 'Matrix\n', listed),
      'the profile reaches the app': verdict(seen.profile === 'acme-dev', listed),
      'the right cdk runs': isExpected(layout.cdk, path)
        ? { result: 'pass' }
        : { result: 'fail', note: `${path} ${said(shown)}` },
      ...(layout.deploy === undefined ? {} : await checkShown(layout, standIn, runPlain)),
    },
  };
}

/** The command of docs/monorepos.md, as a shell runs it. */
async function checkShown({ deploy, cdk }, standIn, run) {
  const { version } = JSON.parse(readFileSync(join(cdk, 'package.json'), 'utf8'));
  const { holds, result } = await checkDeploy(standIn, version, () => run(['sh', '-c', deploy]));
  return { [`\`${deploy}\``]: verdict(holds, result) };
}

function wordsFor({ start, scripts, scriptWords, shell }, script, args) {
  if (scriptWords !== undefined) return scriptWords(script);
  if (scripts !== undefined) return [...scripts, script];
  if (shell !== undefined) return [...shell.slice(0, -1), [shell.at(-1), ...args.map(quoteForShell)].join(' ')];
  return [...start, ...args];
}

function isExpected(cdk, path) {
  if (path === undefined) return false;
  if (cdk instanceof RegExp) return cdk.test(path);
  return realpathSync(dirname(dirname(path))) === realpathSync(cdk);
}

function verdict(holds, result) {
  return holds ? { result: 'pass' } : { result: 'fail', note: said(result) };
}

function said({ code, signal, stdout, stderr, timedOut }) {
  if (timedOut) return 'no end in time';
  return `${code ?? signal}: ${`${stdout}\n${stderr}`.trim().split('\n').slice(-6).join(' / ').slice(0, 500)}`;
}
