import { type ShellName, shellNames } from '../environment/shells.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Outcome } from '../outcome.ts';
import type { World } from '../world.ts';
import { sourceLine } from './init.ts';

/** The failure of a command that changes the shell, without a shim: a program cannot change the shell that started it. */
export function withoutShim(world: World): Outcome {
  const files: Record<ShellName, string> = {
    bash: '~/.bashrc',
    zsh: '~/.zshrc',
    fish: '~/.config/fish/config.fish',
    nu: '~/.config/nushell/config.nu',
  };
  const lines = shellNames.map((shell) => `${files[shell]}: ${sourceLine(world, shell)}`);
  const text = "this shell has not loaded awsp, so nothing was switched; add its line to the shell's start file:";
  return { code: exitCodes.usage, messages: [{ kind: 'error', text, details: lines }] };
}
