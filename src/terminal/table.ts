import { isPrintableAscii, printable } from '../lib/text.ts';
import type { Terminal } from '../world.ts';
import { paint, type Style } from './colour.ts';

export interface Cell {
  readonly text: string;
  readonly style?: Style;
}

/** Columns of text under their titles. */
export interface Table {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Titles of columns that are dropped, in this order, while the table is too wide with every text whole. */
  readonly first?: readonly string[];
  /** Titles of columns that are dropped after these, in this order, while the table is too wide. */
  readonly spare: readonly string[];
}

export interface TableStyle {
  readonly colour: boolean;
  /** The columns of the terminal; infinite for a table that is not for a terminal. */
  readonly width: number;
  /** As in `Table`; default: none. */
  readonly first?: readonly string[];
  readonly spare?: readonly string[];
  /** The width to which the longest column may be shortened before `spare` columns are dropped; default: not at all. */
  readonly cutFirst?: number;
}

/**
 * A table as text: columns under their titles, two spaces apart, each line with a newline. Empty columns are left out.
 * A table that is too wide is fitted as `fitColumns` says.
 */
export async function renderTable(
  titles: readonly string[],
  rows: readonly (readonly Cell[])[],
  style: TableStyle,
): Promise<string> {
  const header = titles.map((text): Cell => ({ text, style: 'bold' }));
  const lines = [header, ...rows].map((row) => row.map(toPrintable));
  const widthOf = await measureFor(lines.flat().map(({ text }) => text));
  const { width, first = [], spare = [], cutFirst } = style;
  const layout = fitColumns(measureColumns(lines, widthOf), width, { titles, first, spare }, cutFirst);
  return lines.map((line) => renderLine(line, layout, widthOf, style.colour)).join('');
}

/** The style of a table on stdout: fitted to a terminal, whole for a pipe. */
export function stdoutStyle({ colour, columns, stdoutIsTerminal }: Terminal): TableStyle {
  return { colour: colour.stdout, width: stdoutIsTerminal ? columns : Number.POSITIVE_INFINITY };
}

/** The same on stderr. */
export function stderrStyle({ colour, columns, interactive }: Terminal): TableStyle {
  return { colour: colour.stderr, width: interactive ? columns : Number.POSITIVE_INFINITY };
}

/** The width of a text on a terminal, in columns. */
export type Measure = (text: string) => number;

/** A measure for these texts. Unicode's tables of widths are loaded only if one of the texts is not ASCII. */
export async function measureFor(texts: readonly string[]): Promise<Measure> {
  if (texts.every(isPrintableAscii)) return (text) => text.length;
  const { default: widthOf } = await import('string-width');
  return (text) => (isPrintableAscii(text) ? text.length : widthOf(text));
}

/** The width of each column. The first line has the titles; a column that is empty below its title has width 0. */
export function measureColumns(lines: readonly (readonly Cell[])[], widthOf: Measure): readonly number[] {
  const [titles = [], ...rows] = lines;
  return titles.map(({ text }, column) => {
    const widest = rows.reduce((max, row) => Math.max(max, widthOf(row[column]?.text ?? '')), 0);
    return widest === 0 ? 0 : Math.max(widest, widthOf(text));
  });
}

/** The indexes of the columns that fit, and the width of every column; wider texts are cut. */
export interface Layout {
  readonly columns: readonly number[];
  readonly widths: readonly number[];
}

/**
 * Fits columns into a width. Empty columns are dropped. Then optional columns are dropped, one by one, until the rest fits:
 * those of `first`, then those of `spare`. By default the longest column is shortened only after that; with `cutFirst` it
 * may be shortened to that width before those of `spare` are dropped.
 */
export function fitColumns(
  widths: readonly number[],
  width: number,
  { titles, first = [], spare }: Pick<Table, 'titles' | 'first' | 'spare'>,
  cutFirst = Number.POSITIVE_INFINITY,
): Layout {
  let columns = widths.flatMap((wide, column) => (wide > 0 ? column : []));
  const longest = columns.reduce((best, column) => ((widths[column] ?? 0) > (widths[best] ?? 0) ? column : best), 0);
  const maxWidth = widths[longest] ?? 0;
  const others = () => columns.reduce((sum, column) => sum + (column === longest ? 0 : (widths[column] ?? 0) + gap), 0);
  const dropFrom = (optional: readonly string[], atLeast: number) => {
    for (const title of optional) {
      if (others() + atLeast > width) columns = columns.filter((column) => titles[column] !== title);
    }
  };
  dropFrom(first, maxWidth);
  dropFrom(spare, Math.min(maxWidth, cutFirst));
  const room = Math.min(maxWidth, Math.max(minRoom, width - others()));
  return { columns, widths: widths.map((wide, column) => (column === longest ? room : wide)) };
}

/** A text that fits; `…` stands for what was taken out, `removed` code units after the first `head` ones. */
export interface CutText {
  readonly text: string;
  readonly head: number;
  readonly removed: number;
}

/** A text of at most so many columns; of a longer one a part is left out two thirds into it: names differ at both ends. */
export function cut(text: string, room: number, widthOf: Measure): CutText {
  if (widthOf(text) <= room) return { text, head: text.length, removed: 0 };
  const head = clip(text, Math.ceil(((room - 1) * 2) / 3), widthOf);
  const letters = [...text.slice(head.length)].reverse().join('');
  const tail = [...clip(letters, room - 1 - widthOf(head), widthOf)].reverse().join('');
  return { text: `${head}…${tail}`, head: head.length, removed: text.length - head.length - tail.length };
}

/** A table that is wider than that, without the texts of these columns that the cell under `name` has in it. */
export function withoutRepeats(table: Table, name: string, repeated: readonly string[], width: number): Table {
  const { titles, rows } = table;
  const widest = measureColumns([titles.map((text) => ({ text })), ...rows], ({ length }) => length);
  const columns = widest.filter((wide) => wide > 0);
  if (columns.reduce((sum, wide) => sum + wide + gap, -gap) <= width) return table;
  const nameColumn = titles.indexOf(name);
  const isRepeated = ({ text }: Cell, column: number, row: readonly Cell[]) =>
    repeated.includes(titles[column] ?? '') && row[nameColumn]?.text.includes(text) === true;
  return {
    ...table,
    rows: rows.map((row) => row.map((cell, column) => (isRepeated(cell, column, row) ? { ...cell, text: '' } : cell))),
  };
}

/** The start of a text, at most so many columns wide. */
export function clip(text: string, room: number, widthOf: Measure): string {
  const letters = [...text];
  while (letters.length > 0 && widthOf(letters.join('')) > room) letters.pop();
  return letters.join('');
}

/** A cell with a text that is safe for a terminal. */
export function toPrintable({ text, ...rest }: Cell): Cell {
  return { text: printable(text), ...rest };
}

/** The space between two columns. */
export const gap = 2;

/** One line of a table, with a newline. */
export function renderLine(
  line: readonly Cell[],
  { columns, widths }: Layout,
  widthOf: Measure,
  colour: boolean,
): string {
  const cells = columns.map((column) => {
    const { text = '', style = [] } = line[column] ?? {};
    const width = widths[column] ?? 0;
    const { text: shown } = cut(text, width, widthOf);
    return `${paint(shown, style, colour)}${' '.repeat(Math.max(0, width - widthOf(shown)))}`;
  });
  return `${cells.join(' '.repeat(gap)).trimEnd()}\n`;
}

// --- internal ---

/** A name that is cut shorter is useless. */
const minRoom = 12;
