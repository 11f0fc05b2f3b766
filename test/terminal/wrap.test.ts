import fc from 'fast-check';
import widthOf from 'string-width';
import { describe, expect, it } from 'vitest';
import { commandHelp, wholeHelp } from '../../src/cli/help.ts';
import { lateGrammar } from '../../src/commands/grammar.ts';
import { renderMessages } from '../../src/terminal/messages.ts';
import { wrapped } from '../../src/terminal/wrap.ts';

const id = 'barnehageplass-prod-AWSReadOnlyAccess-123456789013';

describe('a message on a terminal of 40 columns', () => {
  it.each([
    ['that fits stays as it is', 'one line', [], 'awsp: one line\n'],
    [
      'is broken between words',
      'the profile is in the file, but this shell does not use it',
      ['which is no error'],
      'awsp: the profile is in the file, but\n  this shell does not use it\n  which is no error\n',
    ],
    [
      'keeps a command line whole',
      'it is active in this shell; to leave it: awsp --unset --quiet',
      ['to trust it: awsp allow', 'give the folders back to yourself: sudo chown -R "$(id -un)" ~/.aws ~/.cache'],
      'awsp: it is active in this shell; to\n  leave it: awsp --unset --quiet\n  to trust it: awsp allow\n' +
        '  give the folders back to yourself:\n    sudo chown -R "$(id -un)" ~/.aws ~/.cache\n',
    ],
    [
      'is no command line because it is awsp that knows nothing',
      'awsp knows no region of this name; it knows eu-west-1',
      [],
      'awsp: awsp knows no region of this name;\n  it knows eu-west-1\n',
    ],
    [
      'keeps a quoted path whole, where it fits',
      'this cannot be changed "/home/kari/my files/config" by you',
      ['AWS says "one two three four five six seven eight nine"'],
      'awsp: this cannot be changed\n  "/home/kari/my files/config" by you\n' +
        '  AWS says "one two three four five six\n    seven eight nine"\n',
    ],
    [
      'leaves to the terminal what is longer than a line',
      `${id}: account 123456789013, PRODUCTION`,
      [`https://device.sso.eu-west-1.amazonaws.com/?user_code=ABCD-EFGH`],
      `awsp: ${id}: account 123456789013,\n  PRODUCTION\n  https://device.sso.eu-west-1.amazonaws.com/?user_code=ABCD-EFGH\n`,
    ],
    [
      'counts wide letters as two',
      '日本語の名前 日本語の名前 日本語の名前',
      [],
      'awsp: 日本語の名前 日本語の名前\n  日本語の名前\n',
    ],
  ] as const)('%s', (_what, text, details, expected) => {
    expect(renderMessages([{ kind: 'note', text, details }], { colour: false, columns: 40 })).toBe(expected);
    const whole = renderMessages([{ kind: 'note', text, details }], {
      colour: false,
      columns: Number.POSITIVE_INFINITY,
    });
    expect(whole).toBe(`awsp: ${text}\n${details.map((detail) => `  ${detail}\n`).join('')}`);
  });

  it('has its colour on the prefix alone', () => {
    const text = renderMessages([{ kind: 'error', text: 'a b c d e f g h i j' }], { colour: true, columns: 20 });
    expect(text).toBe('\u001B[31mawsp:\u001B[0m a b c d e f g\n  h i j\n');
  });
});

it('any text: no word is lost or broken, and no line of several words is too wide', () => {
  const word = fc.oneof(fc.stringMatching(/^[ -~]{1,30}$/), fc.string({ unit: 'grapheme', maxLength: 8 }));
  const text = fc
    .array(word, { maxLength: 20 })
    .map((words) => words.join(' ').replace(/ +/g, ' ').replace(/^ | $/g, ''));
  fc.assert(
    fc.property(text, fc.integer({ min: 20, max: 120 }), fc.nat({ max: 6 }), (line, columns, indent) => {
      // A command line stays whole whatever its length.
      fc.pre(!/(?:awsp|aws|sudo|chmod|chown|mkdir|mv|rm|kill|cd|source|unset|export|set) /.test(line));
      const lines = wrapped(line, columns, indent);
      expect(lines.map((part) => part.replace(/^ +/, '')).join(' ')).toBe(line);
      for (const part of lines.filter((some) => widthOf(some) > columns))
        expect(part.split(' ').some((some) => widthOf(some) * 2 > columns - indent)).toBe(true);
    }),
  );
});

const grammar = await lateGrammar.loadAll();
const texts = [
  ['awsp --help', (columns: number) => wholeHelp(grammar, columns)] as const,
  ...grammar.commands.map(
    (command) => [`awsp help ${command.name}`, (columns: number) => commandHelp(command, columns)] as const,
  ),
];

it.each([80, 50])('the help fits %i columns, and says the same', (columns) => {
  for (const [name, text] of texts) {
    const lines = text(columns).split('\n');
    const wide = lines.filter((line) => line.length > columns && !line.startsWith('  awsp '));
    expect({ name, wide }).toEqual({ name, wide: [] });
    const words = (some: string) => some.split(/\s+/).join(' ');
    expect(words(lines.join('\n'))).toBe(words(text(Number.POSITIVE_INFINITY)));
  }
});
