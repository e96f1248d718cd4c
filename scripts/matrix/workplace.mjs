// A home with one SSO profile, and a project whose app needs no library: it writes an assembly that every cdk since 2.100 can read.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { exampleProfile, tokenFile, writeHome, writeToken } from '../example-home.mjs';

const app = `const fs = require('node:fs');
const path = require('node:path');
if (process.env.APP_LOG) fs.writeFileSync(process.env.APP_LOG, JSON.stringify({ node: process.version, bun: process.versions.bun, profile: process.env.AWS_PROFILE, account: process.env.CDK_DEFAULT_ACCOUNT }));
if (process.env.APP_EXIT) process.exit(Number(process.env.APP_EXIT));
if (process.env.APP_HANGS) {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.exit(1), 50);
  process.stdout.write('app is up\\n');
} else {
  const out = process.env.CDK_OUTDIR || 'cdk.out';
  fs.mkdirSync(out, { recursive: true });
  const template = { Resources: { Greeting: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: 'grüß dich' } } } };
  fs.writeFileSync(path.join(out, 'Matrix.template.json'), JSON.stringify(template, null, 1));
  const environment = 'aws://111111111111/eu-west-1';
  const stack = { type: 'aws:cloudformation:stack', environment, properties: { templateFile: 'Matrix.template.json' } };
  fs.writeFileSync(path.join(out, 'manifest.json'), JSON.stringify({ version: '34.0.0', artifacts: { Matrix: stack } }));
}
`;

/** Writes cdk.json and the app into a folder. */
export function writeProject(folder, manifest) {
  mkdirSync(folder, { recursive: true });
  const settings = { app: 'node app.cjs', requireApproval: 'never', versionReporting: false };
  writeFileSync(
    join(folder, 'cdk.json'),
    JSON.stringify({ ...settings, context: { cdkx: exampleProfile.name } }, null, 2),
  );
  writeFileSync(join(folder, 'app.cjs'), app);
  if (manifest !== undefined) writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  return folder;
}

/** A home below the folder; its session is set by `setToken`. */
export function createHome(folder, standIn) {
  const home = writeHome(join(folder, 'home'), { startUrl: standIn.startUrl });
  return {
    home,
    log: join(folder, 'app-log.json'),
    setToken: async (expiresIn) =>
      writeToken(home, exampleProfile.session, await standIn.control('issueToken', { expiresIn })),
    /** When the stored session ends, in milliseconds since 1970. */
    tokenEnd: () => Date.parse(JSON.parse(readFileSync(tokenFile(home), 'utf8')).expiresAt),
  };
}

/** The environment of a run: nothing of this machine but programs, with these folders first on PATH. */
export function environment({ home, log }, standIn, folders, extra = {}) {
  return {
    PATH: [...folders, '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    HOME: home,
    CDK_HOME: join(home, '.cdk'),
    TMPDIR: process.env.TMPDIR ?? '/tmp',
    LANG: 'C.UTF-8',
    APP_LOG: log,
    CDK_NOTICES: 'false',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1',
    // The SDK inside cdk before 2.167 knows no AWS_ENDPOINT_URL: its calls end here at once instead of leaving the machine (`deploy` leads them).
    HTTPS_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1',
    ...standIn.env,
    ...extra,
  };
}

/** What the app wrote about its surroundings since the last call. */
export function readAppLog({ log }) {
  if (!existsSync(log)) return {};
  const seen = JSON.parse(readFileSync(log, 'utf8'));
  rmSync(log);
  return seen;
}
