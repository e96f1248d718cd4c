import {
  buildSharedConfig,
  parseSharedConfig,
  type SharedConfig,
  type SharedFile,
} from '../../lib/aws-config/shared-config.ts';

export const ssoSession =
  '[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\n';

/** The section of a profile on the session above. */
export function sso(name: string, account: string, role: string): string {
  return `[profile ${name}]\nsso_session = acme\nsso_account_id = ${account}\nsso_role_name = ${role}\n`;
}

/** Shared config from texts, without files. */
export function sharedConfig(config: string, credentials = ''): SharedConfig {
  return buildSharedConfig(sharedFile(config, 'config'), sharedFile(credentials, 'credentials'));
}

export function sharedFile(text: string, kind: 'config' | 'credentials'): SharedFile {
  const shownPath = `~/.aws/${kind}`;
  return { path: `/home/me/.aws/${kind}`, shownPath, exists: text !== '', parsed: parseSharedConfig(text, kind) };
}
