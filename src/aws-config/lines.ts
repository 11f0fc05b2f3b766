import { endOf, linesOf } from '../lib/lines.ts';
import { parseDocument } from './document.ts';

/** The line that begins at `start`, without its line end. */
export function lineFrom(text: string, start: number): string {
  const line = /[^\r\n]*/y;
  line.lastIndex = start;
  return line.exec(text)?.[0] ?? '';
}

/** How the lines of a text end, to judge by the last one that does. */
export function lineEndStyle(text: string): string {
  const last = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
  return endOf(text.slice(0, last + 1)) || '\n';
}

/** A text that ends in a line end only if the original does, where that has a line. */
export function withFinalEndOf(original: string, text: string): string {
  if (/^\ufeff?$/.test(original) || endOf(original) !== '') return text;
  let end = text.length;
  while (end > 0 && '\r\n'.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** A `=` with blanks around it or not. */
export type Delimiter = '=' | ' =' | '= ' | ' = ';

/** The `=` as in a property's line, whose `:` may stand for it; around no value the blank before it tells for both. */
export function delimiterOf(line = 'x = y'): Delimiter {
  const at = line.search(/[=:]/);
  const before = /[ \t]/.test(line.charAt(at - 1));
  const value = line.slice(at + 1);
  const after = value.trim() === '' ? before : /[ \t]/.test(value.charAt(0));
  return `${before ? ' ' : ''}=${after ? ' ' : ''}`;
}

export function isComment(line: string): boolean {
  return /^[ \t]*[#;]/.test(line);
}

export function isBlank(line: string): boolean {
  return /^[ \t]*[\r\n]*$/.test(line);
}

/** Where a section ends for all but comments and blank lines, as the number of its lines until there. */
export function significantLines(lines: readonly string[]): number {
  return lines.findLastIndex((line) => !isComment(line) && !isBlank(line)) + 1;
}

export interface SectionLine {
  text: string;
  /** The property that it is a line of, and whether it is the first of them. */
  readonly key: string | null;
  readonly starts: boolean;
}

/** Which of the lines below a header belong to which property, with its continuation lines and sub-properties. */
export function propertyLines(texts: readonly string[]): SectionLine[] {
  const lines: SectionLine[] = texts.map((text) => ({ text, key: null, starts: false }));
  // To a property that has a value, all deeper lines are continuations of it; so each is given one.
  const document = parseDocument(`[x]\n${texts.map((text) => text.replace(/[=:]/, '$&x')).join('')}`);
  const [section] = document.sections;
  for (const { key, below, start, end } of section ? document.entries(section) : []) {
    const count = linesOf(document.text.slice(start, end)).length;
    for (let at = below - 1; at < below - 1 + count; at++) {
      lines[at] = { text: texts[at] ?? '', key, starts: at === below - 1 };
    }
  }
  return lines;
}
