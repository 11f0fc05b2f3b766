/** The characters above U+007F that Python's `str.isspace` and `\s` take for white space. */
const wideBlanks = [0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000];

/**
 * Whether Python's `str.isspace` and `\s` take a character for white space: below U+0080 more than JavaScript does, and
 * not U+FEFF.
 */
export function isBlankCode(code: number): boolean {
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13) || code >= 28;
  return code > 127 && ((code >= 0x2000 && code <= 0x200a) || wideBlanks.includes(code));
}

/** The same characters without line ends: those with which a line can be indented. */
export function isIndentCode(code: number): boolean {
  return code !== 10 && code !== 13 && isBlankCode(code);
}

/** The texts of these characters. */
export function indentCharacters(): readonly string[] {
  const narrow = Array.from({ length: 33 }, (_, code) => code);
  const spaces = Array.from({ length: 11 }, (_, index) => 0x2000 + index);
  return [...narrow, ...wideBlanks, ...spaces].filter(isIndentCode).map((code) => String.fromCharCode(code));
}
