/** Where a text ends as bash reads it: `''` outside of quotes, else the quote that is still open. */
type Quote = '' | "'" | '"';

interface BashWord {
  /** What bash takes the word for, quotes and backslashes removed; variables in it are not expanded. */
  readonly value: string;
  readonly quote: Quote;
}

/**
 * The words of a command line up to the cursor, the last of them the one at the cursor (empty after a blank).
 * Bash manual, "Quoting".
 */
export function readBashLine(line: string): { readonly words: readonly string[]; readonly last: string } {
  const [first = '', ...others] = splitLine(line).reverse();
  return { words: others.reverse().map((word) => readBashWord(word).value), last: first };
}

/** One word as it is written, or the beginning of one. */
export function readBashWord(written: string): BashWord {
  let value = '';
  let quote: Quote = '';
  for (let at = 0; at < written.length; at++) {
    const letter = written.charAt(at);
    const next = written.charAt(at + 1);
    if (letter === quote) quote = '';
    else if (quote === '' && (letter === "'" || letter === '"')) quote = letter;
    // Between double quotes a backslash is one, unless it is before these.
    else if (letter === '\\' && (quote === '' || (quote === '"' && '$`"\\'.includes(next)))) {
      value += next;
      at++;
    } else value += letter;
  }
  return { value, quote };
}

/** The text that makes bash read `value` where `quote` is open. */
export function writeBashWord(value: string, quote: Quote): string {
  // Beyond ASCII nothing is special to bash.
  if (quote === '') return value.replace(/[^\w@%+=:,./\u0080-\uFFFF-]/g, '\\$&');
  const text =
    quote === "'"
      ? value.replaceAll("'", "'\\''")
      : // Not even a backslash keeps `!` from the history there, so it stands outside.
        value.replace(/[$`"\\]/g, '\\$&').replaceAll('!', '"\\!"');
  // Readline closes the quote, unless it takes what the text ends with for the end of it.
  return text.endsWith(quote) ? `${text}${quote}` : text;
}

// --- internal ---

function splitLine(line: string): string[] {
  const words: string[] = [];
  let start = 0;
  for (let at = 0; at <= line.length; at++) {
    const isEnd = at === line.length;
    if (!isEnd && !/[ \t\n]/.test(line.charAt(at))) continue;
    const word = line.slice(start, at);
    const isOpen = readBashWord(word).quote !== '' || /(^|[^\\])(\\\\)*\\$/.test(word);
    if (isOpen && !isEnd) continue;
    if (word !== '' || isEnd) words.push(word);
    start = at + 1;
  }
  return words;
}
