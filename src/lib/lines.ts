/** The lines of a text, each with its line end (`\n`, `\r\n` or a lone `\r`): joined they are the text again. */
export function linesOf(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
}

/** The lines of a text without their line ends. After a final line end there is one more, which is empty. */
export function lineTexts(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

/** The number of the line that an offset is in, counted from 1. */
export function lineNumberAt(text: string, offset: number): number {
  return lineTexts(text.slice(0, Math.max(offset, 0))).length;
}

/** The line end of a line, empty where it has none. */
export function endOf(line: string): string {
  return /(?:\r\n|\r|\n)?$/.exec(line.slice(-2))?.[0] ?? '';
}

export function withoutEnd(line: string): string {
  return line.slice(0, line.length - endOf(line).length);
}
