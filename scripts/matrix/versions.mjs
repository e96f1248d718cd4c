// One Node with one aws-cdk: what `cdkx` does beside what `cdk` does.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkDeploy } from './check-deploy.mjs';
import { install, runCommand } from './run-command.mjs';
import { nodeFolder, quietNpm } from './tools.mjs';
import { createHome, environment, readAppLog, writeProject } from './workplace.mjs';

export const nodes = ['20', '22', '24', '26'];
export const cdks = ['2.100.0', '2.166.0', '2.1000.3', '2.1130.0', '2'];

/** Installs the tarball and that cdk into a project of its own and runs all checks: `{ node, cdk, checks }`. */
export async function checkVersions({ node, cdk, folder, tarball, standIn }) {
  mkdirSync(folder, { recursive: true });
  const project = writeProject(join(folder, 'project'), { private: true });
  await install('npm', ['install', '--save-dev', ...quietNpm, tarball, `aws-cdk@${cdk}`], { cwd: project });
  const place = createHome(folder, standIn);
  await place.setToken(8 * 3600);
  const bin = join(project, 'node_modules/.bin');
  const env = environment(place, standIn, [await nodeFolder(node)], { NO_COLOR: '1' });
  const run = (program, args, options = {}) =>
    runCommand(join(bin, program), args, { cwd: project, ...options, env: { ...env, ...options.env } });
  const bare = (args, options) => run('cdk', [...args, '--profile', 'acme-dev'], options);
  const installed = JSON.parse(readFileSync(join(project, 'node_modules/aws-cdk/package.json'), 'utf8')).version;
  const cell = { place, standIn, run, bare, installed };
  const nodeVersion = (await runCommand('node', ['--version'], { env })).stdout.trim();
  const checks = {};
  for (const [name, check] of Object.entries(all)) checks[name] = await outcome(() => check(cell));
  return { node: nodeVersion, cdk: installed, checks };
}

async function outcome(check) {
  try {
    return await check();
  } catch (error) {
    return { result: 'fail', note: String(error.message).slice(0, 300) };
  }
}

const pass = { result: 'pass' };
const verdict = (holds, note) => (holds ? pass : { result: 'fail', note });

/** A check of equal output; where bare cdk fails by itself, that is said and proved by its own exit code. */
function same(ours, theirs, expected) {
  if (theirs.code !== 0)
    return { result: 'impossible', note: `cdk itself ends with ${theirs.code ?? theirs.signal}: ${lastLine(theirs)}` };
  const holds = ours.code === 0 && ours.stdout === theirs.stdout && theirs.stdout.includes(expected);
  return verdict(holds, `cdkx: ${ours.code} ${lastLine(ours)}; cdk: ${lastLine(theirs)}`);
}

const lastLine = ({ stdout, stderr, timedOut }) =>
  timedOut ? 'no end in time' : ((stderr.trim() || stdout.trim()).split('\n').at(-1) ?? '').slice(0, 160);

const all = {
  '`--version` as of `cdk`': async ({ run, installed }) =>
    same(await run('cdkx', ['--version']), await run('cdk', ['--version']), installed),
  '`ls` as of `cdk`': async ({ run, bare }) => same(await run('cdkx', ['ls']), await bare(['ls']), 'Matrix'),
  '`synth` as of `cdk`': async ({ run, bare }) =>
    same(await run('cdkx', ['synth']), await bare(['synth']), 'AWS::SSM::Parameter'),
  'the profile reaches `cdk` and the app': async ({ run, place }) => {
    readAppLog(place);
    const ours = await run('cdkx', ['ls']);
    const seen = readAppLog(place);
    const { stdout } = await run('cdkx', ['ls', '--cdkx-dry-run']);
    return verdict(seen.profile === 'acme-dev' && stdout.includes('--profile acme-dev ls'), lastLine(ours));
  },
  'an ended session is renewed before `cdk`': async ({ run, place }) => {
    await place.setToken(-60);
    const ours = await run('cdkx', ['ls']);
    const renewed = place.tokenEnd() > Date.now();
    await place.setToken(8 * 3600);
    return verdict(renewed, lastLine(ours));
  },
  '`deploy`': async ({ run, standIn, installed }) => {
    if (standIn.proxyEnv === undefined && Number(installed.split('.')[1]) < 167)
      return { result: 'impossible', note: 'without openssl, cdk before 2.167 cannot be led to the stand-in' };
    // The SDK inside cdk before 2.167 knows no AWS_ENDPOINT_URL: its calls come to the stand-in through a proxy.
    const { holds, result } = await checkDeploy(standIn, installed, () =>
      run('cdkx', ['deploy', '--outputs-file', 'outputs.json'], { env: standIn.proxyEnv }),
    );
    return verdict(holds, lastLine(result));
  },
  'a failing app: exit code as of `cdk`': async ({ run, bare }) => {
    const env = { APP_EXIT: '42' };
    const [ours, theirs] = [await run('cdkx', ['ls'], { env }), await bare(['ls'], { env })];
    return verdict(ours.code === theirs.code && theirs.code > 0, `cdkx: ${ours.code}, cdk: ${theirs.code}`);
  },
  'SIGTERM is passed on': async ({ run }) => {
    let sent = false;
    const onOutput = (text, child) => {
      if (!text.includes('app is up') || sent) return;
      sent = true;
      child.kill('SIGTERM');
    };
    const ours = await run('cdkx', ['ls'], { env: { APP_HANGS: '1', CI: 'true' }, onOutput, endAtExit: true });
    if (sent) return verdict(ours.signal === 'SIGTERM' && !ours.timedOut, `ended with ${ours.signal ?? ours.code}`);
    return { result: 'fail', note: lastLine(ours) };
  },
};
