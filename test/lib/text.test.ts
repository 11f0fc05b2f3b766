import { describe, expect, it, test } from 'vitest';
import { escapeControl, hasControl, printable, splitLines } from '../../src/lib/text.ts';

describe('control characters', () => {
  test.each([
    ['dev', false, 'dev'],
    ['ü €', false, 'ü €'],
    ['a\u001Bb', true, 'a\\x1bb'],
    ['a\u009Bb', true, 'a\\x9bb'],
    ['a\u00ADb', true, 'a\\xadb'],
    ['a\u200Db', true, 'a\\u200db'],
    ['a\u202Eb', true, 'a\\u202eb'],
    ['a\u2028b', true, 'a\\u2028b'],
    ['a\u{E0001}b', true, 'a\\u{e0001}b'],
  ])('%j', (text, has, escaped) => {
    expect(hasControl(text)).toBe(has);
    expect(hasControl(text)).toBe(has);
    expect(printable(text)).toBe(has ? 'a\uFFFDb' : text);
    expect(escapeControl(text)).toBe(escaped);
  });
});

it.each([
  ['', ['']],
  ['a', ['a']],
  ['a\nb\r\nc\rd', ['a', 'b', 'c', 'd']],
  ['a\n\n', ['a', '', '']],
])('the lines of %j', (text, lines) => {
  expect(splitLines(text)).toEqual(lines);
});
