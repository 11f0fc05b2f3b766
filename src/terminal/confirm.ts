import { printable } from '../lib/text.ts';
import type { Terminal } from '../world.ts';

/** Yes or no, on the terminal; without one it is no, and with `yes` nobody is asked. */
export async function isWanted(terminal: Terminal, question: string, yes: boolean, byDefault = true): Promise<boolean> {
  if (yes || !terminal.interactive) return yes;
  for (;;) {
    const typed = (await terminal.ask(`${question} ${byDefault ? '[Y/n]' : '[y/N]'} `)).trim();
    if (typed === '') return byDefault;
    if (/^y(es)?$/i.test(typed)) return true;
    if (/^no?$/i.test(typed)) return false;
    terminal.write(`"${printable(typed)}" is neither y nor n\n`);
  }
}
