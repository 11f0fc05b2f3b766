import { EventEmitter } from 'node:events';
import { emitKeypressEvents } from 'node:readline';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readKeys } from '../../src/picker/keys.ts';
import type { Key } from '../../src/world.ts';

/** What Node's readline makes of bytes that come at once. */
function decode(bytes: string): Key[] {
  const stream = new EventEmitter();
  const keys: Key[] = [];
  emitKeypressEvents(stream as NodeJS.ReadableStream);
  stream.on('keypress', (text: string | undefined, { name = '', ctrl, meta, shift }) => {
    keys.push({ name, text: text ?? '', ctrl, meta, shift });
  });
  stream.emit('data', Buffer.from(bytes));
  return keys;
}

/** A word for each command; what is inserted is in quotes. */
function commandsFor(bytes: string, isPasting = false): string {
  const words = readKeys(decode(bytes), isPasting).commands.map((command) => {
    switch (command.kind) {
      case 'insert':
        return `'${command.text}'`;
      case 'erase':
        return `erase ${command.what}`;
      case 'go':
        return `go ${command.to}`;
      case 'select':
        return command.which;
      default:
        return command.kind;
    }
  });
  return words.join(', ').replaceAll("', '", '');
}

describe('keys', () => {
  it.each([
    ['letters', 'aØ漢😀 ', "'aØ漢😀 '"],
    ['Enter', '\r', 'choose'],
    ['letters and Enter at once: typed fast', 'dev\r', "'dev', choose"],
    ['Up', '\x1b[A', 'previous'],
    ['Up of a keypad', '\x1bOA', 'previous'],
    ['Ctrl-P', '\x10', 'previous'],
    ['Ctrl-K', '\x0b', 'previous'],
    ['Shift-Tab', '\x1b[Z', 'previous'],
    ['Down', '\x1b[B', 'next'],
    ['Ctrl-N', '\x0e', 'next'],
    ['Ctrl-J', '\n', 'next'],
    ['Ctrl-J, three times at once', '\n\n\n', 'next, next, next'],
    ['Tab', '\t', 'next'],
    ['PageUp', '\x1b[5~', 'page up'],
    ['PageDown', '\x1b[6~', 'page down'],
    ['Home', '\x1b[H', 'first'],
    ['Home of other terminals', '\x1b[1~', 'first'],
    ['End', '\x1b[F', 'last'],
    ['End of other terminals', '\x1b[4~', 'last'],
    ['Left', '\x1b[D', 'go left'],
    ['Right', '\x1b[C', 'go right'],
    ['Ctrl-A and Ctrl-E', '\x01\x05', 'go start, go end'],
    ['Ctrl-B and Ctrl-F', '\x02\x06', 'go left, go right'],
    ['Backspace', '\x7f', 'erase before'],
    ['Ctrl-H', '\b', 'erase before'],
    ['Delete', '\x1b[3~', 'erase after'],
    ['Ctrl-W', '\x17', 'erase word'],
    ['Alt-Backspace', '\x1b\x7f', 'erase word'],
    ['Ctrl-U', '\x15', 'erase line'],
    ['Ctrl-C', '\x03', 'cancel'],
    ['Ctrl-D', '\x04', 'leave'],
    [
      'Ctrl-Z, Ctrl-\\, Ctrl-O, F1, Insert, Alt-x and a lost mouse: nothing',
      '\x1a\x1c\x0f\x1bOP\x1b[2~\x1bx\x1b[I',
      '',
    ],
    ['NUL', '\0', ''],
    ['C1', '\u009B', ''],
    ['a zero-width space', '\u200B', ''],
  ])('%s', (_what, bytes, expected) => {
    expect(commandsFor(bytes)).toBe(expected);
  });
});

describe('a paste chooses nothing', () => {
  const [start, end] = ['\x1b[200~', '\x1b[201~'];
  it.each([
    ['marked', `${start}shop-dev\r${end}`, "'shop-dev '"],
    ['marked, with a line feed', `${start}shop-dev\n${end}`, "'shop-dev '"],
    ['marked, of some lines', `${start}a\r\nb\r\n${end}`, "'a  b  '"],
    ['marked, with control characters', `${start}a\x03\x15\tb\x1b[A${end}`, "'a b'"],
    ['marked, and then Enter', `${start}a${end}\r`, "'a', choose"],
    ['without marks, of some lines', 'a\rb\r', "'a b '"],
    ['without marks, of some lines, the last without its end', 'a\nb', "'a b'"],
  ])('%s', (_what, bytes, expected) => {
    expect(commandsFor(bytes)).toBe(expected);
  });

  it('also where it comes in parts', () => {
    const first = readKeys(decode(`${start}a\r`), false);
    expect(first.isPasting).toBe(true);
    expect(commandsFor('\r\x03', true)).toBe("' '");
    expect(readKeys(decode(`\r${end}`), true).isPasting).toBe(false);
  });
});

it('what is inserted never has a control character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (bytes, isPasting) => {
      for (const command of readKeys(decode(bytes), isPasting).commands) {
        if (command.kind === 'insert') expect(command.text).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      }
    }),
    { numRuns: 500 },
  );
});
