/** A word of a command without its quotes; expansions such as `$HOME` are kept as written. */
export interface Word {
  readonly text: string;
  readonly line: number;
  /** The number of characters before its first quote: only these can be a keyword, or the name in an assignment. */
  readonly bare: number;
}

/** A word, the end of a command, or the empty pair of parentheses after the name of a function. */
export type Token = Word | 'end' | '()';

/**
 * Splits a script into tokens, without comments, redirections and here-documents. Text in parentheses is one word: a
 * subshell changes nothing outside. According to "Quoting" and "Shell Grammar" in the manuals of bash and zsh, and "The
 * fish language". Never throws: a quote or bracket that is not closed ends with the text.
 */
export function shellTokens(script: string, isFish: boolean): readonly Token[] {
  const reader = new Reader(script.replace(/\r\n?/g, '\n'), isFish);
  const known = isFish ? rules.filter(({ shOnly }) => shOnly !== true) : rules;
  while (!reader.isAtEnd()) {
    for (const { pattern, read } of known) {
      const match = reader.matched(pattern);
      if (match === null) continue;
      read(reader, match);
      break;
    }
  }
  reader.finish();
  return reader.tokens;
}

// --- internal ---

interface HereDocument {
  readonly end: string;
  readonly isIndented: boolean;
}

/** The position in a script, and the tokens read so far. */
class Reader {
  readonly text: string;
  readonly isFish: boolean;
  readonly tokens: Token[] = [];
  readonly hereDocuments: HereDocument[] = [];
  at = 0;
  #line = 1;
  #counted = 0;
  #word: { text: string; line: number; bare: number | null } | null = null;
  #isTarget = false;

  constructor(text: string, isFish: boolean) {
    this.text = text;
    this.isFish = isFish;
  }

  isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  matched(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text);
  }

  /** The current word so far; null between words. */
  word(): string | null {
    return this.#word?.text ?? null;
  }

  /** Adds the text up to `end` to the current word; `content` if it is quoted text, without its quotes. */
  add(end: number, content?: string): void {
    this.#word ??= { text: '', line: this.#lineHere(), bare: null };
    if (content !== undefined) this.#word.bare ??= this.#word.text.length;
    this.#word.text += content ?? this.text.slice(this.at, end);
    this.at = end;
  }

  finishWord(): void {
    if (this.#word === null) return;
    const { text, line, bare } = this.#word;
    if (!this.#isTarget) this.tokens.push({ text, line, bare: bare ?? text.length });
    this.#word = null;
    this.#isTarget = false;
  }

  finish(): void {
    this.finishWord();
    this.tokens.push('end');
  }

  /** The next word is the target of a redirection; a digit before it belongs to the redirection. */
  redirect(): void {
    if (/^\d$/.test(this.word() ?? '')) this.#word = null;
    this.finishWord();
    this.#isTarget = true;
  }

  #lineHere(): number {
    for (; this.#counted < this.at; this.#counted++) if (this.text[this.#counted] === '\n') this.#line += 1;
    return this.#line;
  }
}

interface Rule {
  /** Matched at the position of the reader. */
  readonly pattern: RegExp;
  readonly shOnly?: true;
  /** Advances the reader by at least one character. */
  readonly read: (reader: Reader, match: RegExpExecArray) => void;
}

/** The first that fits counts; the last one fits whatever is left. */
const rules: readonly Rule[] = [
  { pattern: /\\\n/y, read: skip },
  { pattern: /\\([\s\S]?)/y, read: (reader, [whole, escaped]) => reader.add(reader.at + whole.length, escaped) },
  { pattern: /\$'/y, shOnly: true, read: (reader) => addQuoted(reader, reader.at + 1, true) },
  { pattern: /['"]/y, read: (reader) => addQuoted(reader, reader.at, reader.isFish) },
  { pattern: /`/y, shOnly: true, read: (reader) => reader.add(closeOf(reader.text, reader.at, true)) },
  { pattern: /\$[({]|[<>]\(/y, read: (reader) => reader.add(closeOf(reader.text, reader.at + 1, reader.isFish)) },
  { pattern: /#/y, read: readHash },
  { pattern: /\n/y, read: readLineEnd },
  {
    pattern: /[ \t]/y,
    read: (reader, match) => {
      reader.finishWord();
      skip(reader, match);
    },
  },
  {
    pattern: /<<(-?)[ \t]*((?:[^\s;&|()<>"']|"[^"\n]*"|'[^'\n]*')+)/y,
    shOnly: true,
    read: (reader, match) => {
      reader.redirect();
      reader.add(reader.at + match[0].length);
      reader.hereDocuments.push({ end: (match[2] ?? '').replace(/["'\\]/g, ''), isIndented: match[1] === '-' });
    },
  },
  {
    pattern: /&?(?:<<<|[<>]{1,2})[&|!?]?/y,
    read: (reader, match) => {
      reader.redirect();
      skip(reader, match);
    },
  },
  { pattern: /\([ \t]*\)/y, shOnly: true, read: readEmptyPair },
  { pattern: /\(/y, read: readBrackets },
  {
    pattern: /[;&|)]/y,
    read: (reader, match) => {
      reader.finish();
      skip(reader, match);
    },
  },
  { pattern: /[^ \t\n;&|()<>"'`$\\#]+|[\s\S]/y, read: (reader, [whole]) => reader.add(reader.at + whole.length) },
];

function skip(reader: Reader, { 0: whole }: RegExpExecArray): void {
  reader.at += whole.length;
}

function addQuoted(reader: Reader, start: number, isEscaped: boolean): void {
  const end = closeOf(reader.text, start, isEscaped);
  const content = reader.text.slice(start + 1, end - 1);
  reader.add(end, isEscaped || reader.text[start] === '"' ? content.replace(/\\(["'\\$`])/g, '$1') : content);
}

/** A `#` within a word does not begin a comment. */
function readHash(reader: Reader): void {
  if (reader.word() === null) reader.at = indexOrEnd(reader.text, '\n', reader.at);
  else reader.add(reader.at + 1);
}

function readLineEnd(reader: Reader): void {
  reader.finish();
  reader.at += 1;
  for (const document of reader.hereDocuments.splice(0))
    reader.at = afterHereDocument(reader.text, reader.at, document);
}

/** `()`: an empty list, or the definition of a function whose name is the word before it. */
function readEmptyPair(reader: Reader, match: RegExpExecArray): void {
  if (reader.word()?.endsWith('=')) {
    reader.add(reader.at + match[0].length);
    return;
  }
  reader.finishWord();
  reader.tokens.push('()');
  skip(reader, match);
}

/** A list, a pattern or, in fish, a command within a word; otherwise a subshell. */
function readBrackets(reader: Reader): void {
  const isWithin = reader.isFish || reader.word() !== null;
  reader.add(closeOf(reader.text, reader.at, reader.isFish));
  if (!isWithin) reader.finish();
}

/** The offset of `searched`, or of the end of the text. */
function indexOrEnd(text: string, searched: string, from: number): number {
  const found = text.indexOf(searched, from);
  return found === -1 ? text.length : found;
}

/** What has a meaning within a quote or a bracket: escapes, another opening (group 1), the end, comments. */
const within: Readonly<Record<string, { readonly end: string; readonly pattern: RegExp }>> = {
  "'": { end: "'", pattern: /'/g },
  "escaped '": { end: "'", pattern: /\\[\s\S]?|'/g },
  '"': { end: '"', pattern: /\\[\s\S]?|\$([({])|"/g },
  '`': { end: '`', pattern: /\\[\s\S]?|`/g },
  '(': { end: ')', pattern: /\\[\s\S]?|(["'`(])|\)|(?<=\s)#[^\n]*/g },
  '{': { end: '}', pattern: /\\[\s\S]?|(["'`{])|\}|(?<=\s)#[^\n]*/g },
};

/**
 * The offset after the end of the quote or the bracket that opens at `start`, including what is nested in it. Within single
 * quotes a backslash escapes only in fish and in `$'…'` (`isEscaped`).
 */
function closeOf(text: string, start: number, isEscaped: boolean): number {
  const opened = [text[start] ?? ''];
  let at = start + 1;
  for (let open = opened.at(-1); open !== undefined; open = opened.at(-1)) {
    const context = within[isEscaped && open === "'" ? "escaped '" : open];
    if (context === undefined) break;
    const { end, pattern } = context;
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return text.length;
    at = pattern.lastIndex;
    if (found[1] !== undefined) opened.push(found[1]);
    else if (found[0] === end) opened.pop();
  }
  return at;
}

/** The offset after the last line of a here-document whose first line begins at `start`. */
function afterHereDocument(
  text: string,
  start: number,
  { end, isIndented }: { readonly end: string; readonly isIndented: boolean },
): number {
  let at = start;
  while (at < text.length) {
    const lineEnd = indexOrEnd(text, '\n', at);
    const written = text.slice(at, lineEnd);
    at = lineEnd + 1;
    if ((isIndented ? written.replace(/^\t+/, '') : written) === end) return at;
  }
  return at;
}
