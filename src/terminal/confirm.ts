import type { Terminal } from '../world.ts';
import { tell } from './messages.ts';

/**
 * Asks a yes/no question on the terminal. With `assumeYes` it is true without asking, otherwise without a terminal
 * false. A question with the default no guards something: what was typed before it is no answer to it.
 */
export async function confirm(
  terminal: Terminal,
  question: string,
  { assumeYes = false, default: byDefault = true }: { readonly assumeYes?: boolean; readonly default?: boolean } = {},
): Promise<boolean> {
  if (assumeYes || !terminal.interactive) return assumeYes;
  for (;;) {
    const prompt = `${question} ${byDefault ? '[Y/n]' : '[y/N]'} `;
    const typed = (await terminal.ask(prompt, undefined, byDefault ? 'use' : 'discard')).trim();
    if (typed === '') return byDefault;
    if (/^y(es)?$/i.test(typed)) return true;
    if (/^no?$/i.test(typed)) return false;
    tell(terminal, `"${typed}" is neither y nor n`);
  }
}
