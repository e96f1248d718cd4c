// `npm run demo`: from an expired session to a deployed stack, on this machine alone.
// On a terminal the person signs in, in their own browser, on the stand-in's page; without one this script plays the person.
//   npm run demo -- [--no-build]   (what is built already)
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled } from './ensure-installed.mjs';
import { copyExampleProject, writeHome, writeToken } from './example-home.mjs';
import { root, run } from './run.mjs';
import { startStandIn } from './stand-in.mjs';

const isPerson = process.stdin.isTTY && process.stdout.isTTY && process.stderr.isTTY;
const cdkxArguments = [join(root, 'dist/cdkx.cjs'), 'deploy'];
const say = (line = '') => process.stderr.write(`${line}\n`);

ensureInstalled();
if (!process.argv.includes('--no-build')) run('build', 'node', ['scripts/build.mjs']);

const folder = mkdtempSync(join(tmpdir(), 'cdkx-demo-'));
// A person's own browser finds no page on the portal's host.
const standIn = await startStandIn({ verificationPages: 'here' });
let exitCode = 1;
try {
  const { home, project } = await prepare();
  explain(home);
  exitCode = isPerson ? await deployForPerson(home, project) : await deployAsPerson(home, project);
  say(
    exitCode === 0
      ? '\nDeployed. All of it is gone again: the stand-in, the home and the project.'
      : '\nThe demo failed.',
  );
} finally {
  await standIn.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
process.exitCode = exitCode;

/** A home whose only profile has a session that expired two hours ago, and a copy of the example project. */
async function prepare() {
  const home = writeHome(join(folder, 'home'), { startUrl: standIn.startUrl });
  writeToken(home, 'acme', await standIn.control('issueToken', { expiresIn: -7800, refreshable: false }));
  return { home, project: copyExampleProject(join(folder, 'project')) };
}

function explain(home) {
  say();
  say('A stand-in for AWS listens on this machine: Identity Center, STS, CloudFormation, SSM and S3.');
  say(`A throw-away home (${home}) has one profile, acme-dev, whose SSO session has expired.`);
  say('The project is examples/app, and what runs is the built cdkx with the real cdk:');
  say();
  say('  $ cdkx deploy');
  say();
}

/** The developer's own environment without what would change the demo, pointed at the stand-in and the throw-away home. */
function environment(home) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|AMAZON_|CDK|npm_|NODE_OPTIONS$)/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    HOME: home,
    USERPROFILE: home,
    CDK_HOME: join(home, '.cdk'),
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    NODE_NO_WARNINGS: '1',
    ...standIn.env,
  };
}

/** The person has the terminal; a browser opens with their own home, not the throw-away one. */
function deployForPerson(home, project) {
  const env = environment(home);
  const isDesktop = process.platform !== 'linux' || env.DISPLAY || env.WAYLAND_DISPLAY;
  if (isDesktop && !env.BROWSER && !env.SSH_CONNECTION) {
    env.BROWSER = `"${process.execPath}" "${join(root, 'scripts/demo-browser.mjs')}" %s`;
    env.DEMO_HOME = homedir();
  }
  const child = spawn(process.execPath, cdkxArguments, { cwd: project, env, stdio: 'inherit' });
  process.on('SIGINT', () => undefined);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

/** Nobody is there: cdkx gets a pseudo-terminal, answers to its questions, and a browser that signs in by itself. */
async function deployAsPerson(home, project) {
  const { spawn: openTerminal } = await import('@lydell/node-pty');
  const env = environment(home);
  for (const name of ['CI', 'SSH_CONNECTION', 'SSH_TTY', 'SSH_CLIENT', ...agentVariables(env)]) delete env[name];
  env.BROWSER = `"${process.execPath}" "${join(root, 'scripts/demo-person.mjs')}" %s`;
  const terminal = openTerminal(process.execPath, cdkxArguments, { cols: 100, rows: 40, cwd: project, env });
  let seen = '';
  let isAnswered = false;
  terminal.onData((data) => {
    process.stdout.write(data);
    seen += data;
    if (!isAnswered && seen.includes('Sign in now?')) {
      isAnswered = true;
      terminal.write('y');
    }
  });
  return new Promise((resolve) => {
    terminal.onExit(({ exitCode: code, signal }) => resolve(signal ? 128 + signal : code));
  });
}

/** Variables by which cdk and cdkx recognise an agent: whoever runs the demo, its actor is a person. */
function agentVariables(env) {
  const signs =
    /^(AI_AGENT|AGENT|CLAUDECODE|CODEX_.*|CURSOR_AGENT|VSCODE_AGENT|CLINE_ACTIVE|GEMINI_CLI|OPENCODE|COPILOT_CLI|AUGMENT_AGENT|QWEN_CODE)$/;
  return Object.keys(env).filter((name) => signs.test(name));
}
