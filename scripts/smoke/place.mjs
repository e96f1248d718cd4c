// A home and a project for one check of the smoke test.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenFile, writeHome, writeToken } from '../example-home.mjs';
import { root } from '../run.mjs';
import { start } from './machine.mjs';

/** An app with a stack in each account of the context `accounts`. It writes the assembly itself: loading aws-cdk-lib takes long on an emulator. */
const app = `const fs = require('node:fs');
const { accounts = ['111111111111'] } = JSON.parse(process.env.CDK_CONTEXT_JSON);
const out = process.env.CDK_OUTDIR;
fs.mkdirSync(out, { recursive: true });
const artifacts = {};
for (const account of accounts) {
  const templateFile = 'In' + account + '.template.json';
  const template = { Resources: { Greeting: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: process.env.AWS_PROFILE } } } };
  fs.writeFileSync(out + '/' + templateFile, JSON.stringify(template));
  artifacts['In' + account] = { type: 'aws:cloudformation:stack', environment: 'aws://' + account + '/eu-west-1', properties: { templateFile } };
}
fs.writeFileSync(out + '/manifest.json', JSON.stringify({ version: '34.0.0', artifacts }));
`;

/** A `cdk` that prints its arguments and ends with the exit code in END. */
const printingCdk =
  'console.log(JSON.stringify({ args: process.argv.slice(2), profile: process.env.AWS_PROFILE })); process.exitCode = Number(process.env.END ?? 0);';

const profiles = [
  { name: 'acme-dev', session: 'acme', account: '111111111111' },
  { name: 'acme-prod', session: 'prod', account: '222222222222' },
];

/** As editors on Windows save a file. */
const withCrlf = (text) => text.replaceAll('\n', '\r\n');

/**
 * Makes the place: profiles acme-dev and acme-prod on two sessions, and a project in "My Projects" with its own cdk (`real`, or one that only
 * prints). Files have CRLF line ends. `tokens` are issued for these sessions, with these options.
 */
export async function createPlace(
  machine,
  standIn,
  { name, cdk = 'prints', block = 'acme-dev', context = {}, tokens = {} },
) {
  const folder = join(machine.folder, 'places', name);
  rmSync(folder, { recursive: true, force: true });
  const home = writeHome(join(folder, 'home'), { startUrl: standIn.startUrl, profiles });
  const config = join(home, '.aws/config');
  writeFileSync(config, withCrlf(readFileSync(config, 'utf8')));
  for (const [session, options] of Object.entries(tokens)) {
    writeToken(home, session, await standIn.control('issueToken', options));
  }
  const project = join(folder, 'My Projects');
  mkdirSync(project);
  const settings = {
    app: 'node app.cjs',
    requireApproval: 'never',
    versionReporting: false,
    context: { cdkx: block, ...context },
  };
  writeFileSync(join(project, 'cdk.json'), `\uFEFF${withCrlf(JSON.stringify(settings, null, 2))}`);
  writeFileSync(join(project, 'app.cjs'), app);
  const ownCdk = join(project, 'node_modules/aws-cdk');
  if (cdk === 'real') cpSync(join(root, 'node_modules/aws-cdk'), ownCdk, { recursive: true });
  else {
    mkdirSync(join(ownCdk, 'bin'), { recursive: true });
    writeFileSync(join(ownCdk, 'package.json'), '{"name":"aws-cdk","version":"2.1148.1"}');
    writeFileSync(join(ownCdk, 'bin/cdk'), printingCdk);
  }
  return { ...programs(machine, standIn, { folder, home, project }), folder, home, project };
}

/** How programs are started in a place. */
function programs(machine, standIn, { folder, home, project }) {
  const env = {
    ...machine.env,
    HOME: machine.native(home),
    USERPROFILE: machine.native(home),
    CDK_HOME: machine.native(join(home, '.cdk')),
    CDK_NOTICES: 'false',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...standIn.env,
  };
  const startNode = (args, more = {}) =>
    start(machine.launch(args, { ...env, ...more }), {
      cwd: project,
      logs: join(folder, 'logs'),
      timeout: machine.timeout,
    });
  const startCdkx = (args, more) => startNode([machine.native(join(machine.folder, 'dist/cdkx.cjs')), ...args], more);
  return {
    startNode,
    startCdkx,
    cdkx: (args, more) => startCdkx(args, more).ended,
    /** The token of a session, `undefined` without one. */
    token: (session = 'acme') => {
      const file = tokenFile(home, session);
      return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
    },
  };
}
