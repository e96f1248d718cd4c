// `npm run screens`: the main screens as a person sees them in 80 columns, as SVG in docs/screens, for light and dark pages.
import xterm from '@xterm/headless';
import { spawn as openTerminal } from '@lydell/node-pty';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled } from './ensure-installed.mjs';
import { copyExampleProject, exampleProfile, writeHome, writeToken } from './example-home.mjs';
import { root, run } from './run.mjs';
import { startStandIn } from './stand-in.mjs';
import { screenToSvg } from './screen-to-svg.mjs';

const columns = 80;
const profiles = [exampleProfile, { ...exampleProfile, name: 'acme-prod', account: '222222222222', role: 'Deployer' }];

/** What is typed when which text has come; the screen is taken when `until` has come. */
const screens = [
  { name: 'deploy', args: ['deploy'], session: -7800, typed: { 'Log in now?': 'y' }, until: 'Outputs:', browser: true },
  { name: 'device-code', args: ['deploy'], session: -7800, typed: { 'Log in now?': 'y' }, until: 'waiting until' },
  { name: 'sso-status', args: ['sso', 'status'], session: 26_000, until: 'exit' },
  { name: 'profile-show', args: ['profile', 'show'], session: 26_000, until: 'exit' },
  { name: 'unknown-profile', args: ['deploy', '--profile', 'acme-pord'], session: 26_000, until: 'exit' },
];

ensureInstalled();
run('build', 'node', ['scripts/build.mjs']);
mkdirSync(join(root, 'docs/screens'), { recursive: true });
const standIn = await startStandIn();
try {
  for (const screen of screens) await take(screen);
} finally {
  await standIn.close();
}

async function take({ name, args, session, typed = {}, until, browser = false }) {
  const folder = mkdtempSync(join(tmpdir(), 'cdkx-screen-'));
  const { home, project } = await prepare(folder, session);
  const screen = new xterm.Terminal({ cols: columns, rows: 60, allowProposedApi: true });
  const env = {
    PATH: process.env.PATH,
    TERM: 'xterm-256color',
    HOME: home,
    CDK_HOME: join(home, '.cdk'),
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    NODE_NO_WARNINGS: '1',
    ...standIn.env,
    ...(browser
      ? { BROWSER: `"${process.execPath}" "${join(root, 'scripts/demo-person.mjs')}" %s` }
      : { SSH_CONNECTION: 'remote' }),
  };
  const program = openTerminal(process.execPath, [join(root, 'dist/cdkx.cjs'), ...args], {
    cols: columns,
    rows: 60,
    cwd: project,
    env,
  });
  let seen = '';
  await new Promise((resolve) => {
    program.onData((data) => {
      seen += data;
      screen.write(data);
      for (const [text, keys] of Object.entries(typed)) {
        if (!seen.includes(text)) continue;
        delete typed[text];
        program.write(keys);
      }
      if (seen.includes(until)) resolve();
    });
    program.onExit(resolve);
  });
  await new Promise((resolve) => screen.write('', resolve));
  const svg = screenToSvg(screen, ['cdkx', ...args].join(' '))
    .replaceAll(folder, '~')
    .replaceAll(root, '~/project/node_modules/cdkx');
  writeFileSync(join(root, 'docs/screens', `${name}.svg`), svg);
  program.kill();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.stderr.write(`docs/screens/${name}.svg\n`);
}

async function prepare(folder, secondsLeft) {
  const home = writeHome(join(folder, 'home'), { startUrl: standIn.startUrl, profiles });
  const token = await standIn.control('issueToken', { expiresIn: secondsLeft, refreshable: secondsLeft > 0 });
  writeToken(home, 'acme', token);
  return { home, project: copyExampleProject(join(folder, 'project')) };
}
