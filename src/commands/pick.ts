import { filterByQuery } from '../selection/match.ts';
import { chooseByNumber } from '../terminal/numbered.ts';
import type { Context } from './context.ts';
import { profileTable } from './profile-table.ts';

/** The person picks one of these profiles on the terminal. Rejects with `Cancelled`. */
export async function pick({ world, profiles, settings }: Context, names: readonly string[]): Promise<string> {
  const { name } = await chooseByNumber(world.terminal, {
    items: names.flatMap((some) => profiles.get(some) ?? []),
    describe: (shown) => profileTable(world, settings, profiles, shown),
    narrow: (some, words) => filterByQuery(some, [words]),
  });
  return name;
}
