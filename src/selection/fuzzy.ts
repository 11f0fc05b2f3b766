import { go, single } from 'fuzzysort';
import { type FuzzyRank, wordsOf } from './match.ts';
import type { FuzzyLetters, FuzzySearch } from './search.ts';

/**
 * Ranks names with fuzzysort; loaded only if no other rule matches. It finds the names with the letters of each word in
 * order. They are looked for here first, because preparing a name for fuzzysort takes ten times as long: by letters and
 * digits alone, because fuzzysort takes other characters for similar ones, such as `\` for `/` and é for e.
 */
export const rankWithFuzzysort: FuzzyRank = async (query, names) => {
  const words = wordsOf(query).map((word) => [...word.replace(/[^a-z0-9]/g, '')]);
  const candidates = isAscii(query) ? withLettersOf(names, words) : names;
  return go(query, candidates, { limit: 20 }).map(({ target, score }) => ({ name: target, score }));
};

/**
 * Minimum score in the picker. Lower than for an automatic switch, because the person sees the result (`prd` finds
 * `prod` with 0.3). Anything lower is noise.
 */
const minScore = 0.25;

/** Ranks items with fuzzysort: each word of the query may match any of their texts. */
export const searchWithFuzzysort: FuzzySearch = (query, texts, candidates) => {
  const longest = candidates.reduce((max, item) => Math.max(max, texts[item]?.length ?? 0), 0);
  const keys = Array.from({ length: longest }, (_, index) => (item: number) => texts[item]?.[index]);
  const found = go(query, candidates, { keys, limit: 0, threshold: minScore });
  const places = new Map(candidates.map((item, place) => [item, place]));
  const place = (item: number) => places.get(item) ?? 0;
  return [...found].sort((a, b) => b.score - a.score || place(a.obj) - place(b.obj)).map(({ obj }) => obj);
};

/** The indexes of the letters that match, by fuzzysort. */
export const lettersByFuzzysort: FuzzyLetters = (word, text) => single(word, text)?.indexes ?? null;

// --- internal ---

/** V8 compiles no expression of tens of thousands of letters. */
const maxLetters = 200;

function isAscii(text: string): boolean {
  return /^[\0-\x7F]*$/.test(text);
}

/** The names with the letters of each word in order, ignoring case, and those that are not ASCII. */
function withLettersOf(names: readonly string[], words: readonly (readonly string[])[]): readonly string[] {
  const text = names.join('\n');
  const isPlain = isAscii(text) && !text.includes('\r') && words.every(({ length }) => length <= maxLetters);
  if (!isPlain) return names.filter((name) => !isAscii(name) || hasLettersOf(name, words));
  // One expression looks through ten thousand names in a tenth of the time that a search for each letter takes.
  let found = names;
  for (const letters of words.filter(({ length }) => length > 0)) {
    const parts = letters.map((letter) => `[^${letter}${letter.toUpperCase()}\\n]*[${letter}${letter.toUpperCase()}]`);
    found = found.join('\n').match(new RegExp(`^${parts.join('')}.*$`, 'gm')) ?? [];
  }
  return found;
}

/** Whether the letters of each word are in a text in order, ignoring case. */
function hasLettersOf(text: string, words: readonly (readonly string[])[]): boolean {
  const lower = text.toLowerCase();
  return words.every((letters) => {
    let place = -1;
    return letters.every((letter) => {
      place = lower.indexOf(letter, place + 1);
      return place >= 0;
    });
  });
}
