import { expect, it } from 'vitest';
import { closest } from '../../src/lib/closest.ts';

const names = ['shop-dev-Admin-123456789011', 'shop-prod-Admin-123456789013', 'prod', 'vault'];

it.each([
  ['prdo', ['prod', 'shop-prod-Admin-123456789013']],
  ['PRDO', ['prod', 'shop-prod-Admin-123456789013']],
  ['vualt', ['vault']],
  ['valt', ['vault']],
  ['shpo-dev', []],
  ['dve', ['shop-dev-Admin-123456789011']],
  ['x', []],
  ['', []],
  ['completely-else', []],
])('%s → %j', (typed, expected) => {
  expect(closest(typed, names, 3).sort()).toEqual([...expected].sort());
});

it('returns at most the limit', () => {
  expect(closest('prdo', names, 1)).toHaveLength(1);
});
