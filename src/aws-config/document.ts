/**
 * AWS's dialect of INI, as the AWS CLI and boto3 split it into lines, sections and properties: that is Python's
 * `configparser.RawConfigParser` (Lib/configparser.py, `_read`) as botocore/configloader.py calls it.
 * Sections and entries are offsets into the text, in order and without gaps, so no character of the text is lost.
 */

import { isBlankCode } from './blanks.ts';
import type { ProblemCause } from './problems.ts';
import { isAwsProperty } from './property-names.ts';

/** The lines from one header to the next. */
export interface DocumentSection {
  /** The text between the brackets, unchanged; null when the bracket is not closed or there is nothing in it. */
  readonly header: string | null;
  /**
   * Offsets: the start of the header's line, the end of the header proper, and the start of the next section's line.
   */
  readonly start: number;
  readonly headerEnd: number;
  readonly end: number;
}

export interface Document {
  readonly text: string;
  /** Found at first use. */
  readonly sections: readonly DocumentSection[];
  /** The line of a section's header, counted from 1. */
  lineOf(section: DocumentSection): number;
  /** The properties of a section; read again at each call. */
  entries(section: DocumentSection): readonly Entry[];
  /** What is wrong with the lines of a section, without its header. */
  faults(section: DocumentSection): readonly Fault[];
  /** Lines before the first section that are neither blank nor comments: they belong to no section. */
  preambleFaults(): readonly Fault[];
  /** The line of the first property that is indented and continues no other; null if there is none. */
  indentedProperty(): number | null;
}

/** A property, or a sub-property under its flattened key (`s3.max_concurrent_requests`). */
interface Entry {
  /** In lower case, as `RawConfigParser.optionxform` makes it. */
  readonly key: string;
  /** Trimmed, without a comment that follows it; continuation lines are joined by `\n`. */
  readonly value: string;
  /** How many lines below the section's header. */
  readonly below: number;
  /** Offsets of its lines: from the start of the first to the start of the line after its last. */
  readonly start: number;
  readonly end: number;
}

/** A line that the tools reject, or that has another meaning than it seems to have. */
interface Fault {
  readonly line: number;
  readonly cause: ProblemCause;
}

/** Splits a text into sections. Never throws, whatever the text is. */
export function parseDocument(text: string): Document {
  const lineEnd = lineEnds(text);
  const lines = new Lines(text, lineEnd);
  const lineAt = lineCounter(text, lineEnd);
  let sections: readonly DocumentSection[] | undefined;
  const allSections = () => {
    sections ??= findSections(text, lines, lineEnd);
    return sections;
  };

  const read = (section: DocumentSection, faults: Fault[] | null): readonly Entry[] => {
    lines.restart(nextLine(text, lineEnd(section.headerEnd)), section.end);
    return new EntryReader(lines, faults).read();
  };

  return {
    text,
    get sections() {
      return allSections();
    },
    lineOf: (section) => lineAt(section.start),
    entries: (section) => read(section, null),
    faults: (section) => {
      const faults: Fault[] = [];
      read(section, faults);
      return faults.map(({ line, cause }) => ({ line: lineAt(section.start) + line, cause }));
    },
    indentedProperty: () => {
      for (const section of allSections()) {
        if (isBlankCode(text.charCodeAt(section.start))) return lineAt(section.start);
        lines.restart(nextLine(text, lineEnd(section.headerEnd)), section.end);
        while (lines.advance()) {
          if (lines.kind === 'property' && lines.first > lines.start) return lineAt(lines.start);
        }
      }
      return null;
    },
    preambleFaults: () => {
      const end = allSections()[0]?.start ?? text.length;
      lines.restart(contentStart(text), end);
      return preambleFaults(lines);
    },
  };
}

/** The text of a document, byte for byte what it was parsed from. */
export function renderDocument(document: Document): string {
  const preamble = document.text.slice(0, document.sections[0]?.start);
  return preamble + document.sections.map((section) => document.text.slice(section.start, section.end)).join('');
}

const lineFeed = 10;
const carriageReturn = 13;
const openBracket = 91;
const closeBracket = 93;
const equalsSign = 61;

/** A byte order mark is not part of the first line. */
function contentStart(text: string): number {
  return text.charCodeAt(0) === 0xfeff ? 1 : 0;
}

