import { go, single } from 'fuzzysort';
import type { FuzzyRank } from './match.ts';
import type { FuzzyLetters, FuzzySearch } from './search.ts';

/** Ranks names with fuzzysort; loaded only if no other rule matches. */
export const rankWithFuzzysort: FuzzyRank = async (query, names) =>
  go(query, names, { limit: 20 }).map(({ target, score }) => ({ name: target, score }));

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
