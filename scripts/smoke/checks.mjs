// What the smoke test checks, on every system: each check makes its own place and throws when it fails.
import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSignInPage } from '../sign-in-page.mjs';
import { createPlace } from './place.mjs';

const expired = { expiresIn: -60 };
const unusable = { expiresIn: -60, refreshable: false };

/** The checks by name, in the order in which they run. */
export const checks = {
  'prints its version': async ({ machine, standIn }) => {
    const { cdkx } = await createPlace(machine, standIn, { name: 'version' });
    const { code, stdout } = await cdkx(['--cdkx-version']);
    assert.equal(code, 0);
    assert.match(stdout, /^\d+\.\d+\.\d+/);
  },

  'refreshes an expired session and deploys with the real cdk, from a path with spaces': async ({
    machine,
    standIn,
  }) => {
    const place = await createPlace(machine, standIn, { name: 'deploy', cdk: 'real', tokens: { acme: expired } });
    const run = await place.cdkx(['deploy']);
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(await stacks(standIn), ['111111111111/In111111111111']);
    assert.ok(isValid(place.token()), 'the token was refreshed');
  },

  'deploys to two accounts in one run': async ({ machine, standIn }) => {
    const accounts = { 111111111111: 'acme-dev', 222222222222: 'acme-prod' };
    const place = await createPlace(machine, standIn, {
      name: 'accounts',
      cdk: 'real',
      block: { profile: 'acme-dev', accounts },
      context: { accounts: Object.keys(accounts) },
      tokens: { acme: expired, prod: expired },
    });
    const run = await place.cdkx(['deploy', '--all']);
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(await stacks(standIn), ['111111111111/In111111111111', '222222222222/In222222222222']);
  },

  'signs in with a device code': async ({ machine, standIn }) => {
    const place = await createPlace(machine, standIn, { name: 'device', tokens: { acme: unusable } });
    const { ended } = place.startCdkx(['sso', 'login', '--device-code', '--no-browser']);
    const [userCode] = await until('a user code', ended, async () => {
      const waiting = await standIn.control('waitingUserCodes');
      return waiting.length > 0 ? waiting : undefined;
    });
    await standIn.control('answerDevice', { userCode });
    const run = await ended;
    assert.equal(run.code, 0, run.stderr);
    assert.ok(isValid(place.token()), 'there is a valid token');
  },

  'signs in with a browser, then runs cdk': async ({ machine, standIn }) => {
    const place = await createPlace(machine, standIn, { name: 'browser', tokens: { acme: unusable } });
    const opened = join(place.folder, 'opened');
    const browser = join(place.folder, 'a browser.cjs');
    writeFileSync(
      browser,
      `require('node:fs').writeFileSync(${JSON.stringify(machine.native(opened))}, process.argv[2]);`,
    );
    const quoted = [machine.node, machine.native(browser)].map((word) => `"${word}"`).join(' ');
    const { ended } = place.startCdkx(['deploy'], { BROWSER: `${quoted} %s`, CDKX_LOGIN: 'auto' });
    const address = await until('the address', ended, () => existsSync(opened) && readFileSync(opened, 'utf8'));
    const press = await openSignInPage(address);
    await press('allow');
    const run = await ended;
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(JSON.parse(run.stdout).args, ['--profile', 'acme-dev', 'deploy']);
    assert.ok(isValid(place.token()), 'there is a valid token');
  },

  'passes arguments and the exit code of cdk on': async ({ machine, standIn }) => {
    const { cdkx } = await createPlace(machine, standIn, { name: 'arguments', tokens: { acme: {} } });
    const args = ['deploy', 'a b', 'c"d', 'e\\', '%PATH%', '&f', '^g'];
    const { code, stdout, stderr } = await cdkx(args, { END: '3' });
    assert.equal(code, 3, stderr);
    assert.deepEqual(JSON.parse(stdout), { args: ['--profile', 'acme-dev', ...args], profile: 'acme-dev' });
  },

  'ends with the documented exit codes': async ({ machine, standIn }) => {
    const { cdkx } = await createPlace(machine, standIn, { name: 'codes', tokens: { acme: unusable, prod: {} } });
    const codes = async (...runs) => Promise.all(runs.map(async (args) => (await cdkx(args)).code));
    assert.deepEqual(
      await codes(
        ['sso', 'nonsense'],
        ['deploy'],
        ['deploy', '--profile', 'nobody'],
        ['sso', 'exec', '--profile', 'acme-prod', '--', 'no-such-program'],
      ),
      [64, 77, 78, 127],
    );
  },

  'keeps CRLF line ends when it pins a profile': async ({ machine, standIn }) => {
    const { cdkx, project } = await createPlace(machine, standIn, { name: 'pin', tokens: { acme: {} } });
    const run = await cdkx(['profile', 'pin', 'acme-prod']);
    const text = readFileSync(join(project, 'cdk.json'), 'utf8');
    assert.equal(run.code, 0, run.stderr);
    assert.match(text, /222222222222/);
    assert.doesNotMatch(text, /[^\r]\n/);
  },

  'runs npm, a batch file on Windows, through sso exec': async ({ machine, standIn }) => {
    const { cdkx, project } = await createPlace(machine, standIn, { name: 'exec', tokens: { acme: expired } });
    const script =
      'console.log(JSON.stringify([process.env.AWS_PROFILE, ...process.argv.slice(2)])); process.exitCode = 5;';
    writeFileSync(join(project, 'script.cjs'), script);
    writeFileSync(join(project, 'package.json'), '{ "scripts": { "smoke": "node script.cjs" } }');
    const { code, stdout, stderr } = await cdkx([
      'sso',
      'exec',
      '--',
      'npm',
      'run',
      '--silent',
      'smoke',
      '--',
      'a b',
      'c&d',
    ]);
    assert.equal(code, 5, stderr);
    // Wine's cmd.exe shows the commands of a batch file before.
    assert.deepEqual(JSON.parse(stdout.trim().split('\n').at(-1)), ['acme-dev', 'a b', 'c&d']);
  },

  'runs no program of the project': async ({ machine, standIn }) => {
    const place = await createPlace(machine, standIn, { name: 'planted', tokens: { acme: unusable, prod: {} } });
    addLoginProfile(place);
    const login = ['ls', '--profile', 'console'];
    const withoutPlants = await place.cdkx(login);
    const log = join(place.folder, 'planted.log');
    const { trap, env: plants } = plant(machine, place, ['aws', 'rundll32', 'xdg-open', 'open', 'npm'], log);
    // On every system "." leads there; Windows looks in the working directory for bare names too.
    const env = { ...plants, PATH: ['.', '', machine.env.PATH].join(machine.isWindows ? ';' : ':') };
    const signIn = place.startCdkx(['sso', 'login'], { ...env, CDKX_DEVICE_CODE: '0' });
    const address = await until('the URL', signIn.ended, () => /http:\/\/127\.0\.0\.1\S+/.exec(signIn.stderr())?.[0]);
    await (
      await openSignInPage(address)
    )('allow');
    assert.equal((await signIn.ended).code, 0);
    // The AWS CLI is asked for its version, which a planted Node would answer too.
    assert.equal((await place.cdkx(login, env)).stderr, withoutPlants.stderr);
    await place.cdkx(['sso', 'exec', '--profile', 'acme-prod', '--', 'npm', '--version'], plants);
    await place.cdkx(['sso', 'exec', '--profile', 'acme-prod', '--', 'aws', 's3', 'ls'], plants);
    assert.equal(existsSync(log) ? readFileSync(log, 'utf8') : '', '');
    // The trap works: started by its own path, it leaves its mark.
    await place.startNode(
      ['-e', "require('node:child_process').spawnSync(process.argv[1], ['x'])", machine.native(trap)],
      plants,
    ).ended;
    assert.match(readFileSync(log, 'utf8'), / x/);
  },

  'waits for a file that another program holds open': async ({ machine, standIn }) => {
    if (!machine.isWindows) return; // Only Windows refuses to replace such a file.
    const { cdkx, project, startNode } = await createPlace(machine, standIn, { name: 'held', tokens: { acme: {} } });
    const holder = `require('node:fs').writeFileSync('ready', ''); setTimeout(() => undefined, 2500);`;
    writeFileSync(join(project, 'holder.cjs'), holder);
    const holding = startNode([
      '-e',
      `require('node:child_process').spawnSync(process.env.ComSpec ?? 'cmd.exe', ['/d', '/c', 'node holder.cjs < cdk.json'], { stdio: 'inherit' })`,
    ]);
    await until('the holder', holding.ended, () => existsSync(join(project, 'ready')));
    const probe = await startNode(['-e', `require('node:fs').renameSync('app.cjs', 'cdk.json')`]).ended;
    assert.notEqual(probe.code, 0, 'the file is held');
    const run = await cdkx(['profile', 'pin', 'acme-prod']);
    assert.equal(run.code, 0, run.stderr);
    assert.match(readFileSync(join(project, 'cdk.json'), 'utf8'), /222222222222/);
    await holding.ended;
  },

  'refreshes once for eight processes': async ({ machine, standIn }) => {
    const { cdkx } = await createPlace(machine, standIn, { name: 'eight', tokens: { acme: expired } });
    const before = await refreshes(standIn);
    const runs = await Promise.all(Array.from({ length: 8 }, () => cdkx(['deploy'])));
    assert.deepEqual(
      runs.map(({ code }) => code),
      Array(8).fill(0),
      runs.map(({ stderr }) => stderr).join('\n'),
    );
    assert.equal((await refreshes(standIn)) - before, 1);
  },

  'shows and ends a session': async ({ machine, standIn }) => {
    const { cdkx, token } = await createPlace(machine, standIn, { name: 'logout', tokens: { acme: {} } });
    const status = await cdkx(['sso', 'status', '--json']);
    assert.equal(status.code, 0, status.stderr);
    assert.ok(JSON.parse(status.stdout));
    assert.equal((await cdkx(['sso', 'logout', '--all'])).code, 0);
    assert.equal(token(), undefined);
  },
};

