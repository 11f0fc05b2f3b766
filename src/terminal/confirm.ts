import { printable } from '../lib/text.ts';
import type { Terminal } from '../world.ts';

/**
 * Asks a yes/no question on the terminal. With `assumeYes` it is true without asking, otherwise without a terminal
 * false.
 */
export async function confirm(
  terminal: Terminal,
  question: string,
  { assumeYes = false, default: byDefault = true }: { readonly assumeYes?: boolean; readonly default?: boolean } = {},
): Promise<boolean> {
  if (assumeYes || !terminal.interactive) return assumeYes;
  for (;;) {
    const typed = (await terminal.ask(`${question} ${byDefault ? '[Y/n]' : '[y/N]'} `)).trim();
    if (typed === '') return byDefault;
    if (/^y(es)?$/i.test(typed)) return true;
    if (/^no?$/i.test(typed)) return false;
    terminal.write(`"${printable(typed)}" is neither y nor n\n`);
  }
}
