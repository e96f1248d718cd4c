import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './cli.ts';
import { createHome, type HomeFiles } from './home.ts';
import { tempFolder } from './temp-folder.ts';

/** A profile for the shared config. */
export interface SsoProfile {
  readonly name: string;
  readonly account: string;
  readonly role: string;
}

/**
 * A shared config with these profiles on one sso-session, as `aws configure sso` writes it. Identity Center is in another region than what
 * is deployed, as it is for most: who signs in at the wrong one is refused.
 */
export function configWith(profiles: readonly SsoProfile[]): string {
  const sections = profiles.map(
    ({ name, account, role }) => `[profile ${name}]
sso_session = acme
sso_account_id = ${account}
sso_role_name = ${role}
region = eu-north-1
`,
  );
  const session = `[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
`;
  return [...sections, session].join('\n');
}

/** The shared config of most end-to-end tests. */
export const sharedConfig = configWith([{ name: 'acme-dev', account: '111111111111', role: 'Developer' }]);

export interface Workplace {
  readonly home: string;
  readonly cwd: string;
}

/** A home and a copy of the example project, whose dependencies are the repository's own. */
export function createWorkplace(files: HomeFiles & { readonly projectJson?: unknown } = {}): Workplace {
  const folder = tempFolder();
  const home = createHome(join(folder, 'home'), { config: sharedConfig, ...files });
  const cwd = join(folder, 'project');
  cpSync(join(repository, 'examples/app'), cwd, { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(cwd, 'node_modules'), 'junction');
  if (files.projectJson !== undefined) writeFileSync(join(cwd, 'cdk.json'), JSON.stringify(files.projectJson, null, 2));
  return { home, cwd };
}

/** A home and a project whose `cdk` is a script of the test's own, for what the real one cannot be made to do on demand. */
export function createScriptedProject(
  script: string,
  files: HomeFiles = {},
): Workplace & { readonly env: { CDKX_CDK: string } } {
  const folder = tempFolder();
  const cwd = join(folder, 'project');
  mkdirSync(cwd, { recursive: true });
  const cdk = join(cwd, 'scripted-cdk.cjs');
  writeFileSync(cdk, script);
  writeFileSync(join(cwd, 'cdk.json'), '{ "context": { "cdkx": "acme-dev" } }');
  return { home: createHome(join(folder, 'home'), { config: sharedConfig, ...files }), cwd, env: { CDKX_CDK: cdk } };
}
