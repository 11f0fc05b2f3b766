import { expect, it } from 'vitest';
import { readDuration, timeLeft } from '../../src/lib/time.ts';

it.each([
  [-1, 'over'],
  [0, 'over'],
  [1, '1s'],
  [59_000, '59s'],
  [59_001, '1m'],
  [60_000, '1m'],
  [61_000, '2m'],
  [3_540_000, '59m'],
  [3_599_000, '1h'],
  [3_600_000, '1h'],
  [3_601_000, '1h 1m'],
  [28_740_000, '7h 59m'],
])('%i ms are %s', (milliseconds, expected) => {
  expect(timeLeft(milliseconds)).toBe(expected);
});

it.each([
  ['30', 30_000],
  ['90s', 90_000],
  ['30m', 1_800_000],
  ['30 m', 1_800_000],
  ['1h30m', 5_400_000],
  [' 1h 30m ', 5_400_000],
  ['1d', 86_400_000],
  ['1d2h3m4s', 93_784_000],
  ['0m', 0],
  ['', null],
  ['30m1h', null],
  ['1h30', null],
  ['1hm', null],
  ['1.5h', null],
  ['-1h', null],
  ['1H', null],
  ['1234567s', null],
])('"%s" is a duration of %s ms', (text, expected) => {
  expect(readDuration(text)).toBe(expected);
});
