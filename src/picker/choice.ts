import type { Table } from '../terminal/table.ts';

/** What a person chooses from: profiles, accounts, roles, sessions. Of a long list no more is asked for than is shown. */
export interface Choice<Item> {
  readonly items: readonly Item[];
  /** Some of the items as a table, a row for each. */
  readonly describe: (shown: readonly Item[]) => Table;
  /** The texts of an item that are searched, its name first; what is found is marked in the cells that show them. */
  readonly texts: (item: Item) => readonly string[];
  /** What narrows the list to begin with; nothing unless given. */
  readonly query?: string;
}
