import { expect, it } from 'vitest';
import { lineTexts } from '../../src/lib/lines.ts';

it.each([
  ['', ['']],
  ['a', ['a']],
  ['a\nb\r\nc\rd', ['a', 'b', 'c', 'd']],
  ['a\n\n', ['a', '', '']],
])('the lines of %j', (text, lines) => {
  expect(lineTexts(text)).toEqual(lines);
});
