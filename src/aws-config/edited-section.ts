import { endOf, linesOf, withoutEnd } from '../lib/lines.ts';
import { parseDocument } from './document.ts';
import { type Delimiter, delimiterOf, isComment, propertyLines, type SectionLine, significantLines } from './lines.ts';

/** A section with its header, in which properties are changed. */
export class EditedSection {
  readonly #nextHeader: string;
  readonly #lineEnd: string;
  readonly #delimiter: Delimiter;
  #header: string;
  #lines: SectionLine[];

  /**
   * `nextHeader` is the line below the section, if any; `lineEnd` and `delimiter` are those of the file, used if the
   * section has none of its own.
   */
  constructor(text: string, nextHeader: string, lineEnd: string, delimiter: Delimiter) {
    const [header = '', ...body] = linesOf(text);
    this.#nextHeader = nextHeader;
    this.#lineEnd = lineEnd;
    this.#delimiter = delimiter;
    this.#header = header;
    this.#lines = propertyLines(body);
  }

  text(): string {
    return this.#header + this.#lines.map((line) => line.text).join('');
  }

  has(key: string): boolean {
    return this.#lines.some((line) => line.key === key);
  }

  set(key: string, value: string): void {
    const at = this.#lines.findLastIndex((line) => line.key === key && line.starts);
    const line = this.#lines[at];
    if (line === undefined) {
      this.#add(key, value);
      return;
    }
    line.text = withValue(line.text, value);
    this.#lines = this.#lines.filter((other, index) => index <= at || other.key !== key || isComment(other.text));
  }

  remove(key: string): void {
    this.#lines = this.#lines.filter((line) => line.key !== key || isComment(line.text));
  }

  #add(key: string, value: string): void {
    const at = significantLines(this.#lines.map((line) => line.text));
    const neighbour = this.#lines.findLast((line) => line.starts)?.text;
    const end = this.#endLineAbove(at);
    const property = key + (neighbour === undefined ? this.#delimiter : delimiterOf(neighbour)) + value + end;
    const usual = (/^[ \t]*/.exec(neighbour ?? this.#header)?.[0] ?? '') + property;
    // Indented like the next header: not deeper than a property above, and not less than the header.
    const safe = this.#nextHeader.slice(0, this.#nextHeader.indexOf('[')) + property;
    this.#lines.splice(at, 0, { text: this.#isAlone(usual, at) ? usual : safe, key, starts: true });
  }

  /** The line end for a line inserted at `at`. Adds one to the line above, if that has none. */
  #endLineAbove(at: number): string {
    const above = this.#lines[at - 1];
    const end = endOf(above?.text ?? this.#header);
    const missing = end === '' ? this.#lineEnd : '';
    if (above) above.text += missing;
    else this.#header += missing;
    return end;
  }

  /**
   * Whether a line inserted at `at` is a property by itself, and neither the lines below nor the next header belong to
   * it.
   */
  #isAlone(text: string, at: number): boolean {
    const texts = this.#lines.map((line) => line.text);
    const lines = propertyLines([...texts.slice(0, at), text, ...texts.slice(at), this.#nextHeader]);
    return lines[at]?.starts === true && lines.slice(at + 1).every(({ key }) => key === null);
  }
}

/** The line of a property with another value, otherwise unchanged. */
export function withValue(line: string, value: string): string {
  const document = parseDocument(`[x]\n${line}`);
  const [section] = document.sections;
  const old = section ? (document.entries(section)[0]?.value ?? '') : '';
  const delimiter = line.search(/[=:]/) + 1;
  if (old !== '') {
    const at = line.indexOf(old, delimiter);
    return line.slice(0, at) + value + line.slice(at + old.length);
  }
  const rest = withoutEnd(line.slice(delimiter));
  const comment = rest.search(/[#;]/);
  const blanks = comment < 0 ? rest : rest.slice(0, comment);
  const before = blanks || (/[ \t]/.test(line[delimiter - 2] ?? '') ? ' ' : '');
  return line.slice(0, delimiter) + before + value + (comment < 0 ? '' : ` ${rest.slice(comment)}`) + endOf(line);
}
