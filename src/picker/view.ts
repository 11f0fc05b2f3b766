import { printable } from '../lib/text.ts';
import { type FuzzyLetters, lettersFound } from '../selection/search.ts';
import { paint, type Style } from '../terminal/colour.ts';
import {
  type Cell,
  type CutText,
  clip,
  cut,
  fitColumns,
  gap,
  type Layout,
  type Measure,
  measureColumns,
  type Table,
  toPrintable,
} from '../terminal/table.ts';
import type { Picture } from './drawing.ts';
import type { Picker } from './state.ts';

/** The visible items as a table. Columns only grow while the user scrolls, so that little moves. */
export interface Page {
  readonly titles: readonly string[];
  readonly first: readonly string[];
  readonly spare: readonly string[];
  /** A row for each item, safe for a terminal. */
  readonly rows: readonly (readonly Cell[])[];
  /** The searched texts of each row. */
  readonly texts: readonly (readonly string[])[];
  readonly widths: readonly number[];
}

/** The size of the screen in columns and rows, at least 1 each. */
export interface ViewSize {
  readonly columns: number;
  readonly rows: number;
}

export interface ViewStyle {
  readonly colour: boolean;
  readonly widthOf: Measure;
  /** Finds the matching letters of a fuzzy match; null while fuzzy search is not loaded. */
  readonly letters: FuzzyLetters | null;
}

/** The whole list: its length, what it lists, and where Esc leads to. */
export interface Whole {
  readonly count: number;
  readonly noun: string;
  readonly onEscape: 'back' | 'leave';
}

/** The number of items on the screen. */
export function pageHeight(size: ViewSize): number {
  const { hasQuery, hasTitles, foot } = partsOf(size);
  return size.rows - Number(hasQuery) - Number(hasTitles) - foot;
}

/** The visible items, around the selected one, and the index of the first of them. */
export function shownOn({ found, selected }: Picker, size: ViewSize): { first: number; items: readonly number[] } {
  const height = pageHeight(size);
  const first = Math.max(0, Math.min(selected - (height >> 1), found.items.length - height));
  return { first, items: found.items.slice(first, first + height) };
}

/** Makes a page of a table of the visible items; `before` are the column widths of the previous page. */
export function pageOf(
  { titles, rows, first = [], spare }: Table,
  texts: readonly (readonly string[])[],
  before: readonly number[],
  widthOf: Measure,
): Page {
  const lines = [titles.map((text): Cell => ({ text })), ...rows].map((row) => row.map(toPrintable));
  const widths = measureColumns(lines, widthOf).map((width, column) => Math.max(width, before[column] ?? 0));
  return { titles, first, spare, rows: lines.slice(1), texts: texts.map((some) => some.map(printable)), widths };
}

/**
 * Draws the picker: the query with the number of matches, the titles, the visible items, and a foot. The foot shows the
 * full name of the selected item if names are cut, and the keys where there is room for them. On a terminal with few rows
 * only the items remain.
 */
export function view(picker: Picker, page: Page, all: Whole, size: ViewSize, style: ViewStyle): Picture {
  const { hasQuery, hasTitles, foot } = partsOf(size);
  const layout = fitColumns(page.widths, size.columns - margin.text.length, page, shortName);
  const query = queryLine(picker, all, size.columns, style.widthOf);
  const titles = page.titles.map((text): Cell => ({ text, style: 'bold' }));
  const selected = picker.selected - shownOn(picker, size).first;
  const items = page.rows.map((_, row) => itemLine(picker, page, row, row === selected, layout, style));
  if (items.length === 0) items.push([margin, { text: 'nothing here has that', styles: ['dim'] }]);
  const lines = [
    ...(hasQuery ? [query.spans] : []),
    ...(hasTitles ? [[margin, ...cellsOf(titles, layout, style, nothingMarked)]] : []),
    ...items,
    ...Array.from({ length: pageHeight(size) - items.length }, () => []),
    ...footLines(
      page,
      page.rows[selected],
      layout,
      all.onEscape,
      { height: foot, columns: size.columns },
      style.widthOf,
    ),
  ];
  return {
    lines: lines.map((spans) => renderSpans(spans, size.columns, style)),
    cursor: { row: 0, column: hasQuery ? query.cursor : 0 },
  };
}

// --- internal ---

interface Span {
  readonly text: string;
  readonly styles: readonly Style[];
}

const margin: Span = { text: '  ', styles: [] };
const pointer: Span = { text: '> ', styles: ['bold'] };
const nothingMarked: (text: string) => ReadonlySet<number> = () => new Set();

/** Names may be cut to this width before other columns are dropped, because the foot shows the full name. */
const shortName = 24;

/** Which parts fit, and the number of lines of the foot. */
function partsOf({ columns, rows }: ViewSize) {
  return { hasQuery: rows > 1, hasTitles: rows > 3, foot: rows < 7 ? 0 : (columns < 64 ? 2 : 1) + (rows < 12 ? 0 : 1) };
}

