import { describe, expect, test } from 'vitest';
import {
  escapeControl,
  excerpt,
  hasControl,
  isPlainWord,
  printable,
  secondPlainWord,
  toJsonText,
} from '../../src/lib/text.ts';

describe('control characters', () => {
  test.each([
    ['dev', false, 'dev'],
    ['ü €', false, 'ü €'],
    ['a\u001Bb', true, 'a\\x1bb'],
    ['a\u009Bb', true, 'a\\x9bb'],
    ['a\u00ADb', true, 'a\\xadb'],
    ['a\u200Db', true, 'a\\u{200d}b'],
    ['a\u202Eb', true, 'a\\u{202e}b'],
    ['a\u2028b', true, 'a\\u{2028}b'],
    ['a\u{E0001}b', true, 'a\\u{e0001}b'],
  ])('%j', (text, has, escaped) => {
    expect(hasControl(text)).toBe(has);
    expect(hasControl(text)).toBe(has);
    expect(printable(text)).toBe(has ? 'a\uFFFDb' : text);
    expect(escapeControl(text)).toBe(escaped);
  });
});

describe('plain words', () => {
  test.each([
    ['dev', true, null],
    ['a-1-B', true, null],
    ['', false, null],
    ['-a', false, null],
    ['a-', false, null],
    ['a--b', false, null],
    ['a_b', false, null],
    ['å', false, null],
    ['profile dev', false, 'dev'],
    ['sso-session a-1', false, 'a-1'],
    ['profile', true, null],
    ['profile ', false, null],
    [' dev', false, null],
    ['profile  dev', false, null],
    ['profile a b', false, null],
    ['profile\tdev', false, null],
    ['profile "dev"', false, null],
    ['profile å', false, null],
  ])('%j', (text, isWord, second) => {
    expect(isPlainWord(text)).toBe(isWord);
    expect(secondPlainWord(text)).toBe(second);
  });
});

describe('a text from outside as a part of one line', () => {
  test.each([
    ['No access', 'No access'],
    ['first\n  second\r\nthird\u2028fourth', 'first second third fourth'],
    ['a\u001b[31mb', 'a\uFFFD[31mb'],
    ['a'.repeat(501), `${'a'.repeat(500)}…`],
  ])('%j', (text, shown) => {
    expect(excerpt(text)).toBe(shown);
  });
});

test('JSON for stdout has no character that steers a terminal, and means the same', () => {
  const all = Array.from({ length: 0x110000 }, (_, code) => code)
    .filter((code) => code < 0xd800 || code > 0xdfff)
    .map((code) => String.fromCodePoint(code))
    .filter((character) => /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(character));
  const document = { [all.join('')]: all };
  const text = toJsonText(document);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
  expect(JSON.parse(text)).toEqual(document);
});
