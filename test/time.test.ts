import { expect, it } from 'vitest';
import { inWords } from '../src/time.ts';

it.each([
  [8 * 3_600_000, '8 hours'],
  [8 * 3_600_000 - 1, '8 hours'],
  [8 * 3_600_000 - 60_000, '7 hours 59 minutes'],
  [3_660_000, '1 hour 1 minute'],
  [40 * 60_000, '40 minutes'],
  [1, '1 minute'],
  [-1, '1 minute'],
])('%i ms is %s', (milliseconds, words) => {
  expect(inWords(milliseconds)).toBe(words);
});
