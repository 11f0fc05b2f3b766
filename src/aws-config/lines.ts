import { endOf, linesOf } from '../lib/lines.ts';
import { parseDocument } from './document.ts';

/** The line that begins at `start`, without its line end. */
export function lineFrom(text: string, start: number): string {
  const line = /[^\r\n]*/y;
  line.lastIndex = start;
  return line.exec(text)?.[0] ?? '';
}

/** The line end of a text: that of its last line that has one. */
export function lineEndStyle(text: string): string {
  const last = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
  return endOf(text.slice(0, last + 1)) || '\n';
}

/** The text without its final line ends, if `original` is not empty and has no final line end. */
export function withFinalEndOf(original: string, text: string): string {
  if (/^\ufeff?$/.test(original) || endOf(original) !== '') return text;
  let end = text.length;
  while (end > 0 && '\r\n'.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** A `=` with or without blanks around it. */
export type Delimiter = '=' | ' =' | '= ' | ' = ';

/**
 * The `=` of a property's line (or its `:`) with the blanks around it. If there is no value, the blank before counts
 * for both sides.
 */
export function delimiterOf(line = 'x = y'): Delimiter {
  const at = line.search(/[=:]/);
  const before = /[ \t]/.test(line.charAt(at - 1));
  const value = line.slice(at + 1);
  const after = value.trim() === '' ? before : /[ \t]/.test(value.charAt(0));
  return `${before ? ' ' : ''}=${after ? ' ' : ''}`;
}

/** Whether the first character of the line that is not blank is `#` or `;`. */
export function isComment(line: string): boolean {
  return /^[ \t]*[#;]/.test(line);
}

export function isBlank(line: string): boolean {
  return /^[ \t]*[\r\n]*$/.test(line);
}

/** The number of lines without the comments and blank lines at the end. */
export function significantLines(lines: readonly string[]): number {
  return lines.findLastIndex((line) => !isComment(line) && !isBlank(line)) + 1;
}

export interface SectionLine {
  text: string;
  /** The property that the line belongs to, if any, and whether it is the first line of that property. */
  readonly key: string | null;
  readonly starts: boolean;
}

/**
 * The lines below a header, each with the property that it belongs to; continuation lines and sub-properties included.
 */
export function propertyLines(texts: readonly string[]): SectionLine[] {
  const lines: SectionLine[] = texts.map((text) => ({ text, key: null, starts: false }));
  // Lines below a property that has a value are continuations of it, never sub-properties. So each gets a value.
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
