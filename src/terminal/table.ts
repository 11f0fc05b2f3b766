import type { Terminal } from '../world.ts';
import { paint, type Style } from './colour.ts';
import { printable } from './messages.ts';

export interface Cell {
  readonly text: string;
  readonly style?: Style;
}

export interface TableStyle {
  readonly colour: boolean;
  /** The columns of the terminal; infinite where the table is not read on one. */
  readonly width: number;
  /** Titles of the columns that are left out where there is no room, the first of them first. */
  readonly spare?: readonly string[];
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
  const widthOf = await measureFor(lines.flat());
  const widths = titles.map((_, column) => Math.max(...lines.map((line) => widthOf(line[column]?.text ?? ''))));
  const kept = titles.map((_, column) => rows.some((row) => row[column]?.text !== ''));
  const total = () => widths.reduce((sum, width, column) => (kept[column] ? sum + width + gap : sum), -gap);
  for (const title of style.spare ?? []) if (total() > style.width) kept[titles.indexOf(title)] = false;
  const longest = widths.reduce(
    (best, width, column) => (kept[column] && width > (widths[best] ?? 0) ? column : best),
    0,
  );
  const room = Math.max(leastRoom, (widths[longest] ?? 0) - Math.max(0, total() - style.width));
  widths[longest] = Math.min(widths[longest] ?? 0, room);
  return lines
    .map((line) => line.map((cell, column) => (column === longest ? shortened(cell, room, widthOf) : cell)))
    .map((line) => renderLine(line, widths, kept, widthOf, style.colour))
    .join('');
}

/** How a table on stdout is drawn: for a person on a terminal fitted to it, for a program whole. */
export function stdoutStyle({ colour, columns, stdoutIsTerminal }: Terminal): TableStyle {
  return { colour: colour.stdout, width: stdoutIsTerminal ? columns : Number.POSITIVE_INFINITY };
}

// --- internal ---

const gap = 2;
/** A name that is cut shorter tells nobody anything. */
const leastRoom = 12;

type Measure = (text: string) => number;

/** How many columns a terminal gives a text. The tables of all the world's scripts are loaded only where one is used. */
async function measureFor(cells: readonly Cell[]): Promise<Measure> {
  if (cells.every(({ text }) => /^[ -~]*$/.test(text))) return (text) => text.length;
  return (await import('string-width')).default;
}

function toPrintable({ text, ...rest }: Cell): Cell {
  return { text: printable(text), ...rest };
}

function shortened(cell: Cell, room: number, widthOf: Measure): Cell {
  if (widthOf(cell.text) <= room) return cell;
  const letters = [...cell.text];
  while (widthOf(letters.join('')) > room - 1) letters.pop();
  return { ...cell, text: `${letters.join('')}…` };
}

function renderLine(
  line: readonly Cell[],
  widths: readonly number[],
  kept: readonly boolean[],
  widthOf: Measure,
  colour: boolean,
): string {
  const cells = line.map(({ text, style }, column) => {
    const blanks = ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(text)));
    return `${style === undefined ? text : paint(text, style, colour)}${blanks}`;
  });
  return `${cells
    .filter((_, column) => kept[column])
    .join('  ')
    .trimEnd()}\n`;
}
