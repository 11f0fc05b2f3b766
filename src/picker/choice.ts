import type { Table } from '../terminal/table.ts';

/** A list to choose from: profiles, accounts, roles, sessions. Only the visible part of a long list is described. */
export interface Choice<Item> {
  readonly items: readonly Item[];
  /** A table with a row for each of these items. */
  readonly describe: (shown: readonly Item[]) => Table;
  /** The searched texts of an item, its name first. Matches are marked in the cells with the same text. */
  readonly texts: (item: Item) => readonly string[];
  /** The initial query; default: none. */
  readonly query?: string;
}
