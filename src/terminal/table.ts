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
  /** Titles of optional columns, in the order in which they are dropped when the table is too wide. */
  readonly spare: readonly string[];
}

export interface TableStyle {
  readonly colour: boolean;
  /** The columns of the terminal; infinite for a table that is not for a terminal. */
  readonly width: number;
  /** As in `Table`; default: none. */
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
  const { width, spare = [], cutFirst } = style;
  const layout = fitColumns(measureColumns(lines, widthOf), width, { titles, spare }, cutFirst);
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
 * Fits columns into a width. Empty columns are dropped. Then optional (`spare`) columns are dropped, one by one, until
 * the rest fits. By default the longest column is shortened only after that; with `cutFirst` it may first be shortened
 * to that width.
 */
export function fitColumns(
  widths: readonly number[],
  width: number,
  { titles, spare }: Pick<Table, 'titles' | 'spare'>,
  cutFirst = Number.POSITIVE_INFINITY,
): Layout {
  let columns = widths.flatMap((wide, column) => (wide > 0 ? column : []));
  const longest = columns.reduce((best, column) => ((widths[column] ?? 0) > (widths[best] ?? 0) ? column : best), 0);
  const maxWidth = widths[longest] ?? 0;
  const others = () => columns.reduce((sum, column) => sum + (column === longest ? 0 : (widths[column] ?? 0) + gap), 0);
  for (const title of spare) {
    if (others() + Math.min(maxWidth, cutFirst) > width) columns = columns.filter((column) => titles[column] !== title);
  }
  const room = Math.min(maxWidth, Math.max(minRoom, width - others()));
  return { columns, widths: widths.map((wide, column) => (column === longest ? room : wide)) };
}

/** A text of at most so many columns; `…` stands for the end of a longer one. */
export function cut(text: string, room: number, widthOf: Measure): string {
  return widthOf(text) <= room ? text : `${clip(text, room - 1, widthOf)}…`;
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
    const shown = cut(text, width, widthOf);
    return `${paint(shown, style, colour)}${' '.repeat(Math.max(0, width - widthOf(shown)))}`;
  });
  return `${cells.join(' '.repeat(gap)).trimEnd()}\n`;
}

// --- internal ---

/** A name that is cut shorter is useless. */
const minRoom = 12;
