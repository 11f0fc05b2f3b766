import type { World } from '../world.ts';

/**
 * Over SSH, where the browser is on another machine: puts a text on the clipboard of the machine that the person sits at.
 * Returns the lines that say so: many terminals ask their person first, or are set to ignore it.
 */
export function copyOverSsh({ env, terminal }: Pick<World, 'env' | 'terminal'>, text: string): readonly string[] {
  const isOverSsh = Boolean(env.SSH_CONNECTION || env.SSH_TTY);
  // The console of Linux shows a part of the sequence as text.
  if (!isOverSsh || !terminal.interactive || !terminal.canDraw || env.TERM === 'linux') return [];
  terminal.copy(text);
  return ['it is on your clipboard, where your terminal allows that'];
}

/** What tells a terminal to copy a text (OSC 52 of xterm's "ctlseqs"). */
export function copySequence(text: string): string {
  return `\u001B]52;c;${Buffer.from(text).toString('base64')}\u0007`;
}