function queryLine({ query, cursor, found }: Picker, { count, noun }: Whole, columns: number, widthOf: Measure) {
  const tally = `${found.items.length}/${count} ${noun}`;
  const hasTally = columns >= tally.length + 20;
  const room = columns - pointer.text.length - 1 - (hasTally ? tally.length + gap : 0);
  const before = [...printable(query.slice(0, cursor))];
  while (before.length > 0 && widthOf(before.join('')) > room) before.shift();
  const shownBefore = before.join('');
  const after = [...printable(query.slice(cursor))];
  while (after.length > 0 && widthOf(shownBefore + after.join('')) > room) after.pop();
  const text = shownBefore + after.join('');
  const blanks = ' '.repeat(Math.max(0, room + 1 + gap - widthOf(text)));
  const spans: Span[] = [
    { text: pointer.text, styles: ['cyan'] },
    { text, styles: [] },
    ...(hasTally ? [{ text: `${blanks}${tally}`, styles: ['dim'] } as const] : []),
  ];
  return { spans, cursor: Math.min(columns - 1, pointer.text.length + widthOf(shownBefore)) };
}

function itemLine(
  { query, found }: Picker,
  { rows, texts }: Page,
  row: number,
  isSelected: boolean,
  layout: Layout,
  style: ViewStyle,
): readonly Span[] {
  const marked = (text: string) =>
    texts[row]?.includes(text) ? lettersFound(text, query, found.isFuzzy ? style.letters : null) : nothingMarked(text);
  const cells = cellsOf(rows[row] ?? [], layout, style, marked);
  if (!isSelected) return [margin, ...cells];
  return [pointer, ...cells.map(({ text, styles }): Span => ({ text, styles: ['bold', ...styles] }))];
}

function cellsOf(
  row: readonly Cell[],
  { columns, widths }: Layout,
  { widthOf }: ViewStyle,
  marked: (text: string) => ReadonlySet<number>,
): readonly Span[] {
  return columns.flatMap((column) => {
    const { text, style } = row[column] ?? { text: '' };
    const width = widths[column] ?? 0;
    const shown = cut(text, width, widthOf);
    const blanks = ' '.repeat(Math.max(0, width - widthOf(shown.text)) + gap);
    return [...markedSpans(shown.text, placesIn(shown, marked(text)), style), { text: blanks, styles: [] }];
  });
}

/** The marked letters that a cut text still shows, at their places in it. */
function placesIn({ head, removed }: CutText, places: ReadonlySet<number>): ReadonlySet<number> {
  if (removed === 0) return places;
  const tail = head + removed;
  return new Set([...places].flatMap((place) => (place < head ? place : place < tail ? [] : place - removed + 1)));
}

/** Underlines the matching letters, and colours them unless the cell has a style of its own. */
function markedSpans(text: string, places: ReadonlySet<number>, style: Style | undefined): readonly Span[] {
  const plain = style === undefined ? [] : [style];
  if (places.size === 0) return [{ text, styles: plain }];
  const spans: Span[] = [];
  let start = 0;
  for (let end = 1; end <= text.length; end++) {
    // A surrogate pair is one letter.
    const isWithin = end < text.length && /[\uDC00-\uDFFF]/.test(text.charAt(end));
    if (isWithin || (end < text.length && places.has(end) === places.has(start))) continue;
    const styles: readonly Style[] = places.has(start) ? ['underline', style ?? 'cyan'] : plain;
    spans.push({ text: text.slice(start, end), styles });
    start = end;
  }
  return spans;
}

function footLines(
  { widths }: Page,
  selected: readonly Cell[] | undefined,
  layout: Layout,
  onEscape: Whole['onEscape'],
  { height, columns }: { readonly height: number; readonly columns: number },
  widthOf: Measure,
): readonly (readonly Span[])[] {
  const cutColumn = layout.columns.find((column) => (layout.widths[column] ?? 0) < (widths[column] ?? 0));
  const lines: string[] = [];
  for (const letter of cutColumn === undefined ? '' : (selected?.[cutColumn]?.text ?? '')) {
    const line = `${lines.at(-1) ?? ''}${letter}`;
    if (lines.length === 0 || widthOf(line) > columns) lines.push(letter);
    else lines[lines.length - 1] = line;
  }
  if (lines.length < height) lines[height - 1] = keyHints(onEscape, columns);
  return Array.from({ length: height }, (_, row) => [{ text: lines[row] ?? '', styles: ['dim'] }]);
}

/** What the keys do, as much of it as there is room for. */
function keyHints(onEscape: Whole['onEscape'], columns: number): string {
  const hints = ['Enter: choose', `Esc: ${onEscape}`, 'arrows: move', 'letters: search'];
  while (hints.length > 1 && hints.join('   ').length > columns) hints.pop();
  return hints.join('   ');
}

/** Spans as text of at most so many columns. Without colour, bold and underline remain. */
function renderSpans(spans: readonly Span[], columns: number, { colour, widthOf }: ViewStyle): string {
  let room = columns;
  let line = '';
  for (const { text, styles } of spans) {
    const letters = widthOf(text) <= room ? text : clip(text, room, widthOf);
    room -= widthOf(letters);
    const wanted = colour ? styles : styles.filter((style) => style === 'bold' || style === 'underline');
    line += paint(letters, letters.trim() === '' ? [] : wanted, true);
    if (letters !== text) break;
  }
  return line.trimEnd();
}
