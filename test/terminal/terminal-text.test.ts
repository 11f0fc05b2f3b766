import { describe, expect, test } from 'vitest';
import { paint, type Style } from '../../src/terminal/colour.ts';
import { clearLine } from '../../src/terminal/notice.ts';
import { terminalText } from '../../src/terminal/terminal-text.ts';
import { hostileTexts, steersTerminal } from '../support/hostile-values.ts';

const styles: readonly Style[] = ['bold', 'dim', 'underline', 'red', 'green', 'yellow', 'cyan'];

describe('what is written to a terminal', () => {
  test.each([
    'awsp: done\n  a detail\n',
    `${clearLine}| waiting for the sign-in`,
    ...styles.map((style) => `${paint('one', style, true)} two\n`),
    ...styles.map((style) => paint('one', ['bold', style], true)),
  ])('keeps what awsp composes: %j', (text) => {
    expect(terminalText(text)).toBe(text);
  });

  test.each(hostileTexts)('has no control character of a text: %s', (_what, text) => {
    const own = ['\n', '\u001b[31m', '\u001b[0m'];
    const shown = own.reduce((left, sequence) => left.replaceAll(sequence, ''), terminalText(`account: ${text}\n`));
    expect(shown).not.toMatch(steersTerminal);
  });

  test.each([
    [`account: ${clearLine}planted`, 'account: \uFFFD\uFFFD[Kplanted'],
    ['\u001b[8mhidden\u001b[0m', '\uFFFD[8mhidden\u001b[0m'],
    ['\u001b[38;5;1mx', '\uFFFD[38;5;1mx'],
    ['\u009b31mx', '\uFFFD31mx'],
    ['\u009b[31mx', '\uFFFD[31mx'],
  ])('is not a sequence that awsp does not write: %j', (text, shown) => {
    expect(terminalText(text)).toBe(shown);
  });
});
