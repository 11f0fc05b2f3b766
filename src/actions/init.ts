import { type ShellName, shells } from '../environment/shells.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Outcome } from '../outcome.ts';
import type { World } from '../world.ts';

/** The line that loads the shell integration. */
export function sourceLine(world: World, shell: ShellName): string {
  const path = shells[shell].quote(`${world.programFolder}/shell/awsp.${shell}`);
  return `${shell === 'bash' || shell === 'zsh' ? '.' : 'source'} ${path}`;
}

/** `awsp init <shell>`: code that loads the shell integration; the line itself, so that no shell start waits for Node. */
export function init(world: World, shell: ShellName): Outcome {
  return { code: exitCodes.done, stdout: `${sourceLine(world, shell)}\n` };
}
