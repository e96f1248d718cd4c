// The homes and projects that are measured: as a user has them, but with everything in a folder of their own.
import { copyFileSync, cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleProfile, writeHome, writeToken } from '../example-home.mjs';
import { root } from '../run.mjs';
import { emptyCdk } from './empty-cdk.mjs';

/** The profile of the example project. */
export const profile = exampleProfile.name;

/** What the empty `cdk` prints where cdkx has found that profile: else less would be measured than what cdkx does. */
export const deployedWithProfile = new RegExp(`^--profile ${profile} deploy$`, 'm');

/**
 * Writes a home: `profiles` SSO profiles, the project's last, on `sessions` sso-sessions, and `files` tokens in the cache, one of them
 * the project's: `token`, or none. Returns the folder.
 */
export function createHome(home, { standIn, token, profiles = 10, sessions = 1, files = 1 }) {
  const names = ['acme', ...numbers(sessions - 1).map((number) => `acme-${number}`)];
  const others = numbers(profiles - 1).map((number) => ({
    name: `acme-account-${number}`,
    session: names[number % sessions],
    account: String(300_000_000_000 + number),
  }));
  writeHome(home, { startUrl: standIn.startUrl, profiles: [...others, exampleProfile], more: names });
  mkdirSync(join(home, 'tmp'));
  for (const number of numbers(files - 1))
    writeToken(home, `other-${number}`, { ...token, startUrl: standIn.startUrl });
  if (token !== undefined) writeToken(home, 'acme', token);
  return home;
}

/** A copy of the example project with cdk, cdkx and the construct library installed. */
export function createProject(folder) {
  cpSync(join(root, 'examples/app'), folder, { recursive: true });
  for (const name of ['aws-cdk', 'aws-cdk-lib', 'constructs']) link(join(root, 'node_modules', name), folder, name);
  link(root, folder, 'cdkx');
  linkProgram(folder, 'cdk', '../aws-cdk/bin/cdk');
  linkProgram(folder, 'cdkx', '../cdkx/dist/cdkx.cjs');
  return folder;
}

/** The same project, whose cdk only says when it started. To cdkx it looks like the real one: all but its start file is. */
export function createEmptyProject(folder) {
  const [real, cdk] = [join(root, 'node_modules/aws-cdk'), join(folder, 'node_modules/aws-cdk')];
  mkdirSync(join(cdk, 'bin'), { recursive: true });
  copyFileSync(join(root, 'examples/app/cdk.json'), join(folder, 'cdk.json'));
  for (const name of readdirSync(real).filter((each) => each !== 'bin')) symlinkSync(join(real, name), join(cdk, name));
  writeFileSync(join(cdk, 'bin/cdk'), emptyCdk, { mode: 0o755 });
  return folder;
}

/** `1` to `count`. */
function numbers(count) {
  return Array.from({ length: Math.max(count, 0) }, (_, index) => index + 1);
}

function link(target, folder, name) {
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(target, join(folder, 'node_modules', name), 'junction');
}

function linkProgram(folder, name, target) {
  symlinkSync(target, join(folder, 'node_modules/.bin', name));
}
