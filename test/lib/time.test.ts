import { expect, it } from 'vitest';
import { timeLeft } from '../../src/lib/time.ts';

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
