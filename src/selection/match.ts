import type { Profile, ProfileSet } from '../aws-config/types.ts';

/**
 * The result of a query: that of the first rule that matches. `by` is the rule, which tells how certain the match is.
 */
export type Selection =
  | { readonly kind: 'one'; readonly name: string; readonly by: 'name' | 'alias' | 'words' | 'fuzzy' }
  | { readonly kind: 'ambiguous'; readonly names: readonly string[]; readonly by: 'name' | 'words' | 'fuzzy' }
  | { readonly kind: 'none' };

/** Ranks names by similarity, best first, with scores from 1 (exact) to 0; `fuzzysort` in the program. */
export type FuzzyRank = (
  query: string,
  names: readonly string[],
) => Promise<readonly { name: string; score: number }[]>;

/** Minimum score of a fuzzy match; fuzzysort calls 0.5 a good score. */
const minScore = 0.5;
/** The difference in score by which the best must lead to be chosen. */
const minLead = 0.2;

/**
 * Finds the profile that a query means, by these rules in order: the exact name; an alias; the name ignoring case; all
 * words, in any order and case, in name, account id, role or SSO session; the best fuzzy match, if it clearly leads. If
 * a rule matches several profiles, the result is `ambiguous` and later rules are not tried.
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
  // An empty query matches every profile and means none of them.
  if (words.length === 0 && withAllWords.length > 0) return { kind: 'ambiguous', names: withAllWords, by: 'words' };
  if (withAllWords.length > 0) return oneOrMore(withAllWords, 'words');
  return selectFuzzily(typed, profiles.names, rank);
}

/** The profiles with all words of the query in name, account id, role or SSO session, ignoring case. */
export function filterByQuery(profiles: readonly Profile[], query: readonly string[]): readonly Profile[] {
  return filterByWords(profiles, wordsOf(query.join(' ')));
}

/** The texts of a profile that are searched, its name first. */
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
  const good = (await rank(typed, names)).filter(({ score }) => score >= minScore);
  const [best, next] = good;
  if (best === undefined) return { kind: 'none' };
  if (next === undefined || best.score - next.score >= minLead) return { kind: 'one', name: best.name, by: 'fuzzy' };
  return { kind: 'ambiguous', names: good.map(({ name }) => name), by: 'fuzzy' };
}
