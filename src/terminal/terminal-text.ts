import { clearLine } from './notice.ts';

/**
 * What a terminal is given to show: the last place where control characters of a name or of an answer of AWS are stopped.
 * Newlines, the colours of `paint`, and `clearLine` at the start are awsp's own. Each other control or format character
 * (see `printable`) shows as U+FFFD.
 */
export function terminalText(text: string): string {
  if (/^[\n -~]*$/.test(text)) return text;
  const start = text.startsWith(clearLine) ? clearLine : '';
  return start + text.slice(start.length).replace(control(), keepOwn);
}

// --- internal ---

/** A control character, and what follows it in a sequence of `paint` (SGR of ECMA-48, section 8.3.117). */
const control = () => /([\p{Cc}\p{Cf}\u2028\u2029])(\[(?:[0124]|3[1236])(?:;(?:[124]|3[1236]))*m)?/gu;

function keepOwn(found: string, character: string, colour = ''): string {
  const isOwn = character === '\n' || (character === '\u001B' && colour !== '');
  return isOwn ? found : `\uFFFD${colour}`;
}
