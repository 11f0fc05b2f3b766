import type { Terminal } from '../world.ts';
import { type Cell, renderTable } from './table.ts';

/** How many lines fit a choice by number; a longer list is narrowed by words first. */
const mostShown = 40;

export interface Choice<Item> {
  readonly items: readonly Item[];
  /** The items as a table. */
  readonly describe: (shown: readonly Item[]) => {
    titles: readonly string[];
    rows: readonly (readonly Cell[])[];
    spare?: readonly string[];
  };
  /** The items that words leave. */
  readonly narrow: (items: readonly Item[], words: string) => readonly Item[];
}

/** A plain numbered choice on the terminal: a number, or words that narrow it. Rejects with `Cancelled`. */
export async function chooseByNumber<Item>(terminal: Terminal, choice: Choice<Item>): Promise<Item> {
  let candidates = choice.items;
  for (;;) {
    const shown = candidates.slice(0, mostShown);
    const { titles, rows, spare = [] } = choice.describe(shown);
    const numbered = rows.map((row, index) => [{ text: String(index + 1) }, ...row]);
    terminal.write(
      await renderTable(['', ...titles], numbered, {
        colour: terminal.colour.stderr,
        width: terminal.columns,
        spare,
      }),
    );
    if (shown.length < candidates.length) terminal.write(`… and ${candidates.length - shown.length} more\n`);
    const answer = (await terminal.ask('number, or part of a name: ')).trim();
    // "013" is the end of an account id.
    const chosen = /^[1-9]\d?$/.test(answer) ? shown[Number(answer) - 1] : undefined;
    if (chosen !== undefined) return chosen;
    const narrowed = answer === '' ? [] : choice.narrow(candidates, answer);
    const [only, ...others] = narrowed;
    if (only !== undefined && others.length === 0) return only;
    if (narrowed.length === candidates.length) terminal.write(`all of these have "${answer}"\n`);
    if (narrowed.length > 0) candidates = narrowed;
    else if (answer !== '') terminal.write(`nothing here has "${answer}"\n`);
  }
}
