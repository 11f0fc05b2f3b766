import { expect, it } from 'vitest';
import { readProfiles } from '../../src/aws-config/profiles.ts';
import { levelOf } from '../../src/selection/level.ts';

const config = '/home/kari/.aws/config';

function level(name: string, account: string | null, patterns: readonly string[] | null): string {
  const account_ = account === null ? '' : `sso_account_id = ${account}\nsso_role_name = r\n`;
  const text = `[profile "${name}"]\n${account_}`;
  const [profile] = readProfiles({ path: config, text }, null, [config]).all();
  if (profile === undefined) throw new Error(`no profile in ${text}`);
  return levelOf(profile, patterns);
}

it.each([
  'prod',
  'PROD',
  'production',
  'prd',
  'live',
  'prod2',
  'prod-2',
  'prd01',
  'live3',
  'shop-prod-Admin-123456789013',
  'shop_production_x',
  'shop.prod',
  'shop/prod',
  'shop prod',
  'shop@prod',
  'shopProd',
  'shopProdAdmin',
  'shop2Prod',
  'æøå-prod',
  'prod-nonprod',
  'nonprod-prod',
  'prod-pre',
])('%s is production', (name) => {
  expect(level(name, null, null)).toBe('production');
});

it.each([
  'nonprod',
  'non-prod',
  'non_prod',
  'nonProd',
  'NonProd',
  'NON-PROD',
  'preprod',
  'pre-prod',
  'preProd',
  'pre-prod-2',
  'pre-production',
  'not-prod',
  'product',
  'products',
  'prodigy',
  'reproduce',
  'olive',
  'delivery',
  'alive',
  'livestock',
  'prods',
  'prod2x',
  'shop-dev',
  'prod\u00E9',
])('%s is not', (name) => {
  expect(level(name, null, null)).toBe('normal');
});

it.each([
  [['*-prod-*'], 'shop-prod-Admin', null, 'production'],
  [['*-prod-*'], 'shop-PROD-Admin', null, 'production'],
  [['*-PROD-*'], 'shop-prod-Admin', null, 'production'],
  [['*-prod-*'], 'prod', null, 'normal'],
  [['pro?'], 'prod', null, 'production'],
  [['pro?'], 'prods', null, 'normal'],
  [['pro?'], 'pro', null, 'normal'],
  [['?'], '😀', null, 'production'],
  [['123456789013'], 'shop', '123456789013', 'production'],
  [['123456789013'], 'shop', '123456789011', 'normal'],
  [['1234*'], 'shop', '123456789011', 'production'],
  [['123456789013'], 'shop-123456789013', null, 'normal'],
  [['a.c'], 'abc', null, 'normal'],
  [['a.c'], 'a.c', null, 'production'],
  [['(a|b)'], 'a', null, 'normal'],
  [['[ab]'], 'a', null, 'normal'],
  [['a+', '{2}', '^b$', 'c\\d'], 'aa', null, 'normal'],
  [['x', 'y'], 'y', null, 'production'],
  [[], 'prod', null, 'normal'],
  [['other'], 'prod', null, 'normal'],
  [['*'], 'dev', null, 'production'],
])('with the patterns %j, "%s" in account %s is %s', (patterns, name, account, expected) => {
  expect(level(name, account, patterns)).toBe(expected);
});
