import { indentCharacters, isIndentCode } from './blanks.ts';
import type { DocumentSection } from './document.ts';

/** How a header in the first column begins. */
const headerStart = '\n[';

/** With more lines than this to look at, splitting the document is as fast. */
const maxSuspects = 2_000;

/** A header whose type and name are plain to see, and the name where it is one of a profile. */
const usualHeader = () =>
  /(?<![^\n])\[(?:profile ([^ \]\n]+)|(default)|(?:sso-session|services) [^ \]\n]+)\](?![^\n])/g;

/** If a header has one of these, the name in it may differ from what is written. */
const quotingCharacters = ['"', "'", '\\', '\t'];

/**
 * Finds sections by a text search, without splitting the document: fast for one profile among 10,000. A method returns
 * null where the search cannot be sure, and the document has to be split: when a header is indented, is not closed, or
 * has quotes in its name.
 */
export class HeaderSearch {
  readonly #text: string;
  readonly #isKnownUsual: () => boolean;
  #lowerCase: string | undefined;
  #hasIndentedHeaders: boolean | undefined;

  private constructor(text: string, isKnownUsual: () => boolean) {
    this.#text = text;
    this.#isKnownUsual = isKnownUsual;
  }

  /**
   * Null for a text that cannot be searched: with quotes in its headers, a byte order mark or carriage returns.
   * `isKnownUsual` returns whether it has been found out that the text has the usual shape (see `isUsualText`).
   */
  static of(text: string, isKnownUsual: () => boolean): HeaderSearch | null {
    const isUnfit =
      text.startsWith('\uFEFF') || text.includes('\r') || quotingCharacters.some((mark) => isInHeaders(text, mark));
    return isUnfit ? null : new HeaderSearch(text, isKnownUsual);
  }

  /**
   * The sections for whose header `matches` returns true, in file order. `part` is a text that every such header has: for
   * a profile a blank and its name, for other sections the start of the header.
   */
  sections(part: string, matches: (header: string) => boolean): DocumentSection[] | null {
    const text = this.#text;
    const found: DocumentSection[] = [];
    for (let at = text.indexOf(part); at >= 0; ) {
      const start = text.lastIndexOf('\n', at) + 1;
      const first = text[start] === '[' ? '[' : firstOf(text, start);
      if (first === '[') {
        const section = this.#sectionAt(start);
        if (section === null) return null;
        if (matches(section.header ?? '')) found.push(section);
      }
      const lineEnd = text.indexOf('\n', at);
      at = lineEnd < 0 ? -1 : text.indexOf(part, lineEnd);
    }
    return found;
  }

  /**
   * The headers of the sections in which a word (in lower case) occurs anywhere, ignoring case; `many` if there are more
   * than `max`.
   */
  headersAround(word: string, max: number): string[] | 'many' | null {
    const text = word.toUpperCase() === word ? this.#text : this.#inLowerCase();
    // Some letters have another length in lower case; then the offsets of the two texts differ.
    if (this.#isIndented() || text.length !== this.#text.length) return null;
    const headers: string[] = [];
    for (let at = text.indexOf(word); at >= 0; ) {
      if (headers.length === max) return 'many';
      const before = text.lastIndexOf(headerStart, at);
      const start = before < 0 && text[0] === '[' ? 0 : before + 1;
      if (text[start] === '[') {
        const close = this.#closeOf(start);
        if (close < 0) return null;
        headers.push(this.#text.slice(start + 1, close));
      }
      const next = text.indexOf(headerStart, at);
      at = next < 0 ? -1 : text.indexOf(word, next);
    }
    return headers;
  }

  /** The headers of all sections, in file order. */
  headers(): string[] | null {
    if (this.#isIndented()) return null;
    // One expression finds ten thousand lines in a third of the time of as many searches.
    const lines = this.#text.match(/(?<![^\n])\[[^\n]*/g) ?? [];
    const headers = lines.map((line) => line.slice(1, Math.max(1, line.lastIndexOf(']'))));
    return headers.includes('') ? null : headers;
  }

  /**
   * The names of the profiles of a config file, in file order; a name may be there twice. Null also where a header is not a
   * usual one. One expression for all of them takes a third of the time of reading each header.
   */
  profileNames(): string[] | null {
    if (this.#isIndented()) return null;
    const names: string[] = [];
    const usual = usualHeader();
    let headers = 0;
    for (let found = usual.exec(this.#text); found !== null; found = usual.exec(this.#text), headers++) {
      const name = found[1] ?? found[2];
      if (name !== undefined) names.push(name);
    }
    const starts = this.#text.split(headerStart).length - (this.#text.startsWith('[') ? 0 : 1);
    return headers === starts ? names : null;
  }

  /** Whether it is sure that no line of a header begins with what `pattern` finds. */
  isWithout(pattern: RegExp): boolean {
    return !this.#isIndented() && !pattern.test(this.#text);
  }

  #isIndented(): boolean {
    this.#hasIndentedHeaders ??= !this.#isKnownUsual() && hasIndentedHeaders(this.#text);
    return this.#hasIndentedHeaders;
  }

  #inLowerCase(): string {
    this.#lowerCase ??= this.#text.toLowerCase();
    return this.#lowerCase;
  }

  #sectionAt(start: number): DocumentSection | null {
    const close = this.#closeOf(start);
    const next = this.#text.indexOf(headerStart, start);
    if (this.#text[start] !== '[' || close < 0 || (next >= 0 && this.#closeOf(next + 1) < 0)) return null;
    const end = next < 0 ? this.#text.length : next + 1;
    const lines = this.#text.slice(close + 1, end);
    if (hasIndentedHeaders(lines)) return null;
    return { header: this.#text.slice(start + 1, close), start, headerEnd: close + 1, end };
  }

  /** The last `]` of a header's line; -1 if the header is not closed or empty. */
  #closeOf(start: number): number {
    const lineEnd = this.#text.indexOf('\n', start);
    const close = this.#text.lastIndexOf(']', lineEnd < 0 ? this.#text.length : lineEnd);
    return close > start + 1 ? close : -1;
  }
}

// --- internal ---

/** Whether the first character of a line that is not blank is `[`, and it is not in the first column. */
function hasIndentedHeaders(text: string): boolean {
  // One look for the text of nearly every file, where each `[` begins a line.
  if (!text.includes('[') || !/[^\n]\[/.test(text)) return false;
  return indentCharacters().some((blank) => isInHeaders(text, `${blank}[`));
}

/**
 * Whether a mark occurs in a line whose first character that is not blank is `[`. Also true if there are too many lines
 * to check.
 */
function isInHeaders(text: string, mark: string): boolean {
  let suspects = 0;
  for (let at = text.indexOf(mark); at >= 0; suspects++) {
    const start = text.lastIndexOf('\n', at) + 1;
    if (suspects > maxSuspects || firstOf(text, start) === '[') return true;
    const lineEnd = text.indexOf('\n', at);
    at = lineEnd < 0 ? -1 : text.indexOf(mark, lineEnd);
  }
  return false;
}

/** The first character of a line that is not blank. */
function firstOf(text: string, start: number): string | undefined {
  let first = start;
  while (isIndentCode(text.charCodeAt(first))) first++;
  return text[first];
}
