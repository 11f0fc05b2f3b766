import type { Grammar } from '../cli/command.ts';
import { commandMeant, commandOfOtherTool } from '../cli/other-words.ts';
import type { Context } from '../context.ts';
import { filterByQuery, namesAround, wordsOf } from '../selection/match.ts';

/**
 * The command line that a query is like, so that nobody is switched to a profile that a mistyped command resembles; null
 * when its first word is like no command. One that fits a profile by itself is no mistyped command.
 */
export async function commandMeantBy(
  { profiles, accounts }: Context,
  query: readonly string[],
  loadGrammar: () => Promise<Grammar>,
): Promise<string | null> {
  const grammar = await loadGrammar();
  const line = commandMeant(query, grammar);
  if (line === null) return null;
  const [first = ''] = query;
  // Only the profiles that may fit are read: there may be thousands.
  const around = namesAround(profiles, wordsOf(first), accounts).flatMap((name) => profiles.get(name) ?? []);
  return filterByQuery(around, [first], accounts).length > 0 ? commandOfOtherTool(query, grammar) : line;
}
