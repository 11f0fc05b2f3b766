import type { Profile, ProfileSet } from '../aws-config/types.ts';
import { type AccountNames, accountsNamed, noAccountNames } from './account-names.ts';

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
 * words, in any order and case, in name, account id, account name, role or SSO session; the best fuzzy match, if it clearly
 * leads. If a rule matches several profiles, the result is `ambiguous` and later rules are not tried.
 */
export async function select(
  query: readonly string[],
  profiles: ProfileSet,
  aliases: ReadonlyMap<string, string>,
  rank: FuzzyRank,
  accounts: AccountNames = noAccountNames,
): Promise<Selection> {
  const typed = query.join(' ');
  if (profiles.get(typed) !== null) return { kind: 'one', name: typed, by: 'name' };
  const alias = aliases.get(typed);
  if (alias !== undefined) return { kind: 'one', name: alias, by: 'alias' };
  const wanted = typed.toLowerCase();
  const words = wordsOf(typed);
  const sameLetters = profiles.namesAround(words).filter((name) => name.toLowerCase() === wanted);
  if (sameLetters.length > 0) return oneOrMore(sameLetters, 'name');
  const withAllWords = filterByWords(
    namesAround(profiles, words, accounts).flatMap((name) => profiles.get(name) ?? []),
    words,
    accounts,
  ).map(({ name }) => name);
  // An empty query matches every profile and means none of them.
  if (words.length === 0 && withAllWords.length > 0) return { kind: 'ambiguous', names: withAllWords, by: 'words' };
  if (withAllWords.length > 0) return oneOrMore(withAllWords, 'words');
  return selectFuzzily(typed, profiles.names, rank);
}

/** The profiles with all words of the query in name, account id, account name, role or SSO session, ignoring case. */
export function filterByQuery(
  profiles: readonly Profile[],
  query: readonly string[],
  accounts: AccountNames,
): readonly Profile[] {
  return filterByWords(profiles, wordsOf(query.join(' ')), accounts);
}

/** The texts of a profile that are searched, its name first. */
export function searchedTexts(
  { name, accountId, roleName, ssoSession }: Profile,
  accounts: AccountNames,
): readonly string[] {
  return [name, accountId ?? '', roleName ?? '', ssoSession ?? '', accounts.nameOf(accountId) ?? ''];
}

/**
 * Names that include those of all profiles in whose sections, or in whose account's name, every word (in lower case) occurs.
 */
export function namesAround(profiles: ProfileSet, words: readonly string[], accounts: AccountNames): readonly string[] {
  const around = profiles.namesAround(words);
  const ids = accountsNamed(accounts, words);
  if (ids.length === 0 || around.length === profiles.names.length) return around;
  const known = new Set(around);
  const named = new Set(ids);
  // Each id is a search of the whole text: for many of them reading all profiles is faster.
  const ofAccounts =
    ids.length > maxAccounts
      ? profiles.all().flatMap(({ name, accountId }) => (named.has(accountId ?? '') ? [name] : []))
      : ids.flatMap((id) => profiles.namesAround([id]));
  for (const name of ofAccounts) known.add(name);
  return profiles.names.filter((name) => known.has(name));
}

/** The words of a query, in lower case. */
export function wordsOf(query: string): readonly string[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

// --- internal ---

/** The most accounts whose profiles are looked for one by one. */
const maxAccounts = 8;

function filterByWords(
  profiles: readonly Profile[],
  words: readonly string[],
  accounts: AccountNames,
): readonly Profile[] {
  return words.length === 0 ? profiles : profiles.filter((profile) => hasAllWords(profile, words, accounts));
}

function hasAllWords(profile: Profile, words: readonly string[], accounts: AccountNames): boolean {
  const text = searchedTexts(profile, accounts).join('\n').toLowerCase();
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
