// `npm run screens`: the main screens as you see them in 80 columns, as SVG in docs/screens, for light and dark pages.
import xterm from '@xterm/headless';
import { spawn as openTerminal } from '@lydell/node-pty';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled } from './ensure-installed.mjs';
import { copyExampleProject, exampleProfile, writeHome, writeToken } from './example-home.mjs';
import { readOptions } from './read-options.mjs';
import { root, run } from './run.mjs';
import { startStandIn } from './stand-in.mjs';
import { framesToSvg, screenToSvg, takeFrame } from './screen-to-svg.mjs';

const columns = 80;
const enter = '\r';
/** A change is put into an animation when it has stood for so long, milliseconds: a spinner is not a change. */
const settledMs = 250;
const profiles = [exampleProfile, { ...exampleProfile, name: 'acme-prod', account: '222222222222', role: 'Deployer' }];

/** The project block with which a fresh laptop deploys. */
const pin = (startUrl) => ({
  profile: exampleProfile.name,
  account: exampleProfile.account,
  role: exampleProfile.role,
  region: 'eu-west-1',
  ssoSession: { name: 'acme', startUrl, region: 'eu-west-1' },
});

/**
 * What is typed, in order, when which text has come; the screen is taken when `until` has come, or the program has ended. `isFresh`: an
 * empty ~/.aws. `isAnimated`: from the first line to the last.
 */
const screens = [
  {
    name: 'first-run',
    args: ['deploy'],
    isFresh: true,
    typed: [
      ['?', enter],
      ['?', enter],
    ],
    until: 'exit',
    browser: true,
    isAnimated: true,
  },
  { name: 'wrong-account', args: ['deploy', '--profile', 'acme-prod'], session: 26_000, pinned: true, until: 'exit' },
  { name: 'device-code', args: ['deploy'], session: -7800, typed: [['?', 'y']], until: '▄▄▄▄▄' },
  { name: 'sso-status', args: ['sso', 'status'], session: 26_000, until: 'exit' },
  { name: 'profile-show', args: ['profile', 'show'], session: 26_000, until: 'exit' },
  {
    name: 'two-roles',
    args: ['profile', 'show'],
    session: 26_000,
    profiles: [
      { ...exampleProfile, name: 'acme-read', role: 'ReadOnlyAccess' },
      { ...exampleProfile, name: 'acme-deploy', role: 'DeployAccess' },
    ],
    block: { account: exampleProfile.account, role: { read: 'ReadOnlyAccess', change: 'DeployAccess' } },
    until: 'exit',
  },
  {
    name: 'wrong-region',
    args: ['deploy'],
    session: 26_000,
    block: {
      stages: { prod: { profile: 'acme-prod', account: '222222222222', region: 'eu-west-1', protected: true } },
    },
    env: { CDKX_STAGE: 'prod', AWS_REGION: 'us-east-1' },
    until: 'exit',
  },
  {
    name: 'request-access',
    args: ['deploy'],
    session: 26_000,
    role: 'Owner',
    block: { profile: 'acme-dev', requestAccess: 'https://access.example.com/?account={account}&role={role}' },
    until: 'Stop',
  },
  { name: 'unknown-profile', args: ['deploy', '--profile', 'acme-pord'], session: 26_000, until: 'exit' },
];

const { only } = readOptions(
  { only: { type: 'string', multiple: true, default: [] } },
  'npm run screens -- [--only NAME]…',
);

ensureInstalled();
run('build', 'node', ['scripts/build.mjs']);
mkdirSync(join(root, 'docs/screens'), { recursive: true });
const standIn = await startStandIn();
try {
  for (const screen of screens) if (only.length === 0 || only.includes(screen.name)) await take(screen);
} finally {
  await standIn.close();
}

async function take(screenshot) {
  const { name, args, typed = [], until, browser = false, isAnimated = false } = screenshot;
  const folder = mkdtempSync(join(tmpdir(), 'cdkx-screen-'));
  const { home, project } = await prepare(folder, screenshot);
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
    ...screenshot.env,
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
  const frames = [];
  const keep = () => {
    const frame = takeFrame(screen, Date.now());
    if (JSON.stringify(frame.rows) !== JSON.stringify(frames.at(-1)?.rows)) frames.push(frame);
  };
  let unread = '';
  let settled;
  await new Promise((resolve) => {
    program.onData((data) => {
      unread += data;
      screen.write(data);
      clearTimeout(settled);
      settled = setTimeout(() => {
        keep();
        // A question waits: it is answered when it can be read.
        const [wanted, keys] = typed[0] ?? [];
        if (wanted === undefined || !unread.includes(wanted)) return;
        typed.shift();
        unread = '';
        program.write(keys);
      }, settledMs);
      if (unread.includes(until)) setTimeout(resolve, settledMs);
    });
    program.onExit(resolve);
  });
  clearTimeout(settled);
  await new Promise((resolve) => screen.write('', resolve));
  keep();
  const command = ['cdkx', ...args].join(' ');
  const svg = (isAnimated ? framesToSvg(frames, command) : screenToSvg(screen, command))
    .replaceAll(folder, '~')
    .replaceAll(root, '~/project/node_modules/cdkx');
  writeFileSync(join(root, 'docs/screens', `${name}.svg`), svg);
  program.kill();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.stderr.write(`docs/screens/${name}.svg\n`);
}

async function prepare(folder, { session, isFresh = false, pinned = false, block, role, profiles: own = profiles }) {
  const home = join(folder, 'home');
  const project = copyExampleProject(join(folder, 'project'));
  if (isFresh) mkdirSync(home, { recursive: true });
  else {
    const [first, ...others] = own;
    writeHome(home, { startUrl: standIn.startUrl, profiles: [{ ...first, ...(role && { role }) }, ...others] });
    const token = await standIn.control('issueToken', { expiresIn: session, refreshable: session > 0 });
    writeToken(home, 'acme', token);
  }
  if (isFresh || pinned || block) {
    const path = join(project, 'cdk.json');
    const json = JSON.parse(readFileSync(path, 'utf8'));
    json.context = { ...json.context, cdkx: block ?? pin(standIn.startUrl) };
    writeFileSync(path, JSON.stringify(json, null, 2));
  }
  return { home, project };
}
