import { describe, expect, it } from 'vitest';
import { statusText } from '../../src/sso/status-line.ts';

const nine = 9 * 60_000 + 5_000;

describe('the status line', () => {
  it.each([
    [100, null, '| waiting for the sign-in, 9:05 left; Ctrl-C cancels'],
    [100, 'QCFK-N451', '| waiting for the sign-in (QCFK-N451), 9:05 left; Ctrl-C cancels'],
    [53, null, '| waiting for the sign-in, 9:05 left; Ctrl-C cancels'],
    [52, null, '| waiting, 9:05 left'],
    [40, 'QCFK-N451', '| waiting (QCFK-N451), 9:05 left'],
    [10, 'QCFK-N451', '| waiting'],
    [1, null, ''],
    [0, null, ''],
  ])('in %i columns, code %s', (columns, code, expected) => {
    expect(statusText('|', nine, code, columns)).toBe(expected);
  });

  it.each([
    [0, '0:00'],
    [-5_000, '0:00'],
    [59_600, '1:00'],
    [600_000, '10:00'],
  ])('%i ms are %s', (left, shown) => {
    expect(statusText('/', left, null, 80)).toContain(`, ${shown} left`);
  });
});
