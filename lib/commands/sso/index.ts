import type { CommandGroup } from '../command.ts';

/** `cdkx sso`: its subcommands, each loaded when it is needed. */
export const ssoCommands: CommandGroup = {
  text: {
    usage: 'sso',
    description: 'Sign in to IAM Identity Center, and use its credentials.',
    examples: [
      ['cdkx sso configure', 'create profiles from your access portal'],
      ['cdkx sso login', "sign in to the session of this project's profile"],
      ['cdkx sso status', 'show all sessions and their time left'],
    ],
  },
  subcommands: {
    login: async () => (await import('./login.ts')).addSsoLogin,
    status: async () => (await import('./status.ts')).addSsoStatus,
    logout: async () => (await import('./logout.ts')).addSsoLogout,
    configure: async () => (await import('../configure/configure.ts')).addSsoConfigure,
    exec: async () => (await import('./exec.ts')).addSsoExec,
    credentials: async () => (await import('./credentials.ts')).addSsoCredentials,
    console: async () => (await import('./console.ts')).addSsoConsole,
  },
};
