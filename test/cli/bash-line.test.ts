import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBashLine, readBashWord, writeBashWord } from '../../src/cli/bash-line.ts';
import { runProgram } from '../support/run.ts';
import { bareEnvironment, describeWith, dialects, temporaryFolder } from '../support/shells.ts';

describe('a line', () => {
  it.each<[line: string, words: string[], last: string]>([
    ['', [], ''],
    ['awsp', [], 'awsp'],
    ['awsp ', ['awsp'], ''],
    ['awsp  \t de', ['awsp'], 'de'],
    ["awsp 'two words' d", ['awsp', 'two words'], 'd'],
    ["awsp 'two wor", ['awsp'], "'two wor"],
    ['awsp "a \\" b" "c', ['awsp', 'a " b'], '"c'],
    ['awsp two\\ words x\\', ['awsp', 'two words'], 'x\\'],
    ['awsp two\\ wo', ['awsp'], 'two\\ wo'],
    ['awsp "" x', ['awsp', ''], 'x'],
    ["awsp 'a\\' b", ['awsp', 'a\\'], 'b'],
  ])('%j', (line, words, last) => {
    expect(readBashLine(line)).toEqual({ words, last });
  });
});

describe('a word', () => {
  it.each([
    ['plain', 'plain', ''],
    ["'it", 'it', "'"],
    ['"it', 'it', '"'],
    ["it\\'s", "it's", ''],
    ["'a'\\''b", "a'b", "'"],
    ['"\\$\\x', '$\\x', '"'],
    ['"a"b', 'ab', ''],
    ['a\\', 'a', ''],
    ['$HOME', '$HOME', ''],
  ])('%s', (written, value, quote) => {
    expect(readBashWord(written)).toEqual({ value, quote });
  });
});

/** Any text that a name may be, with much of what bash finds special. */
const name = fc
  .array(
    fc.oneof(fc.constantFrom(...`'"\\ $\`!&|;<>()[]{}*?#~^=,:%@`), fc.string({ unit: 'grapheme', maxLength: 3 })),
    { maxLength: 8 },
  )
  .map((parts) => parts.join('').replace(/\p{Cc}/gu, ''))
  .filter((text) => text !== '');

describe('what is written is read back', () => {
  it.each(['', "'", '"'] as const)('where %j is open', (quote) => {
    fc.assert(
      fc.property(name, (value) => {
        const text = writeBashWord(value, quote);
        // as readline does: it closes the quote unless the text ends with one
        const line = `${quote}${text}${text.endsWith(quote) ? '' : quote}`;
        expect(readBashWord(line)).toEqual({ value, quote: '' });
        expect(readBashLine(`awsp ${line} `)).toEqual({ words: ['awsp', value], last: '' });
      }),
    );
  });

  describeWith('bash', 'by bash itself', () => {
    it.each(['', "'", '"'] as const)('where %j is open', async (quote) => {
      const folder = temporaryFolder();
      const values = fc.sample(name, 300);
      const lines = values.map((value) => {
        const text = writeBashWord(value, quote);
        return `printf '%s\\0' ${quote}${text}${text.endsWith(quote) ? '' : quote}\n`;
      });
      writeFileSync(join(folder, 'script'), lines.join(''));
      const run = await runProgram('bash', [...dialects.bash.bare, join(folder, 'script')], {
        env: bareEnvironment(folder),
      });
      expect(run.stderr).toBe('');
      expect(run.stdout.split('\0').slice(0, -1)).toEqual(values);
    });
  });
});
