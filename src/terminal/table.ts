import { printable } from '../lib/text.ts';
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
  /** Titles of the columns that are left out where there is no room, the first of them first. */
  readonly spare: readonly string[];
}

export interface TableStyle {
  readonly colour: boolean;
  /** The columns of the terminal; infinite where the table is not read on one. */
  readonly width: number;
  /** As in `Table`; none unless given. */
  readonly spare?: readonly string[];
  /** How far the longest texts are cut before spare columns go; not at all unless given. */
  readonly cutFirst?: number;
}

/**
 * Columns of text under their titles, two spaces apart, each line ended by a newline. Empty columns are left out; what
 * does not fit the width loses its spare columns, then the ends of its longest texts.
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

/** How a table on stdout is drawn: for a person on a terminal fitted to it, for a program whole. */
export function stdoutStyle({ colour, columns, stdoutIsTerminal }: Terminal): TableStyle {
  return { colour: colour.stdout, width: stdoutIsTerminal ? columns : Number.POSITIVE_INFINITY };
}

/** The same on stderr. */
export function stderrStyle({ colour, columns, interactive }: Terminal): TableStyle {
  return { colour: colour.stderr, width: interactive ? columns : Number.POSITIVE_INFINITY };
}

/** How many columns a terminal gives a text. */
export type Measure = (text: string) => number;

/** A measure for these texts. The tables of all the world's scripts are loaded only where one is used. */
export async function measureFor(texts: readonly string[]): Promise<Measure> {
  if (texts.every(isPlain)) return (text) => text.length;
  const { default: widthOf } = await import('string-width');
  return (text) => (isPlain(text) ? text.length : widthOf(text));
}

/** The widest cell of each column; the first line is the titles, and a column with nothing below its title is 0 wide. */
export function measureColumns(lines: readonly (readonly Cell[])[], widthOf: Measure): readonly number[] {
  const [titles = [], ...rows] = lines;
  return titles.map(({ text }, column) => {
    const widest = rows.reduce((most, row) => Math.max(most, widthOf(row[column]?.text ?? '')), 0);
    return widest === 0 ? 0 : Math.max(widest, widthOf(text));
  });
}

/** The columns that there is room for, by their places, and how wide each is; texts that are wider are cut. */
export interface Layout {
  readonly columns: readonly number[];
  readonly widths: readonly number[];
}

/**
 * Fits columns into a width: empty ones go; then the spare ones, as long as all would not fit with the longest column cut to
 * `cutFirst`, which is not cut before they have gone unless that is given; then the ends of the longest.
 */
export function fitColumns(
  widths: readonly number[],
  width: number,
  { titles, spare }: Pick<Table, 'titles' | 'spare'>,
  cutFirst = Number.POSITIVE_INFINITY,
): Layout {
  let columns = widths.flatMap((wide, column) => (wide > 0 ? column : []));
  const longest = columns.reduce((best, column) => ((widths[column] ?? 0) > (widths[best] ?? 0) ? column : best), 0);
  const most = widths[longest] ?? 0;
  const others = () => columns.reduce((sum, column) => sum + (column === longest ? 0 : (widths[column] ?? 0) + gap), 0);
  for (const title of spare) {
    if (others() + Math.min(most, cutFirst) > width) columns = columns.filter((column) => titles[column] !== title);
  }
  const room = Math.min(most, Math.max(minRoom, width - others()));
  return { columns, widths: widths.map((wide, column) => (column === longest ? room : wide)) };
}

/** A text with its end left out where it is wider than its room. */
export function cut(text: string, room: number, widthOf: Measure): string {
  if (widthOf(text) <= room) return text;
  const letters = [...text];
  while (letters.length > 0 && widthOf(letters.join('')) > room - 1) letters.pop();
  return `${letters.join('')}…`;
}

/** A cell whose text a terminal can be given. */
export function toPrintable({ text, ...rest }: Cell): Cell {
  return { text: printable(text), ...rest };
}

/** Between two columns. */
export const gap = 2;

/** One line of a table, ended by a newline. */
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

/** A name that is cut shorter tells nobody anything. */
const minRoom = 12;

/** A text of which every letter is one column wide, as nobody doubts. */
function isPlain(text: string): boolean {
  return /^[ -~]*$/.test(text);
}
