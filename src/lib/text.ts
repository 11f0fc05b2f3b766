/**
 * The characters that must reach neither a terminal nor a shell: Unicode's controls (category Cc: NUL, the escape
 * character, C1) and format controls (Cf: bidirectional overrides, zero-width characters), and the line and paragraph
 * separators. One can steer a terminal, change the order in which an account id is shown, or make two names look the
 * same.
 */
const controlCharacters = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Whether all characters are printable ASCII, as in nearly every name: then Unicode's tables need not be loaded. */
export function isPrintableAscii(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

/** Whether a text has one of `controlCharacters`: then it is refused as a name. */
export function hasControl(text: string): boolean {
  return !isPrintableAscii(text) && text.search(controlCharacters) >= 0;
}

/**
 * Text from files or from AWS, made safe for a terminal: each of `controlCharacters`, newlines too, shows as U+FFFD.
 */
export function printable(text: string): string {
  return isPrintableAscii(text) ? text : text.replace(controlCharacters, '\uFFFD');
}

/** The same where a person has to know which characters they are: `\x1b`, `\u202e`. */
export function escapeControl(text: string): string {
  return text.replace(controlCharacters, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code > 0xffff) return `\\u{${code.toString(16)}}`;
    return code > 0xff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\x${code.toString(16).padStart(2, '0')}`;
  });
}

/**
 * The lines of a text, whatever ends them: CR LF, LF or CR. What follows the last end is a line too, often an empty
 * one.
 */
export function splitLines(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

/** Names as a phrase: `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last;
}
