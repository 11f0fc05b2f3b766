import { go } from 'fuzzysort';
import type { FuzzyRank } from './match.ts';

/** Names ranked by fuzzysort; loaded only when no other rule of matching found anything. */
export const rankWithFuzzysort: FuzzyRank = async (query, names) =>
  go(query, names, { limit: 20 }).map(({ target, score }) => ({ name: target, score }));
