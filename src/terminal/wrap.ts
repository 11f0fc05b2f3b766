import { isPrintableAscii } from '../lib/text.ts';

/**
 * A line in lines of at most so many columns, broken between words, each but the first indented. Command lines to paste, and
 * names and paths in quotes, stay whole, as do words; the terminal itself breaks what is longer than it is wide.
 */
export function wrapped(line: string, columns: number, indent = 0): readonly string[] {
  if (maxWidth(line) <= columns || columns < minColumns) return [line];
  const [, start = '', text = '', end = ''] = /^( *)(.*?)( *)$/s.exec(line) ?? [];
  const lines: string[] = [];
  let last = start;
  for (const unit of unitsOf(start, text, columns - indent)) {
    const isFirst = last.trim() === '';
    const taken = maxWidth(last) > columns ? maxWidth(last) % columns : maxWidth(last);
    // A word that the terminal breaks anyway is not put below a short start.
    const isLongWord = maxWidth(unit) > columns - indent && !unit.includes(' ');
    if (isFirst || taken + 1 + maxWidth(unit) <= columns || (isLongWord && taken < columns / 3)) {
      last += `${isFirst ? '' : ' '}${unit}`;
    } else {
      lines.push(last);
      last = `${' '.repeat(indent)}${unit}`;
    }
  }
  return [...lines, `${last}${end}`];
}

// --- internal ---

/** In fewer columns nothing can be read. */
const minColumns = 20;

/**
 * The columns that a text takes at most: a character that may be wide counts as two. The widths of Unicode (`measureFor`) take
 * longer to load than a message may take, and a line that is broken a little early is as good.
 */
function maxWidth(text: string): number {
  return isPrintableAscii(text) ? text.length : text.replace(/[\u1100-\u1FFF\u2028-\u{10FFFF}]/gu, 'xx').length;
}

/** The parts of a text between which a line may be broken. */
function unitsOf(start: string, text: string, columns: number): readonly string[] {
  const at = commandAt(start, text);
  const command = text.slice(at);
  // Where there are several blanks, something is aligned by them.
  const units = text.slice(0, at).match(/(?:"[^"]*"|[^ ]| {2,})+/g) ?? [];
  return [
    // What is in quotes may be a sentence.
    ...units.flatMap((unit) => (maxWidth(unit) <= columns ? unit : unit.split(' '))),
    ...(command === '' ? [] : [command]),
  ];
}

/** Where the command line begins that is at the end of a text; its length if there is none. Only a detail may be one as a whole. */
function commandAt(start: string, text: string): number {
  const before = /(?<!^awsp(?:: warning)?): |; |, or |\(/;
  const program = /(?:awsp|aws|sudo|chmod|chown|mkdir|mv|rm|kill|cd|source|unset|export|set -\S+) \S/;
  const found = new RegExp(`(?:${start === '' ? '' : '^|'}${before.source})(?=${program.source})`).exec(text);
  return found === null ? text.length : found.index + found[0].length;
}
