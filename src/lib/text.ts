/**
 * The characters that must reach neither a terminal nor a shell: Unicode's controls (category Cc: NUL, the escape
 * character, C1) and format controls (Cf: bidirectional overrides, zero-width characters), and the line and paragraph
 * separators. One can steer a terminal, change the order in which an account id is shown, or make two names look the
 * same. A function, because the expression alone takes V8 a fifth of a millisecond, which nearly no start needs.
 */
const controlCharacters = () => /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * Whether all characters are printable ASCII, as in nearly every name: then Unicode's tables need not be loaded. Without an
 * expression, which V8 would compile at each start, twice: the second time it runs.
 */
export function isPrintableAscii(text: string): boolean {
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}

/** Whether a text is letters and digits of ASCII, with a single `-` between some of them: as nearly every name. */
export function isPlainWord(text: string): boolean {
  let isWithin = false;
  for (let place = 0; place < text.length; place++) {
    const isOfWord = isAlphanumeric(text.charCodeAt(place));
    if (!isOfWord && (!isWithin || text[place] !== '-')) return false;
    isWithin = isOfWord;
  }
  return isWithin;
}

/** The second of two plain words (`isPlainWord`) with one blank between them; null for another text. */
export function secondPlainWord(text: string): string | null {
  const blank = text.indexOf(' ');
  const second = text.slice(blank + 1);
  return blank > 0 && isPlainWord(text.slice(0, blank)) && isPlainWord(second) ? second : null;
}

/** Whether a character is a letter or digit of ASCII, by its code. */
export function isAlphanumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

/**
 * The letters and digits that a text may have, as they stand between the brackets of a regular expression with the flag `u`.
 * For a text in ASCII they are those of ASCII: V8 takes up to two milliseconds for an expression with one of Unicode's classes.
 */
export function letterClasses(text: string): LetterClasses {
  return isPrintableAscii(text) ? asciiClasses : unicodeClasses;
}

export interface LetterClasses {
  readonly lower: string;
  readonly upper: string;
  readonly digit: string;
  /** Every letter and digit. */
  readonly alphanumeric: string;
}

/**
 * The longest name that a switch exports, in characters. AWS sets no limit for the names of profiles, but Linux starts no
 * command with a variable of 128 KiB (MAX_ARG_STRLEN, execve(2)), and no person reads a name of this length.
 */
export const maxNameLength = 1_000;

/** Whether a text has one of `controlCharacters`: then it is refused as a name. */
export function hasControl(text: string): boolean {
  return !isPrintableAscii(text) && text.search(controlCharacters()) >= 0;
}

/**
 * Text from files or from AWS, made safe for a terminal: each of `controlCharacters`, newlines too, shows as U+FFFD.
 */
export function printable(text: string): string {
  return isPrintableAscii(text) ? text : text.replace(controlCharacters(), '\uFFFD');
}

/**
 * Text from outside (AWS, the network, a library) as a part of one line: line ends and other blanks become one space, the
 * rest as `printable`, and what is longer than `maxLength` is cut.
 */
export function excerpt(text: string, maxLength = 500): string {
  const cut = text.slice(0, maxLength).replace(/\s+/g, ' ').trim();
  return printable(text.length > maxLength ? `${cut}…` : cut);
}

/**
 * A document as JSON for stdout. What could steer a terminal is escaped, which JSON allows for any character (RFC 8259,
 * section 7); `JSON.stringify` escapes only the first 32.
 */
export function toJsonText(document: unknown): string {
  return `${JSON.stringify(document, null, 2).replace(controlCharacters(), escapeInJson)}\n`;
}

/** The same where a person has to know which characters they are: `\x1b`, `\u{202e}`. */
export function escapeControl(text: string): string {
  return text.replace(controlCharacters(), (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xff ? `\\u{${code.toString(16)}}` : `\\x${code.toString(16).padStart(2, '0')}`;
  });
}

/** Names as a phrase: `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last;
}

/** The first lines of a long list, and how many more there are. */
export function shortened(lines: readonly string[], max: number): readonly string[] {
  const more = lines.length - max;
  return more > 0 ? [...lines.slice(0, max), `… and ${more} more`] : lines;
}

// --- internal ---

const asciiClasses: LetterClasses = { lower: 'a-z', upper: 'A-Z', digit: '0-9', alphanumeric: 'A-Za-z0-9' };
const unicodeClasses: LetterClasses = {
  lower: '\\p{Ll}',
  upper: '\\p{Lu}',
  digit: '\\p{N}',
  alphanumeric: '\\p{L}\\p{N}',
};

/** A line end is one of the document itself: in a string it is escaped already. */
function escapeInJson(character: string): string {
  if (character === '\n') return character;
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
