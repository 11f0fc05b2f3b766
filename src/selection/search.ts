import { isAlphanumeric } from '../lib/text.ts';
import { wordsOf } from './match.ts';

/** The search index of a list; items may be added in steps. */
export interface Searchable {
  /** The texts of each item, its name first. */
  readonly texts: (readonly string[])[];
  /** The texts of each item in lower case, joined by newlines. */
  readonly joined: string[];
}

/** The indexes of the matching items, best first. */
export interface Found {
  readonly items: readonly number[];
  /** No item has the words of the query; these have its letters. */
  readonly isFuzzy: boolean;
}

/** The items among `candidates` that match the query fuzzily, best first. */
export type FuzzySearch = (
  query: string,
  texts: readonly (readonly string[])[],
  candidates: readonly number[],
) => readonly number[];

/** The indexes of the letters in a text that match a word, or null. */
export type FuzzyLetters = (word: string, text: string) => readonly number[] | null;

/** The maximum number of items for the fuzzy search: those with the letters closest together. */
const maxFuzzyCandidates = 100;

/** Adds an item to the index. */
export function addTo({ texts, joined }: Searchable, some: readonly string[]): void {
  texts.push(some);
  joined.push(some.join('\n').toLowerCase());
}

/**
 * The items with all words of a query in their texts, in any order and case, as in `select`. An item with the query as
 * its name comes first, then those where each word is a part of a text (`team12`), then those where each begins one
 * (`team120`); otherwise the order of the list is kept.
 */
export function findByWords({ joined }: Searchable, query: string): readonly number[] {
  const words = wordsOf(query);
  if (words.length === 0) return joined.map((_, item) => item);
  const name = query.trim().toLowerCase();
  const exact: number[] = [];
  const ranks: [within: number[], beginning: number[], whole: number[]] = [[], [], []];
  joined.forEach((text, item) => {
    if (!words.every((word) => text.includes(word))) return;
    if (text === name || text.startsWith(`${name}\n`)) exact.push(item);
    else ranks[words.reduce<Fit>((least, word) => (least === 0 ? least : min(least, fitOf(text, word))), 2)].push(item);
  });
  return [...exact, ...ranks[2], ...ranks[1], ...ranks[0]];
}

/** The items with all words of a query; if there are none, fuzzy matches. */
export function find(list: Searchable, query: string, fuzzy: FuzzySearch): Found {
  const items = findByWords(list, query);
  if (items.length > 0) return { items, isFuzzy: false };
  return { items: fuzzy(query, list.texts, withClosestLetters(list, wordsOf(query))), isFuzzy: true };
}

/** The indexes of the matching letters in a text, which are marked on the screen. */
export function lettersFound(text: string, query: string, letters: FuzzyLetters | null): ReadonlySet<number> {
  const places = new Set<number>();
  const lower = text.toLowerCase();
  // A few letters, such as İ, are longer in lower case: then the indexes do not apply.
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

/** 2: a word is a whole part of a text; 1: it begins a part; 0: it is within one. */
type Fit = 0 | 1 | 2;

function fitOf(text: string, word: string): Fit {
  let best: Fit = 0;
  for (let start = text.indexOf(word); start >= 0 && best < 2; start = text.indexOf(word, start + 1)) {
    if (start > 0 && isOfWord(text, start - 1)) continue;
    const end = start + word.length;
    best = end < text.length && isOfWord(text, end) ? 1 : 2;
  }
  return best;
}

function min(one: Fit, other: Fit): Fit {
  return one < other ? one : other;
}

/** Whether there is a letter or digit at a place of a text. Those of ASCII by their codes: ten thousand names have many. */
function isOfWord(text: string, place: number): boolean {
  const code = text.charCodeAt(place);
  return code < 128 ? isAlphanumeric(code) : /[\p{L}\p{N}]/u.test(text.charAt(place));
}

/**
 * The items with the letters of all words in order, limited to those with them closest together, in the order of the
 * list.
 */
function withClosestLetters({ joined }: Searchable, words: readonly string[]): readonly number[] {
  const spelt = words.map((word) => [...word]);
  // Spread and item in one number, because numbers sort much faster than pairs.
  const ranks: number[] = [];
  joined.forEach((text, item) => {
    const spread = spelt.reduce((sum, letters) => sum + spreadOf(text, letters), 0);
    if (spread < Number.POSITIVE_INFINITY) ranks.push(spread * joined.length + item);
  });
  const closest = Float64Array.from(ranks).sort().subarray(0, maxFuzzyCandidates);
  return Array.from(closest, (rank) => rank % joined.length).sort((a, b) => a - b);
}

/** The distance in a text from the first to the last of these letters; infinite if they are not in it in this order. */
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
