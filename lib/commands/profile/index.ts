import type { CommandGroup } from '../command.ts';

/** `cdkx profile`: its subcommands, each loaded when it is needed. */
export const profileCommands: CommandGroup = {
  text: {
    usage: 'profile',
    description: 'Show and choose the AWS profile that a project uses.',
    examples: [
      ['cdkx profile show', "this project's profile, and why it was selected"],
      ['cdkx profile list', 'all profiles on this machine'],
      ['cdkx profile pin acme-dev', 'pin a profile for this project'],
    ],
  },
  subcommands: {
    show: async () => (await import('./show.ts')).addProfileShow,
    list: async () => (await import('./list.ts')).addProfileList,
    pin: async () => (await import('./pin.ts')).addProfilePin,
  },
};
