// Homes and projects for scripts that run cdkx: SSO profiles on sessions of the stand-in, and the example project.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';

/** The profile of the example project. */
export const exampleProfile = { name: 'acme-dev', session: 'acme', account: '111111111111', role: 'Developer' };

/** Writes a home with these profiles, on the sso-sessions that they name (`more`: others besides). Returns the folder. */
export function writeHome(home, { startUrl, profiles = [exampleProfile], more = [] }) {
  mkdirSync(join(home, '.aws/sso/cache'), { recursive: true, mode: 0o700 });
  const sessions = new Set([...profiles.map(({ session }) => session), ...more]);
  const sections = [...profiles.map(profileSection), ...[...sessions].map((name) => sessionSection(name, startUrl))];
  writeFileSync(join(home, '.aws/config'), sections.join('\n'), { mode: 0o600 });
  return home;
}

/** The file of a session's token in a home. */
export function tokenFile(home, session = 'acme') {
  return join(home, '.aws/sso/cache', `${createHash('sha1').update(session).digest('hex')}.json`);
}

export function writeToken(home, session, token) {
  writeFileSync(tokenFile(home, session), JSON.stringify(token), { mode: 0o600 });
}

/** A copy of the example project with all that is installed here. Returns the folder. */
export function copyExampleProject(project) {
  cpSync(join(root, 'examples/app'), project, { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'), 'junction');
  return project;
}

function profileSection({ name, session, account, role = 'Developer' }) {
  return `[profile ${name}]\nsso_session = ${session}\nsso_account_id = ${account}\nsso_role_name = ${role}\nregion = eu-west-1\n`;
}

function sessionSection(name, startUrl) {
  return `[sso-session ${name}]\nsso_start_url = ${startUrl}\nsso_region = eu-west-1\nsso_registration_scopes = sso:account:access\n`;
}
