import { Back, Cancelled } from '../errors.ts';
import { addTo, type Found, type FuzzyLetters, type FuzzySearch, find, type Searchable } from '../selection/search.ts';
import type { Settings } from '../settings/types.ts';
import { measureFor } from '../terminal/table.ts';
import type { Terminal, World } from '../world.ts';
import type { Choice } from './choice.ts';
import { canvasOn, type Picture } from './drawing.ts';
import { chooseWithFzf } from './fzf.ts';
import { readKeys } from './keys.ts';
import { chooseByNumber } from './numbered.ts';
import { applyCommand, openPicker, type Picker } from './state.ts';
import { pageHeight, pageOf, shownOn, type ViewSize, view } from './view.ts';

/**
 * Lets the user choose an item on the terminal: in awsp's picker, in fzf if the settings say so, or by number if the
 * terminal cannot draw. Rejects with `Cancelled`, or at Esc with `Back`. The screen is restored in every case.
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
 * awsp's own picker. Of the prompt libraries for Node 20 only @clack/core is as fast. It draws below the prompt, where
 * its last frame remains, together with frames that a resize has broken; and it uses Ctrl-J and Ctrl-K for line
 * editing.
 */
async function pickOn<Item>(terminal: Terminal, choice: Choice<Item>): Promise<number> {
  const screen = await terminal.takeOver();
  const canvas = canvasOn(screen.draw);
  try {
    const draw = painter(choice, terminal.colour.stderr);
    const { query = '' } = choice;
    const selected = firstSelected(choice);
    // The first picture does not wait for the fuzzy search to load.
    if (query === '' && !screen.hasNext())
      canvas.show(await draw(openPicker('', everything(choice), selected), screen.size(), null));
    const fuzzy = await import('../selection/fuzzy.ts');
    const { search, indexSome } = searchIn(choice, fuzzy.searchWithFuzzysort);
    const drawUnseen = painter(choice, terminal.colour.stderr);
    const toWarmUp = [...warmUpQueries(choice)];
    const prepareSome = async () => {
      if (indexSome()) return true;
      const unseen = toWarmUp.shift();
      if (unseen !== undefined) await drawUnseen(openPicker(unseen, search), screen.size(), fuzzy.lettersByFuzzysort);
      return unseen !== undefined;
    };
    let picker = openPicker(query, search, selected);
    let isPasting = false;
    while (picker.end === null) {
      if (!screen.hasNext()) canvas.show(await draw(picker, screen.size(), fuzzy.lettersByFuzzysort));
      while (!screen.hasNext() && (await prepareSome())) await nextTurn();
      const event = await screen.next();
      if (event.kind === 'gone') throw new Cancelled();
      if (event.kind === 'resize') canvas.forget();
      if (event.kind !== 'keys') continue;
      const reading = readKeys(event.keys, isPasting);
      isPasting = reading.isPasting;
      const height = pageHeight(screen.size());
      picker = reading.commands.reduce((state, command) => applyCommand(state, command, height, search), picker);
    }
    return chosenIn(picker);
  } finally {
    canvas.close();
    screen.close();
  }
}

/** The index of the item that was chosen before, where the picker has all items at first; else 0. */
function firstSelected<Item>({ items, texts, query = '', earlier }: Choice<Item>): number {
  if (earlier === undefined || query !== '') return 0;
  const key = texts(earlier).join('\n');
  const place = items.findIndex((item) => texts(item).join('\n') === key);
  return Math.max(0, place);
}

function everything<Item>({ items }: Pick<Choice<Item>, 'items'>): () => Found {
  const all = { items: items.map((_, place) => place), isFuzzy: false };
  return () => all;
}

function chosenIn({ end, found, selected }: Picker): number {
  const chosen = found.items[selected];
  if (end === 'back') throw new Back();
  if (end === 'cancelled' || chosen === undefined) throw new Cancelled();
  return chosen;
}

/** How many items are indexed at a time while idle: short enough that a key waits no longer than for a redraw. */
const indexedAtOnce = 200;

/**
 * Queries that are searched and drawn once while idle, so that V8 has compiled both kinds of search before the first key: words,
 * and letters of a name that are not beside each other in it.
 */
function warmUpQueries<Item>({ items: [first], texts }: Choice<Item>): readonly string[] {
  const name = first === undefined ? '' : (texts(first)[0] ?? '');
  return ['e', 'e a', ...[4, 6].map((end) => [...name.slice(0, end)].filter((_, place) => place % 2 === 0).join(''))];
}

/** The search over the items. `indexSome` indexes some of them and returns whether it did; a search indexes the rest. */
function searchIn<Item>(
  { items, texts }: Choice<Item>,
  fuzzy: FuzzySearch,
): {
  search: (query: string) => Found;
  indexSome: () => boolean;
} {
  const list: Searchable = { texts: [], joined: [] };
  const index = (count: number) => {
    for (const item of items.slice(list.texts.length, list.texts.length + count)) addTo(list, texts(item));
  };
  const all = everything({ items });
  return {
    search(query) {
      if (query.trim() === '') return all();
      index(items.length);
      return find(list, query, fuzzy);
    },
    indexSome() {
      const isLeft = list.texts.length < items.length;
      if (isLeft) index(indexedAtOnce);
      return isLeft;
    },
  };
}

/** Lets the event loop deliver input of the terminal. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

type Painter = (picker: Picker, size: ViewSize, letters: FuzzyLetters | null) => Promise<Picture>;

/** What stands in front of each row. */
const pointerWidth = 2;

/** Draws pictures one after another; while the query is the same, columns grow and do not shrink. */
function painter<Item>({ items, noun, describe, texts, onEscape = 'leave' }: Choice<Item>, colour: boolean): Painter {
  let [widths, query]: [readonly number[], string] = [[], ''];
  return async (picker, size, letters) => {
    const shown = shownOn(picker, size).items.flatMap((place) => items[place] ?? []);
    const table = describe(shown, size.columns - pointerWidth);
    const widthOf = await measureFor([picker.query, ...table.rows.flat().map(({ text }) => text)]);
    const page = pageOf(table, shown.map(texts), picker.query === query ? widths : [], widthOf);
    [widths, query] = [page.widths, picker.query];
    return view(picker, page, { count: items.length, noun, onEscape }, size, { colour, widthOf, letters });
  };
}
