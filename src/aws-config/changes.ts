import { printable } from '../terminal/messages.ts';
import { parseDocument } from './document.ts';
import { linesOf, propertyLines, type SectionLine, withoutEnd } from './lines.ts';
import { masked } from './secrets.ts';

/**
 * The lines by which two texts of one of AWS's files differ, for a person to look at: `- ` and `+ ` before them, under
 * the header of their section. Without blank lines, with secrets masked, safe for a terminal, without a final line end.
 */
export function describeChange(before: string, after: string): string {
  const lines: string[] = [];
  for (const { old, fresh } of differingRuns(blocksOf(before), blocksOf(after))) {
    let header: string | null = null;
    for (const { mark, line } of difference(old.flatMap(shownLines), fresh.flatMap(shownLines))) {
      if (line.isHeader) header = mark === ' ' ? line.shown : null;
      if (mark === ' ' || line.text.trim() === '') continue;
      if (header !== null) lines.push(`  ${header}`);
      header = null;
      lines.push(`${mark} ${line.shown}`);
    }
  }
  return lines.join('\n');
}

// --- internal ---

/** The lines of a section, its header first, or those before the first section. */
type Block = readonly string[];

function blocksOf(text: string): Block[] {
  const { sections } = parseDocument(text);
  const starts = [0, ...sections.map(({ start }) => start)];
  return starts.map((start, index) => linesOf(text.slice(start, starts[index + 1])));
}

interface Run {
  readonly old: readonly Block[];
  readonly fresh: readonly Block[];
}

/** What is between the blocks that are the same in both, in the same order: little, however large the file is. */
function differingRuns(old: readonly Block[], fresh: readonly Block[]): Run[] {
  const texts = old.map((block) => block.join(''));
  const places = new Map(texts.map((text, index): [string, number] => [text, index]).reverse());
  const runs: Run[] = [];
  let [oldStart, freshStart] = [0, 0];
  for (const [index, block] of fresh.entries()) {
    const text = block.join('');
    const place = texts[oldStart] === text ? oldStart : (places.get(text) ?? -1);
    if (place < oldStart) continue;
    runs.push({ old: old.slice(oldStart, place), fresh: fresh.slice(freshStart, index) });
    [oldStart, freshStart] = [place + 1, index + 1];
  }
  return [...runs, { old: old.slice(oldStart), fresh: fresh.slice(freshStart) }];
}

interface ShownLine {
  /** Without its line end. */
  readonly text: string;
  /** As it may be shown. */
  readonly shown: string;
  readonly isHeader: boolean;
}

function shownLines(block: Block): ShownLine[] {
  const headers = parseDocument(block.join('')).sections.length;
  const show = (text: string, isHeader: boolean, line: string): ShownLine => {
    return { text: withoutEnd(line), shown: printable(text.replaceAll('\t', ' ')), isHeader };
  };
  return [
    ...block.slice(0, headers).map((line) => show(withoutEnd(line), true, line)),
    ...propertyLines(block.slice(headers)).map((line) => show(maskedLine(line), false, line.text)),
  ];
}

function maskedLine(line: SectionLine): string {
  const text = withoutEnd(line.text);
  if (line.key !== null && !line.starts) return masked(line.key, text);
  const delimiter = text.search(/[=:]/);
  if (delimiter < 0) return text;
  const value = text.slice(delimiter + 1).trimStart();
  // A comment too may be a property that someone has switched off.
  const key =
    line.key ??
    text
      .slice(0, delimiter)
      .replace(/^[\s#;]+/, '')
      .trimEnd()
      .toLowerCase();
  return text.slice(0, text.length - value.length) + masked(key, value);
}

interface Step {
  readonly mark: '-' | '+' | ' ';
  readonly line: ShownLine;
}

/** More cells than these in the table of a comparison, and everything counts as different. */
const mostCells = 4_000_000;

/** By the longest common subsequence. */
function difference(old: readonly ShownLine[], fresh: readonly ShownLine[]): Step[] {
  const width = fresh.length + 1;
  if ((old.length + 1) * width > mostCells) return [...marked('-', old), ...marked('+', fresh)];
  const lengths = new Uint32Array((old.length + 1) * width);
  const lengthFrom = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = fresh.length - 1; j >= 0; j--) {
      const isSame = old[i]?.text === fresh[j]?.text;
      lengths[i * width + j] = isSame
        ? lengthFrom(i + 1, j + 1) + 1
        : Math.max(lengthFrom(i + 1, j), lengthFrom(i, j + 1));
    }
  }
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  while (i < old.length && j < fresh.length) {
    const isSame = old[i]?.text === fresh[j]?.text;
    const isGone = !isSame && lengthFrom(i + 1, j) + order(old[i], fresh[j]) > lengthFrom(i, j + 1);
    if (isSame) steps.push(...marked(' ', old.slice(i, i + 1)));
    else if (isGone) steps.push(...marked('-', old.slice(i, i + 1)));
    else steps.push(...marked('+', fresh.slice(j, j + 1)));
    if (isSame || isGone) i++;
    if (!isGone) j++;
  }
  return [...steps, ...marked('-', old.slice(i)), ...marked('+', fresh.slice(j))];
}

/** Where either may come first, what is gone does; but a header not before what is new in the section above it. */
function order(old: ShownLine | undefined, fresh: ShownLine | undefined): 0 | 1 {
  return old?.isHeader && !fresh?.isHeader ? 0 : 1;
}

function marked(mark: Step['mark'], lines: readonly ShownLine[]): Step[] {
  return lines.map((line) => ({ mark, line }));
}
