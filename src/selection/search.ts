import { wordsOf } from './match.ts';

/** What a list is searched by; it may be filled bit by bit. */
export interface Searchable {
  /** The texts of each item, its name first. */
  readonly texts: (readonly string[])[];
  /** The same in lower case, a newline between them. */
  readonly joined: string[];
}

/** The items, by their places, that a query leaves; the likeliest first. */
export interface Found {
  readonly items: readonly number[];
  /** Nothing has the query's words: these have its letters. */
  readonly isFuzzy: boolean;
}

/** The items among `candidates` in whose texts a query's words are found by their letters, best first. */
export type FuzzySearch = (
  query: string,
  texts: readonly (readonly string[])[],
  candidates: readonly number[],
) => readonly number[];

/** The places in a text of the letters in which a word is found, or null. */
export type FuzzyLetters = (word: string, text: string) => readonly number[] | null;

/** So many candidates are compared letter by letter, those with the letters closest together: more of them nobody reads. */
const maxCompared = 100;

/** Adds an item to what is searched. */
export function addTo({ texts, joined }: Searchable, some: readonly string[]): void {
  texts.push(some);
  joined.push(some.join('\n').toLowerCase());
}

/**
 * The items that have all words of a query in their texts, in any order and case, as `select` finds profiles. First the
 * one whose name the query is, then those where each word begins a part of a text; otherwise in their own order.
 */
export function findByWords({ joined }: Searchable, query: string): readonly number[] {
  const words = wordsOf(query);
  if (words.length === 0) return joined.map((_, item) => item);
  const name = query.trim().toLowerCase();
  const ranks: [exact: number[], beginning: number[], within: number[]] = [[], [], []];
  joined.forEach((text, item) => {
    if (!words.every((word) => text.includes(word))) return;
    if (text === name || text.startsWith(`${name}\n`)) ranks[0].push(item);
    else ranks[words.every((word) => beginsPart(text, word)) ? 1 : 2].push(item);
  });
  return ranks.flat();
}

/** What a query leaves: the items that have its words, or where there are none those that have its letters. */
export function find(list: Searchable, query: string, fuzzy: FuzzySearch): Found {
  const items = findByWords(list, query);
  if (items.length > 0) return { items, isFuzzy: false };
  return { items: fuzzy(query, list.texts, withClosestLetters(list, wordsOf(query))), isFuzzy: true };
}

/** The places in a text where a query is found, for a person to see why it is there. */
export function lettersFound(text: string, query: string, letters: FuzzyLetters | null): ReadonlySet<number> {
  const places = new Set<number>();
  const lower = text.toLowerCase();
  // Few letters have more of them in lower case, as İ has: then the places are not known.
  if (lower.length !== text.length) return places;
  for (const word of wordsOf(query)) {
    const start = lower.indexOf(word);
    const found =
      start >= 0 ? Array.from({ length: word.length }, (_, index) => start + index) : (letters?.(word, text) ?? []);
    for (const place of found) places.add(place);
  }
  return places;
}

// --- internal ---

function beginsPart(text: string, word: string): boolean {
  for (let start = text.indexOf(word); start >= 0; start = text.indexOf(word, start + 1)) {
    if (start === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(start - 1))) return true;
  }
  return false;
}

/** Of the items that have the letters of all words in their order, those that have them closest together, as in the list. */
function withClosestLetters({ joined }: Searchable, words: readonly string[]): readonly number[] {
  const spelt = words.map((word) => [...word]);
  // The spread before the item, in one number: they are sorted a good deal sooner than pairs.
  const ranks: number[] = [];
  joined.forEach((text, item) => {
    const spread = spelt.reduce((sum, letters) => sum + spreadOf(text, letters), 0);
    if (spread < Number.POSITIVE_INFINITY) ranks.push(spread * joined.length + item);
  });
  const closest = Float64Array.from(ranks).sort().subarray(0, maxCompared);
  return Array.from(closest, (rank) => rank % joined.length).sort((a, b) => a - b);
}

/** Over how many letters of a text some letters are spread; infinite where they are not in it, in their order. */
function spreadOf(text: string, letters: readonly string[]): number {
  let first = -1;
  let place = -1;
  for (const letter of letters) {
    place = text.indexOf(letter, place + 1);
    if (place < 0) return Number.POSITIVE_INFINITY;
    if (first < 0) first = place;
  }
  return place - first;
}