function isValid(token) {
  return token !== undefined && Date.parse(token.expiresAt) > Date.now();
}

async function ask(standIn, name) {
  return (await fetch(`${standIn.url}/_admin/${name}`)).json();
}

async function stacks(standIn) {
  return (await ask(standIn, 'state')).stacks
    .map(({ account, name }) => `${account}/${name}`)
    .filter((name) => !name.endsWith('/CDKToolkit'))
    .sort();
}

async function refreshes(standIn) {
  return (await ask(standIn, 'log')).filter(({ grant }) => grant === 'refresh_token').length;
}

/** Polls until there is something to return; fails when the program ends first. */
async function until(what, ended, look) {
  let over;
  ended.then((end) => (over = end));
  for (;;) {
    const found = await look();
    if (found) return found;
    if (over !== undefined) throw new Error(`The program ended (${over.code}) before ${what} came:\n${over.stderr}`);
    await sleep(50);
  }
}

/**
 * Puts programs of these names into the project, which write their command line to the log. Returns one of them, and the variables that make
 * them do that.
 */
function plant(machine, { project, home }, names, log) {
  if (!machine.isWindows) {
    for (const name of names) {
      writeFileSync(join(project, name), `#!/bin/sh\necho "$0 $*" >> "${log}"\n`);
      chmodSync(join(project, name), 0o755);
    }
    return { trap: join(project, names[0]), env: {} };
  }
  // node.exe under another name, with a file that it loads first.
  const preload = join(home, 'log.cjs');
  const line = `require('node:fs').appendFileSync(${JSON.stringify(machine.native(log))}, process.execPath + ' ' + process.argv.slice(1).join(' ') + '\\n')`;
  writeFileSync(
    preload,
    `if (!/node\\.exe$/i.test(process.execPath)) { process.argv[1] &&= process.argv[1].split('\\\\').at(-1); ${line}; }`,
  );
  for (const name of names) {
    link(machine.nodeFile, join(project, `${name}.exe`));
    writeFileSync(join(project, `${name}.cmd`), `@echo ${name}.cmd x>>"${machine.native(log)}"\r\n`);
  }
  const options = `--require "${machine.native(preload).replaceAll('\\', '\\\\')}"`;
  return { trap: join(project, `${names[0]}.exe`), env: { NODE_OPTIONS: options } };
}

function link(from, to) {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/** Adds the profile `console` of `aws login`, for which cdkx asks the AWS CLI. */
function addLoginProfile({ home }) {
  const config = join(home, '.aws/config');
  const profile = '[profile console]\r\nlogin_session = arn:aws:iam::111111111111:user/ada\r\nregion = eu-west-1\r\n';
  writeFileSync(config, `${readFileSync(config, 'utf8')}\r\n${profile}`);
}