/**
 * Returns a function that finds `character` at or after an offset (text.length if there is none). The last result is
 * kept, so that a pass over the text takes linear time.
 */
function seeker(text: string, character: string): (from: number) => number {
  let searchedFrom = 0;
  let found = -1;
  return (from) => {
    if (from < searchedFrom || from > found) {
      searchedFrom = from;
      found = text.indexOf(character, from);
      if (found < 0) found = text.length;
    }
    return found;
  };
}

type LineEnd = (from: number) => number;

/**
 * Returns a function that finds the end of the line in which an offset is. Python's universal newlines: `\n`, `\r\n`, a
 * lone `\r`.
 */
function lineEnds(text: string): LineEnd {
  if (!text.includes('\r')) {
    return (from) => {
      const end = text.indexOf('\n', from);
      return end < 0 ? text.length : end;
    };
  }
  const feed = seeker(text, '\n');
  const carriage = seeker(text, '\r');
  return (from) => Math.min(feed(from), carriage(from));
}

/** The start of the line after the one that ends at `end`. */
function nextLine(text: string, end: number): number {
  if (end >= text.length) return text.length;
  return text.charCodeAt(end) === carriageReturn && text.charCodeAt(end + 1) === lineFeed ? end + 2 : end + 1;
}

/**
 * Returns a function that gives the number, from 1, of the line that starts at an offset. Lines are counted only as far
 * as needed.
 */
function lineCounter(text: string, lineEnd: LineEnd): (start: number) => number {
  const starts = [contentStart(text)];
  return (start) => {
    for (let last = starts.at(-1) ?? 0; last < start; last = starts.at(-1) ?? 0)
      starts.push(nextLine(text, lineEnd(last)));
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= start) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}

/** The start of the line, if the character at `at` is the first in it that is not blank; otherwise -1. */
function lineStartIfFirst(text: string, at: number, floor: number): number {
  let start = at;
  for (; start > floor; start--) {
    const code = text.charCodeAt(start - 1);
    if (code === lineFeed || code === carriageReturn) break;
    if (!isBlankCode(code)) return -1;
  }
  return start;
}

/**
 * The last `]` of a line that begins with `[`, as Python's greedy `\[(?P<header>.+)\]` finds it; -1 if there is none.
 */
function headerClose(text: string, open: number, lineEnd: number): number {
  let close = lineEnd - 1;
  while (close > open + 1 && text.charCodeAt(close) !== closeBracket) close--;
  return close > open + 1 ? close : -1;
}

interface OpenSection {
  header: string | null;
  start: number;
  headerEnd: number;
  end: number;
}

function findSections(text: string, lines: Lines, lineEnd: LineEnd): DocumentSection[] {
  const sections: OpenSection[] = [];
  const floor = contentStart(text);
  lines.restart(floor, text.length);
  let last: OpenSection | undefined;
  let from = floor;
  for (let open = text.indexOf('[', from); open >= 0; open = text.indexOf('[', from)) {
    from = open + 1;
    const start = lineStartIfFirst(text, open, floor);
    if (start < 0) continue;
    const end = lineEnd(open);
    const close = headerClose(text, open, end);
    from = end;
    // A closed bracket in the first column is always a header. Any other bracket depends on the lines above it.
    if ((open > start || close < 0) && !lines.isHeader(start, last?.headerEnd)) continue;
    if (last) last.end = start;
    const header = close < 0 ? null : text.slice(open + 1, close);
    last = { header, start, headerEnd: close < 0 ? end : close + 1, end: text.length };
    sections.push(last);
  }
  return sections;
}

type LineKind = 'blank' | 'comment' | 'continuation' | 'header' | 'property' | 'unreadable';

/** Reads line after line and classifies each. The fields describe the current line. */
class Lines {
  kind: LineKind = 'blank';
  start = 0;
  /** Offsets of its first character that is not blank, and of its line end. */
  first = 0;
  end = 0;
  /** Offset of the next line. */
  next = 0;
  /** Offset of the next `=` or `:`. If the line has none, it is in a later line, or at the end of the text. */
  delimiter = 0;

