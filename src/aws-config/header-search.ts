import type { DocumentSection } from './document.ts';

/** What a header at the first column has before its name. */
const headerStart = '\n[';

/** More lines than these to look at, and splitting the document is as fast. */
const maxSuspects = 2_000;

/** What Python's `str.isspace` takes for white space within a line; a header may be indented by it. */
const blanks = [...'\t\v\f\u001C\u001D\u001E\u001F \u0085\u00A0\u1680\u2028\u2029\u202F\u205F\u3000'].concat(
  Array.from({ length: 11 }, (_, index) => String.fromCharCode(0x2000 + index)),
);

/** With these a header can spell a name in another way than letter by letter. */
const spellings = ['"', "'", '\\', '\t'];
const indentedHeaders = blanks.map((blank) => `${blank}[`);

/**
 * Finds sections by searching the text for them: one profile among 10,000 is found before the others' headers could be
 * counted. Every answer is null where only splitting the document can tell: where a header is indented, not closed, or
 * spells its name with quotes.
 */
export class HeaderSearch {
  readonly #text: string;
  #lowerCase: string | undefined;
  #hasIndentedHeaders: boolean | undefined;

  private constructor(text: string) {
    this.#text = text;
  }

  static of(text: string): HeaderSearch | null {
    const isOdd = text.startsWith('\uFEFF') || text.includes('\r') || spellings.some((mark) => isInHeaders(text, mark));
    return isOdd ? null : new HeaderSearch(text);
  }

  /**
   * The sections whose headers mean what is looked for, in file order. `part` is in every such header: for a profile a
   * blank and its name, for others the start of the header.
   */
  sections(part: string, isMeant: (header: string) => boolean): DocumentSection[] | null {
    const text = this.#text;
    const found: DocumentSection[] = [];
    for (let at = text.indexOf(part); at >= 0; ) {
      const start = text.lastIndexOf('\n', at) + 1;
      const first = text[start] === '[' ? '[' : firstOf(text, start);
      if (first === '[') {
        const section = this.#sectionAt(start);
        if (section === null) return null;
        if (isMeant(section.header ?? '')) found.push(section);
      }
      const lineEnd = text.indexOf('\n', at);
      at = lineEnd < 0 ? -1 : text.indexOf(part, lineEnd);
    }
    return found;
  }

  /**
   * The headers of the sections in which a word (in lower case) occurs anywhere, without regard to case; `many` when they
   * are more than `atMost`.
   */
  headersAround(word: string, atMost: number): string[] | 'many' | null {
    const text = word.toUpperCase() === word ? this.#text : this.#inLowerCase();
    this.#hasIndentedHeaders ??= indentedHeaders.some((mark) => isInHeaders(this.#text, mark));
    // Some letters change their length with their case, and then offsets mean nothing.
    if (this.#hasIndentedHeaders || text.length !== this.#text.length) return null;
    const headers: string[] = [];
    for (let at = text.indexOf(word); at >= 0; ) {
      if (headers.length === atMost) return 'many';
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
    if (indentedHeaders.some((mark) => isInHeaders(lines, mark))) return null;
    return { header: this.#text.slice(start + 1, close), start, headerEnd: close + 1, end };
  }

  /** The last `]` of a header's line; -1 where it is not closed, or encloses nothing. */
  #closeOf(start: number): number {
    const lineEnd = this.#text.indexOf('\n', start);
    const close = this.#text.lastIndexOf(']', lineEnd < 0 ? this.#text.length : lineEnd);
    return close > start + 1 ? close : -1;
  }
}

// --- internal ---

/** Whether a mark stands in a line whose first character that is not blank is `[`; also where there are too many to tell. */
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

function firstOf(text: string, start: number): string | undefined {
  let first = start;
  while (text[first] !== '\n' && blanks.includes(text[first] ?? '')) first++;
  return text[first];
}
