import type { Profile, ProfileSet } from '../aws-config/types.ts';

/** What a query says, by the first rule that says anything; `by` tells how sure it is. */
export type Selection =
  | { readonly kind: 'one'; readonly name: string; readonly by: 'name' | 'alias' | 'words' | 'fuzzy' }
  | { readonly kind: 'ambiguous'; readonly names: readonly string[]; readonly by: 'name' | 'words' | 'fuzzy' }
  | { readonly kind: 'none' };

/** Names by how well they match, best first, scores from 1 (exact) to 0; `fuzzysort` in the program. */
export type FuzzyRank = (
  query: string,
  names: readonly string[],
) => Promise<readonly { name: string; score: number }[]>;

/** Below this a fuzzy match is an accident of letters; fuzzysort calls 0.5 a good score. */
const goodScore = 0.5;
/** How far the best must be ahead of the next to be meant. */
const clearLead = 0.2;

/**
 * Which profile a query means: the exact name; an alias; the name without regard to case; all its words, in any order
 * and case, in name, account id, role or SSO session; a fuzzy match that is clearly ahead. It never guesses: where a
 * rule fits several profiles the answer is `ambiguous`, and no later rule is asked.
 */
export async function select(
  query: readonly string[],
  profiles: ProfileSet,
  aliases: ReadonlyMap<string, string>,
  rank: FuzzyRank,
): Promise<Selection> {
  const typed = query.join(' ');
  if (profiles.get(typed) !== null) return { kind: 'one', name: typed, by: 'name' };
  const alias = aliases.get(typed);
  if (alias !== undefined) return { kind: 'one', name: alias, by: 'alias' };
  const wanted = typed.toLowerCase();
  const words = wordsOf(typed);
  const around = profiles.namesAround(words);
  const sameLetters = around.filter((name) => name.toLowerCase() === wanted);
  if (sameLetters.length > 0) return oneOrMore(sameLetters, 'name');
  const withAllWords = filterByWords(
    around.flatMap((name) => profiles.get(name) ?? []),
    words,
  ).map(({ name }) => name);
  // No words at all are in every profile, and mean none of them.
  if (words.length === 0 && withAllWords.length > 0) return { kind: 'ambiguous', names: withAllWords, by: 'words' };
  if (withAllWords.length > 0) return oneOrMore(withAllWords, 'words');
  return selectFuzzily(typed, profiles.names, rank);
}

/** The profiles in which every word of the query is found: in name, account id, role or SSO session, in any case. */
export function filterByQuery(profiles: readonly Profile[], query: readonly string[]): readonly Profile[] {
  return filterByWords(profiles, wordsOf(query.join(' ')));
}

/** The texts of a profile in which words are looked for, its name first. */
export function searchedTexts({ name, accountId, roleName, ssoSession }: Profile): readonly string[] {
  return [name, accountId ?? '', roleName ?? '', ssoSession ?? ''];
}

/** The words of a query, in lower case. */
export function wordsOf(query: string): readonly string[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

// --- internal ---

function filterByWords(profiles: readonly Profile[], words: readonly string[]): readonly Profile[] {
  return words.length === 0 ? profiles : profiles.filter((profile) => hasAllWords(profile, words));
}

function hasAllWords(profile: Profile, words: readonly string[]): boolean {
  const text = searchedTexts(profile).join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

function oneOrMore(names: readonly string[], by: 'name' | 'words'): Selection {
  const [only, ...others] = names;
  return only !== undefined && others.length === 0 ? { kind: 'one', name: only, by } : { kind: 'ambiguous', names, by };
}

async function selectFuzzily(typed: string, names: readonly string[], rank: FuzzyRank): Promise<Selection> {
  const good = (await rank(typed, names)).filter(({ score }) => score >= goodScore);
  const [best, next] = good;
  if (best === undefined) return { kind: 'none' };
  if (next === undefined || best.score - next.score >= clearLead) return { kind: 'one', name: best.name, by: 'fuzzy' };
  return { kind: 'ambiguous', names: good.map(({ name }) => name), by: 'fuzzy' };
}
