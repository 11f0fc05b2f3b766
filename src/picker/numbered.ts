import { searchWithFuzzysort } from '../selection/fuzzy.ts';
import { addTo, find, findByWords, type Searchable } from '../selection/search.ts';
import { tell } from '../terminal/messages.ts';
import { renderTable } from '../terminal/table.ts';
import type { Terminal } from '../world.ts';
import type { Choice } from './choice.ts';

/** The maximum number of items that are printed; the user narrows a longer list first. */
const maxShown = 40;

/** Prints a numbered list and asks for a number, or for words that narrow the list. Rejects with `Cancelled`. */
export async function chooseByNumber<Item>(terminal: Terminal, choice: Choice<Item>): Promise<Item> {
  let candidates = startOf(choice);
  for (;;) {
    const shown = candidates.slice(0, maxShown);
    await print(terminal, choice, shown);
    if (shown.length < candidates.length) tell(terminal, `… and ${candidates.length - shown.length} more`);
    const answer = (await terminal.ask('number, or part of a name: ')).trim();
    // A leading 0 is not a number in the list: "013" may be the end of an account id.
    const chosen = /^[1-9]\d?$/.test(answer) ? shown[Number(answer) - 1] : undefined;
    if (chosen !== undefined) return chosen;
    const narrowed = answer === '' ? [] : narrow(choice, candidates, answer);
    const [only, ...others] = narrowed;
    if (only !== undefined && others.length === 0) return only;
    if (narrowed.length === candidates.length) tell(terminal, `all of these have "${answer}"`);
    if (narrowed.length > 0) candidates = narrowed;
    else if (answer !== '') tell(terminal, `nothing here has "${answer}"`);
  }
}

// --- internal ---

function startOf<Item>({ items, texts, query = '' }: Choice<Item>): readonly Item[] {
  const found = find(listOf(items, texts), query, searchWithFuzzysort).items;
  return found.length === 0 ? items : found.flatMap((place) => items[place] ?? []);
}

async function print<Item>(terminal: Terminal, { describe }: Choice<Item>, shown: readonly Item[]): Promise<void> {
  const { titles, rows, first = [], spare } = describe(shown, terminal.columns);
  const numbered = rows.map((row, index) => [{ text: String(index + 1) }, ...row]);
  const style = { colour: terminal.colour.stderr, width: terminal.columns, first, spare };
  terminal.write(await renderTable(['', ...titles], numbered, style));
}

/** Without fuzzy search: a single match is chosen at once, which must not happen by a typing error. */
function narrow<Item>({ texts }: Choice<Item>, items: readonly Item[], words: string): readonly Item[] {
  return findByWords(listOf(items, texts), words).flatMap((place) => items[place] ?? []);
}

function listOf<Item>(items: readonly Item[], texts: Choice<Item>['texts']): Searchable {
  const list: Searchable = { texts: [], joined: [] };
  for (const item of items) addTo(list, texts(item));
  return list;
}
