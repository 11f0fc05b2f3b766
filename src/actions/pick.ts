import type { Profile } from '../aws-config/types.ts';
import type { Context } from '../context.ts';
import { choose } from '../picker/choose.ts';
import { searchedTexts } from '../selection/match.ts';
import { byUse, frecency } from '../selection/order-of-use.ts';
import { type RiskReader, riskReader } from '../selection/risk-level.ts';
import type { Table } from '../terminal/table.ts';
import { profileTable, withoutNamed } from './profile-table.ts';

/** The person picks a profile on the terminal; the picker starts with the query. Rejects with `Cancelled`. */
export async function pick(context: Context, query: readonly string[]): Promise<string> {
  const { world, profiles, settings, accounts } = context;
  const levelOf = riskReader(profiles, settings, accounts);
  const profileOf = (name: string): Profile => {
    const profile = profiles.get(name);
    if (profile === null) throw new Error(`"${name}" is listed but is not a profile`);
    return profile;
  };
  return choose(context, {
    items: byUse(profiles.names, frecency(world)),
    noun: 'profiles',
    describe: (shown, width) => describe(context, shown.map(profileOf), levelOf, width),
    texts: (name) => searchedTexts(profileOf(name), accounts),
    query: query.join(' '),
  });
}

// --- internal ---

/** The table of `awsp list` without the columns that do not help to choose: with colour, red already says production. */
function describe(context: Context, shown: readonly Profile[], levelOf: RiskReader, width: number): Table {
  const colour = context.world.terminal.colour.stderr;
  const { titles, rows } = profileTable(context, shown, levelOf, colour);
  const unwanted = colour ? ['Kind', 'Level'] : ['Kind'];
  const kept = (_: unknown, column: number) => !unwanted.includes(titles[column] ?? '');
  const table: Table = {
    titles: titles.filter(kept),
    rows: rows.map((row) => row.filter(kept)),
    first: ['Region'],
    spare: ['Account name', 'Sign-in', 'Role'],
  };
  return withoutNamed(table, width);
}
