import { Cancelled } from '../errors.ts';
import { addTo, type Found, type FuzzyLetters, type FuzzySearch, find, type Searchable } from '../selection/search.ts';
import type { Settings } from '../settings/types.ts';
import { measureFor } from '../terminal/table.ts';
import type { Terminal, World } from '../world.ts';
import type { Choice } from './choice.ts';
import { canvasOn, type Picture } from './drawing.ts';
import { chooseWithFzf } from './fzf.ts';
import { readKeys } from './keys.ts';
import { chooseByNumber } from './numbered.ts';
import { obey, openPicker, type Picker } from './state.ts';
import { pageHeight, pageOf, shownOn, type ViewSize, view } from './view.ts';

/**
 * A person chooses one of several on the terminal: in the picker, in fzf where the settings say so, by number where the
 * terminal can show no more than lines. Rejects with `Cancelled`; the screen is then, as after a choice, what it was.
 */
export async function choose<Item>(
  { world, settings }: { readonly world: World; readonly settings: Settings },
  choice: Choice<Item>,
): Promise<Item> {
  const { terminal } = world;
  if (!terminal.canDraw) return chooseByNumber(terminal, choice);
  const place = settings.picker === 'fzf' ? await chooseWithFzf(world, choice) : null;
  const chosen = choice.items[place ?? (await pickOn(terminal, choice))];
  if (chosen === undefined) throw new Cancelled();
  return chosen;
}

// --- internal ---

/**
 * The picker is awsp's own. Of the prompt libraries that run on Node 20 only @clack/core is as fast, and that draws below the
 * prompt, where its last frame stays, and with it what a resized window made of the others; it also takes Ctrl-J and Ctrl-K
 * for the editing of a line.
 */
async function pickOn<Item>(terminal: Terminal, choice: Choice<Item>): Promise<number> {
  const screen = await terminal.takeOver();
  const canvas = canvasOn(screen.draw);
  try {
    const draw = painter(choice, terminal.colour.stderr);
    const { query = '' } = choice;
    // The first picture waits for nothing that it can do without.
    if (query === '' && !screen.hasNext())
      canvas.show(await draw(openPicker('', everything(choice)), screen.size(), null));
    const fuzzy = await import('../selection/fuzzy.ts');
    const { search, readSome } = searchIn(choice, fuzzy.searchWithFuzzysort);
    let picker = openPicker(query, search);
    let isPasting = false;
    while (picker.end === null) {
      if (!screen.hasNext()) canvas.show(await draw(picker, screen.size(), fuzzy.lettersByFuzzysort));
      while (!screen.hasNext() && readSome()) await nextTurn();
      const event = await screen.next();
      if (event.kind === 'gone') throw new Cancelled();
      if (event.kind === 'resize') canvas.forget();
      if (event.kind !== 'keys') continue;
      const reading = readKeys(event.keys, isPasting);
      isPasting = reading.isPasting;
      const height = pageHeight(screen.size());
      picker = reading.commands.reduce((state, command) => obey(state, command, height, search), picker);
    }
    const chosen = picker.found.items[picker.selected];
    if (picker.end === 'cancelled' || chosen === undefined) throw new Cancelled();
    return chosen;
  } finally {
    canvas.close();
    screen.close();
  }
}

function everything<Item>({ items }: Pick<Choice<Item>, 'items'>): () => Found {
  const all = { items: items.map((_, place) => place), isFuzzy: false };
  return () => all;
}

/** How many items are read at a time while nothing else is to do: a key does not wait for longer than it takes to draw. */
const readAtOnce = 200;

/** V8 runs what it has run before a good deal sooner: searches of either kind, so that the first key is as quick as the others. */
const rehearsals = ['e a', 'eaeo'];

/**
 * Searches the items. `readSome` gets ready for that, bit by bit as long as it is true; what has not been read then is read by
 * the search.
 */
function searchIn<Item>(
  { items, texts }: Choice<Item>,
  fuzzy: FuzzySearch,
): {
  search: (query: string) => Found;
  readSome: () => boolean;
} {
  const list: Searchable = { texts: [], joined: [] };
  const read = (count: number) => {
    for (const item of items.slice(list.texts.length, list.texts.length + count)) addTo(list, texts(item));
  };
  const all = everything({ items });
  const toRehearse = [...rehearsals];
  return {
    search(query) {
      if (query.trim() === '') return all();
      read(items.length);
      return find(list, query, fuzzy);
    },
    readSome() {
      if (list.texts.length < items.length) {
        read(readAtOnce);
        return true;
      }
      const query = toRehearse.shift();
      if (query !== undefined) find(list, query, fuzzy);
      return query !== undefined;
    },
  };
}

/** Lets what has come of the terminal be seen. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

type Painter = (picker: Picker, size: ViewSize, letters: FuzzyLetters | null) => Promise<Picture>;

/** Draws one picture after another, with columns that grow and do not shrink. */
function painter<Item>({ items, describe, texts }: Choice<Item>, colour: boolean): Painter {
  let widths: readonly number[] = [];
  return async (picker, size, letters) => {
    const shown = shownOn(picker, size).items.flatMap((place) => items[place] ?? []);
    const table = describe(shown);
    const widthOf = await measureFor([picker.query, ...table.rows.flat().map(({ text }) => text)]);
    const page = pageOf(table, shown.map(texts), widths, widthOf);
    widths = page.widths;
    return view(picker, page, items.length, size, { colour, widthOf, letters });
  };
}
