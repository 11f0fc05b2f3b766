import { indentCharacters, isIndentCode } from './blanks.ts';
import type { DocumentSection } from './document.ts';
import type { KnownShape } from './types.ts';

/** How a header in the first column begins. */
const headerStart = '\n[';

/** With more lines than this to look at, splitting the document is as fast. */
const maxSuspects = 2_000;

/** If a header has one of these, the name in it may differ from what is written. */
const quotingCharacters = ['"', "'", '\\', '\t'];

/**
 * Finds sections by a text search, without splitting the document: fast for one profile among 10,000. A method returns
 * null where the search cannot be sure, and the document has to be split: when a header is indented, is not closed, or
 * has quotes in its name.
 */
export class HeaderSearch {
  readonly #text: string;
  readonly #known: () => KnownShape | null;
  #lowerCase: string | undefined;
  #hasIndentedHeaders: boolean | undefined;

  private constructor(text: string, known: () => KnownShape | null) {
    this.#text = text;
    this.#known = known;
  }

  /**
   * Null for a text that cannot be searched: with quotes in its headers, a byte order mark or carriage returns.
   * `known` returns what is known of the text without looking through it.
   */
  static of(text: string, known: () => KnownShape | null): HeaderSearch | null {
    const isUnfit =
      text.startsWith('\uFEFF') || text.includes('\r') || quotingCharacters.some((mark) => isInHeaders(text, mark));
    return isUnfit ? null : new HeaderSearch(text, known);
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
    if (this.isIndented() || text.length !== this.#text.length) return null;
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
    if (this.isIndented()) return null;
    // One expression finds ten thousand lines in a third of the time of as many searches.
    const lines = this.#text.match(/(?<![^\n])\[[^\n]*/g) ?? [];
    const headers = lines.map((line) => line.slice(1, Math.max(1, line.lastIndexOf(']'))));
    return headers.includes('') ? null : headers;
  }

  /**
   * The names of the profiles of a config file, in file order; a name that is not `default` may be there twice. Null also
   * where a header is not a usual one. Takes half of the time of one expression for all headers.
   */
  profileNames(): string[] | null {
    if (this.isIndented()) return null;
    const text = this.#text;
    const names: string[] = [];
    let hasDefault = false;
    for (let open = text.startsWith('[') ? 0 : nextHeader(text, 0); open >= 0; open = nextHeader(text, open)) {
      const name = profileNameAt(text, open);
      if (name === null) return null;
      if (name !== '' && !(name === 'default' && hasDefault)) names.push(name);
      if (name === 'default') hasDefault = true;
    }
    return names;
  }

  /** Whether a header may be indented. */
  isIndented(): boolean {
    this.#hasIndentedHeaders ??= this.#known() === null && hasIndentedHeaders(this.#text);
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

const lineFeed = 10;
const profileStart = '[profile ';
const otherHeader = /^(?:sso-session|services) [^ \n]+$/;

/** The place of the next `[` in the first column after a place; -1 if there is none. */
function nextHeader(text: string, after: number): number {
  const at = text.indexOf(headerStart, after);
  return at < 0 ? -1 : at + 1;
}

/** Whether the first character of a line that is not blank is `[`, and it is not in the first column. */
function hasIndentedHeaders(text: string): boolean {
  // One look for the text of nearly every file, where each `[` begins a line.
  if (!text.includes('[') || !/[^\n]\[/.test(text)) return false;
  return indentCharacters().some((blank) => isInHeaders(text, `${blank}[`));
}

/** The name in the profile's header whose `[` is there; empty for another usual header, null for one that is not usual. */
function profileNameAt(text: string, open: number): string | null {
  const close = text.indexOf(']', open);
  if (close < 0 || (close + 1 < text.length && text.charCodeAt(close + 1) !== lineFeed)) return null;
  if (!text.startsWith(profileStart, open)) {
    const header = text.slice(open + 1, close);
    return header === 'default' ? header : otherHeader.test(header) ? '' : null;
  }
  const name = text.slice(open + profileStart.length, close);
  return name === '' || name.includes(' ') || name.includes('\n') ? null : name;
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
