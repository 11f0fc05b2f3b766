import { go, single } from 'fuzzysort';
import type { FuzzyRank } from './match.ts';
import type { FuzzyLetters, FuzzySearch } from './search.ts';

/** Names ranked by fuzzysort; loaded only when no other rule of matching found anything. */
export const rankWithFuzzysort: FuzzyRank = async (query, names) =>
  go(query, names, { limit: 20 }).map(({ target, score }) => ({ name: target, score }));

/** Where a person sees what is found, less will do than where it is guessed: `prd` finds `prod`, at 0.3. Below are accidents. */
const fairScore = 0.25;

/** Items ranked by fuzzysort, each word of the query in any of their texts. */
export const searchWithFuzzysort: FuzzySearch = (query, texts, candidates) => {
  const longest = candidates.reduce((most, item) => Math.max(most, texts[item]?.length ?? 0), 0);
  const keys = Array.from({ length: longest }, (_, index) => (item: number) => texts[item]?.[index]);
  const found = go(query, candidates, { keys, limit: 0, threshold: fairScore });
  const places = new Map(candidates.map((item, place) => [item, place]));
  const place = (item: number) => places.get(item) ?? 0;
  return [...found].sort((a, b) => b.score - a.score || place(a.obj) - place(b.obj)).map(({ obj }) => obj);
};

export const lettersByFuzzysort: FuzzyLetters = (word, text) => single(word, text)?.indexes ?? null;
