import { linesOf, withoutEnd } from '../lib/lines.ts';
import { printable } from '../lib/text.ts';
import { parseDocument } from './document.ts';
import { propertyLines, type SectionLine } from './lines.ts';
import { masked } from './secrets.ts';

/**
 * The lines in which two texts of one of AWS's files differ, to show to a person: each with `- ` or `+ ` before it, below
 * the header of its section. There are blank lines between sections only. Secrets are masked, control characters are
 * replaced, and there is no final line end.
 */
export function describeChange(before: string, after: string): string {
  const steps = pairs(blocksOf(before), blocksOf(after)).map(({ old, fresh }) =>
    difference(old.flatMap(shownLines), fresh.flatMap(shownLines)),
  );
  return steps
    .flatMap(changedSections)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

// --- internal ---

/** The lines of a section, beginning with its header; or the lines before the first section. */
type Block = readonly string[];

function blocksOf(text: string): Block[] {
  const { sections } = parseDocument(text);
  const starts = [0, ...sections.map(({ start }) => start)];
  return starts.map((start, index) => linesOf(text.slice(start, starts[index + 1])));
}

interface Pair {
  readonly old: readonly Block[];
  readonly fresh: readonly Block[];
}

/**
 * Pairs blocks with the same header, in order; blocks without a partner go with the pair before them. Only changed pairs
 * are compared, so the cost does not depend on the size of the file.
 */
function pairs(old: readonly Block[], fresh: readonly Block[]): Pair[] {
  const headers = old.map(([header]) => header);
  const places = new Map(headers.map((header, place) => [header, place] as const).reverse());
  const found: Pair[] = [];
  let [oldStart, freshStart] = [0, 0];
  const add = (oldEnd: number, freshEnd: number) => {
    const pair = { old: old.slice(oldStart, oldEnd), fresh: fresh.slice(freshStart, freshEnd) };
    if (textOf(pair.old) !== textOf(pair.fresh)) found.push(pair);
    [oldStart, freshStart] = [oldEnd, freshEnd];
  };
  for (const [index, [header]] of fresh.entries()) {
    const place = headers[oldStart + 1] === header ? oldStart + 1 : (places.get(header) ?? -1);
    if (place > oldStart) add(place, index);
  }
  add(old.length, fresh.length);
  return found;
}

function textOf(blocks: readonly Block[]): string {
  return blocks.flat().join('');
}

/** A line to compare and to show. */
interface ShownLine {
  /** Without its line end. */
  readonly text: string;
  /** With secrets masked, safe for a terminal. */
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

function maskedLine({ text: line, key, starts }: SectionLine): string {
  const text = withoutEnd(line);
  const continued = key === null || starts ? text : masked(key, text);
  const delimiter = text.search(/[=:]/);
  if (continued !== text || delimiter < 0) return continued;
  const value = text.slice(delimiter + 1).trimStart();
  // A property may also be commented out, or continue a value because it is indented by mistake.
  const name = text
    .slice(0, delimiter)
    .replace(/^[\s#;]+/, '')
    .trimEnd()
    .toLowerCase();
  return text.slice(0, text.length - value.length) + masked(name, value);
}

/** The added and removed lines of each section, below its header, which may itself be added or removed. */
function changedSections(steps: readonly Step[]): string[][] {
  const sections: { header: string[]; lines: string[] }[] = [{ header: [], lines: [] }];
  let isBelowChangedHeader = false;
  for (const { mark, line } of steps) {
    const shown = `${mark} ${line.shown}`;
    const isChanged = mark !== ' ';
    // A header that replaces another is shown directly below it.
    if (line.isHeader && !(isChanged && isBelowChangedHeader))
      sections.push({ header: isChanged ? [] : [shown], lines: [] });
    isBelowChangedHeader = line.isHeader && isChanged;
    if (isChanged && line.text.trim() !== '') sections.at(-1)?.lines.push(shown);
  }
  return sections.flatMap(({ header, lines }) => (lines.length === 0 ? [] : [[...header, ...lines]]));
}

interface Step {
  readonly mark: '-' | '+' | ' ';
  readonly line: ShownLine;
}

/** Limits the memory of a comparison: if its table had more cells, all lines are taken to be different. */
const maxCells = 4_000_000;

function difference(old: readonly ShownLine[], fresh: readonly ShownLine[]): Step[] {
  const shorter = Math.min(old.length, fresh.length);
  let start = 0;
  while (start < shorter && old[start]?.text === fresh[start]?.text) start++;
  let end = 0;
  while (end < shorter - start && old.at(-1 - end)?.text === fresh.at(-1 - end)?.text) end++;
  return [
    ...marked(' ', old.slice(0, start)),
    ...byCommonLines(old.slice(start, old.length - end), fresh.slice(start, fresh.length - end)),
    ...marked(' ', old.slice(old.length - end)),
  ];
}

/** The difference by the longest common subsequence. */
function byCommonLines(old: readonly ShownLine[], fresh: readonly ShownLine[]): Step[] {
  const width = fresh.length + 1;
  if ((old.length + 1) * width > maxCells) return [...marked('-', old), ...marked('+', fresh)];
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

/**
 * Decides a tie: removed lines come first, except that a removed header comes after the lines added to the section
 * above it.
 */
function order(old: ShownLine | undefined, fresh: ShownLine | undefined): 0 | 1 {
  return old?.isHeader && !fresh?.isHeader ? 0 : 1;
}

function marked(mark: Step['mark'], lines: readonly ShownLine[]): Step[] {
  return lines.map((line) => ({ mark, line }));
}
