import { paint, type Style } from './colour.ts';
import { printable } from './messages.ts';

export interface Cell {
  readonly text: string;
  readonly style?: Style;
}

/** Columns of text under their titles, two spaces apart, each line ended by a newline; empty columns are left out. */
export async function renderTable(
  titles: readonly string[],
  rows: readonly (readonly Cell[])[],
  colour: boolean,
): Promise<string> {
  const kept = titles.map((_, column) => rows.some((row) => row[column]?.text !== ''));
  const header = titles.map((text): Cell => ({ text, style: 'bold' }));
  const lines = [header, ...rows].map((row) => row.filter((_, column) => kept[column]).map(toPrintable));
  const widthOf = await measureFor(lines.flat());
  const widths: number[] = [];
  for (const line of lines) {
    line.forEach(({ text }, column) => {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(text));
    });
  }
  return lines.map((line) => renderLine(line, widths, widthOf, colour)).join('');
}

// --- internal ---

type Measure = (text: string) => number;

/** How many columns a terminal gives a text. The tables of all the world's scripts are loaded only where one is used. */
async function measureFor(cells: readonly Cell[]): Promise<Measure> {
  if (cells.every(({ text }) => /^[ -~]*$/.test(text))) return (text) => text.length;
  return (await import('string-width')).default;
}

function toPrintable({ text, ...rest }: Cell): Cell {
  return { text: printable(text), ...rest };
}

function renderLine(line: readonly Cell[], widths: readonly number[], widthOf: Measure, colour: boolean): string {
  const cells = line.map(({ text, style }, column) => {
    const gap = column === line.length - 1 ? '' : ' '.repeat((widths[column] ?? 0) - widthOf(text));
    return `${style === undefined ? text : paint(text, style, colour)}${gap}`;
  });
  return `${cells.join('  ').trimEnd()}\n`;
}
