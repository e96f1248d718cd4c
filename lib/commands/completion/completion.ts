import { Argument, type Command } from 'commander';
import { addCommand, type CommandContext } from '../command.ts';
import { completionScripts, type Shell } from './scripts.ts';

/** Adds `cdkx completion`, which prints a completion script. */
export function addCompletion(parent: Command, run: CommandContext): void {
  const shells = Object.keys(completionScripts) as Shell[];
  addCommand(parent, {
    usage: 'completion',
    description: "Print a shell completion script for cdkx: cdk's commands and options, stacks, profiles and stages.",
    examples: [
      ['source <(cdkx completion bash)', 'bash, in ~/.bashrc'],
      ['source <(cdkx completion zsh)', 'zsh, in ~/.zshrc after compinit'],
      ['cdkx completion fish | source', 'fish, in ~/.config/fish/config.fish'],
      ['cdkx completion pwsh | Out-String | Invoke-Expression', 'PowerShell, in $PROFILE'],
    ],
    notes: ['Stack names come from the last synthesis (cdk.out).'],
  })
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .action((shell: Shell) => {
      run.ctx.stdout.write(completionScripts[shell]);
      run.end(0);
    });
}
