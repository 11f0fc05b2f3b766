import type { Table } from '../terminal/table.ts';

/** A list to choose from: profiles, accounts, roles, sessions. Only the visible part of a long list is described. */
export interface Choice<Item> {
  readonly items: readonly Item[];
  /** What they are, in the plural: `profiles`. */
  readonly noun: string;
  /** A table with a row for each of these items, for so many columns. */
  readonly describe: (shown: readonly Item[], width: number) => Table;
  /** The searched texts of an item, its name first. Matches are marked in the cells with the same text. */
  readonly texts: (item: Item) => readonly string[];
  /** The initial query; default: none. */
  readonly query?: string;
  /** The item that was chosen before, which is selected at first if there is no query. */
  readonly earlier?: Item | undefined;
  /** Where Esc leads to; default: leave. */
  readonly onEscape?: 'back' | 'leave';
}