  readonly text: string;
  #limit = 0;
  readonly #lineEnd: LineEnd;
  readonly #equals: (from: number) => number;
  readonly #colon: (from: number) => number;
  readonly #hash: (from: number) => number;
  readonly #semicolon: (from: number) => number;
  /**
   * configparser's `optname` and `indent_level`: a line that is indented deeper than the last property continues it.
   */
  #inProperty = false;
  #indent = 0;

  constructor(text: string, lineEnd: LineEnd) {
    this.text = text;
    this.#lineEnd = lineEnd;
    this.#equals = seeker(text, '=');
    this.#colon = seeker(text, ':');
    this.#hash = seeker(text, '#');
    this.#semicolon = seeker(text, ';');
  }

  /** Continues at `from`, as after a header, and up to `limit`. */
  restart(from: number, limit: number): void {
    this.next = from;
    this.#limit = limit;
    this.#inProperty = false;
  }

  /** Whether the line that starts at `start` is a header, in a section whose header ends at `headerEnd`. */
  isHeader(start: number, headerEnd: number | undefined): boolean {
    if (headerEnd !== undefined && this.next < headerEnd) {
      this.restart(nextLine(this.text, this.#lineEnd(headerEnd)), this.text.length);
    }
    while (this.next <= start && this.advance());
    return this.kind === 'header';
  }

  /** Goes to the next line; false when there is none. */
  advance(): boolean {
    const start = this.next;
    if (start >= this.#limit) return false;
    this.start = start;
    this.end = this.#lineEnd(start);
    this.next = nextLine(this.text, this.end);
    let first = start;
    while (first < this.end && isBlankCode(this.text.charCodeAt(first))) first++;
    this.first = first;
    this.kind = this.#classify();
    return true;
  }

  #classify(): LineKind {
    if (this.first === this.end) return 'blank';
    const code = this.text.charCodeAt(this.first);
    if (code === 35 || code === 59) return 'comment';
    const indent = this.first - this.start;
    if (this.#inProperty && indent > this.#indent) return 'continuation';
    this.#indent = indent;
    this.delimiter = Math.min(this.#equals(this.first), this.#colon(this.first));
    const delimited = this.delimiter < this.end;
    // A header that is not closed still ends the section above it: the lines below do not belong to that section.
    if (code === openBracket && (!delimited || headerClose(this.text, this.first, this.end) >= 0)) {
      this.#inProperty = false;
      return 'header';
    }
    if (!delimited || this.delimiter === this.first) return 'unreadable';
    this.#inProperty = true;
    return 'property';
  }

  /** The offset of the first `=` of a continuation line, or -1. */
  equals(): number {
    const at = this.#equals(this.first);
    return at < this.end ? at : -1;
  }

  /**
   * The offset of the comment after a value that starts at `from`, or of the end of the line. The AWS SDKs end a
   * value at a blank followed by `#` or `;`; configparser has no such comments.
   */
  valueEnd(from: number): number {
    let at = Math.min(this.#hash(from), this.#semicolon(from));
    while (at < this.end && !isBlankCode(this.text.charCodeAt(at - 1))) {
      at = Math.min(this.#hash(at + 1), this.#semicolon(at + 1));
    }
    return Math.min(at, this.end);
  }

  /** The text between two offsets without blanks around it. */
  trimmed(from: number, to: number): string {
    let start = from;
    let end = to;
    while (start < end && isBlankCode(this.text.charCodeAt(start))) start++;
    while (end > start && isBlankCode(this.text.charCodeAt(end - 1))) end--;
    return this.text.slice(start, end);
  }
}

interface OpenEntry {
  key: string;
  value: string;
  below: number;
  start: number;
  end: number;
}

/** Collects the entries of one section, and its faults if `faults` is not null. */
class EntryReader {
  readonly entries: OpenEntry[] = [];
  readonly #lines: Lines;
  readonly #faults: Fault[] | null;
  /**
   * The property names of this section so far, to find repetitions. A sub-property is stored as its parent, `\n` and
   * its name.
   */
  readonly #names: Set<string> | null;
  /** The number of the current line, counted from the header. */
  #below = 1;
  /** The property that an indented line continues. */
  #property: OpenEntry | undefined;
  /** `plain`: one line so far. `continued`: several lines. `parent`: no value, but sub-properties. */
  #shape: 'plain' | 'continued' | 'parent' = 'plain';
  /** The value is only a comment. For configparser the comment is the value, so that it sees no sub-properties. */
  #commented = false;
  /** Blank lines since the last line of the property. They are part of its value only if another line of it follows. */
  #blankLines = 0;

  constructor(lines: Lines, faults: Fault[] | null) {
    this.#lines = lines;
    this.#faults = faults;
    this.#names = faults && new Set();
  }

  read(): readonly Entry[] {
    for (; this.#lines.advance(); this.#below++) {
      const kind = this.#lines.kind;
      if (kind === 'property') this.#readProperty();
      else if (kind === 'blank') this.#blankLines++;
      else if (kind === 'continuation') this.#readContinuation();
      else if (kind === 'unreadable') this.#fault({ id: 'bad-line', fault: 'not-a-property', parent: '' });
    }
    return this.entries;
  }

  #readProperty(): void {
    const lines = this.#lines;
    const key = lines.trimmed(lines.first, lines.delimiter).toLowerCase();
    this.#property = this.#entry(key, lines.delimiter + 1);
    this.#shape = 'plain';
    this.#blankLines = 0;
    this.entries.push(this.#property);
    if (this.#faults === null) return;
    this.#findRepetition(key, { id: 'repeated-key', fault: 'property', key });
    const written = lines.text.slice(lines.first, lines.first + key.length);
    if (written !== key && isAwsProperty(key)) this.#fault({ id: 'upper-case', written, key });
    this.#commented = lines.valueEnd(lines.delimiter + 1) < lines.end;
    if (lines.text.charCodeAt(lines.delimiter) !== equalsSign) {
      this.#fault({ id: 'colon', key });
    }
    if (lines.text.charCodeAt(lines.first) === openBracket) {
      this.#fault({ id: 'bad-header', fault: 'read-as-property', header: '', prefix: '' });
    }
  }

  #readContinuation(): void {
    const property = this.#property;
    if (!property) return;
    if (this.#shape === 'plain' && property.value === '') {
      this.#shape = 'parent';
      this.entries.pop();
    }
    if (this.#shape === 'parent') this.#readSubProperty(property.key);
    else this.#readMoreOf(property);
    this.#blankLines = 0;
  }

  /** botocore/configloader.py, `_parse_nested`: only `=` delimits here. */
  #readSubProperty(parentKey: string): void {
    const lines = this.#lines;
    const delimiter = lines.equals();
    if (delimiter < 0) {
      const fault = this.#commented ? 'ignored-sub-property' : 'not-a-sub-property';
      this.#fault({ id: 'bad-line', fault, parent: parentKey });
    } else if (delimiter === lines.first) {
      this.#fault({ id: 'bad-line', fault: 'no-name', parent: parentKey });
    } else {
      const name = lines.trimmed(lines.first, delimiter).toLowerCase();
      const key = `${parentKey}.${name}`;
      this.entries.push(this.#entry(key, delimiter + 1));
      this.#findRepetition(`${parentKey}\n${name}`, { id: 'repeated-key', fault: 'sub-property', key });
    }
  }

  #readMoreOf(property: OpenEntry): void {
    const lines = this.#lines;
    if (this.#shape === 'plain') {
      this.#shape = 'continued';
      this.#fault({ id: 'indentation', key: property.key });
    }
    property.value += '\n'.repeat(this.#blankLines + 1) + lines.trimmed(lines.first, lines.end);
    property.end = lines.next;
  }

  #entry(key: string, valueStart: number): OpenEntry {
    const lines = this.#lines;
    const valueEnd = lines.valueEnd(valueStart);
    if (valueEnd < lines.end) this.#fault({ id: 'inline-comment', key });
    const value = lines.trimmed(valueStart, valueEnd);
    return { key, value, below: this.#below, start: lines.start, end: lines.next };
  }

  #findRepetition(name: string, cause: ProblemCause): void {
    if (this.#names?.has(name)) this.#fault(cause);
    this.#names?.add(name);
  }

  #fault(cause: ProblemCause): void {
    this.#faults?.push({ line: this.#below, cause });
  }
}

function preambleFaults(lines: Lines): Fault[] {
  const faults: Fault[] = [];
  for (let line = 1; lines.advance(); line++) {
    if (lines.kind === 'blank' || lines.kind === 'comment') continue;
    faults.push({ line, cause: { id: 'before-sections' } });
  }
  return faults;
}
