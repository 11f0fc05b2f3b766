import type { Grammar } from '../cli/command.ts';
import { commandMeant, commandOfOtherTool } from '../cli/other-words.ts';
import type { Context } from '../context.ts';
import { filterByQuery } from '../selection/match.ts';

/**
 * The command line that a query is like, so that nobody is switched to a profile that a mistyped command resembles; null
 * when its first word is like no command. One that fits a profile by itself is no mistyped command.
 */
export async function commandMeantBy(
  { profiles }: Context,
  query: readonly string[],
  loadGrammar: () => Promise<Grammar>,
): Promise<string | null> {
  const all = profiles.names.flatMap((name) => profiles.get(name) ?? []);
  const fitsProfile = filterByQuery(all, query.slice(0, 1)).length > 0;
  return (fitsProfile ? commandOfOtherTool : commandMeant)(query, await loadGrammar());
}
