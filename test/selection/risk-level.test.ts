import { expect, it } from 'vitest';
import { readProfiles } from '../../src/aws-config/profiles.ts';
import { noAccountNames } from '../../src/selection/account-names.ts';
import { riskLevel } from '../../src/selection/risk-level.ts';

const config = '/home/kari/.aws/config';

function level(name: string, account: string | null, patterns: readonly string[], role = 'Reader'): string {
  const account_ = account === null ? '' : `sso_account_id = ${account}\nsso_role_name = ${role}\n`;
  const text = `[profile "${name}"]\n${account_}`;
  const profiles = readProfiles({ path: config, text }, null, [config]);
  const [profile] = profiles.all();
  if (profile === undefined) throw new Error(`no profile in ${text}`);
  return riskLevel(profile, profiles, { production: patterns, productionExcept: [] }, noAccountNames);
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
  'eu-prod-readonly',
  'EU_PROD_READONLY',
  'shopPRODAdmin',
  'PRODAdmin',
  'LIVEReader',
  'AdminProdEu',
  'shop-Live-2',
  'shop live',
  'production1',
  '1prod',
  'preprod-live',
  // Norway's, not "no production".
  'no-prod',
  'prod-like',
  'liverpool-prod',
  'barnehageplass-prod-AWSReadOnlyAccess-123456789013',
])('%s is production', (name) => {
  expect(level(name, null, [])).toBe('production');
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
  'liverpool',
  'liverpool-dev',
  'liverpoolDev',
  'oliver-test',
  'deliver',
  'deliveryService-dev',
  'go-alive',
  'lively-test',
  'product-dev',
  'products-test',
  'productDev',
  'ProductCatalog-Dev',
  'prodigy-dev',
  'preproduction',
  'nonproduction',
  'NONPROD',
  'nonPROD',
  'non--prod',
  'not-live',
  'notLive',
  'notlive',
  'non-live',
  'nonlive',
  'pre-live',
  'prelive',
  'prePrd',
  'preprd-1',
  'pre-prod2',
  'shop-non-prod-Admin-123456789011',
  'shop-preprod-Admin-123456789011',
  'sprd',
  'prdx',
  'prods',
  'prod2x',
  'shop-dev',
  'prod\u00E9',
])('%s is not', (name) => {
  expect(level(name, null, [])).toBe('normal');
});

it.each([
  [['*-prod-*'], 'shop-prod-Admin', null, 'production'],
  [['*-prod-*'], 'shop-PROD-Admin', null, 'production'],
  [['*-PROD-*'], 'shop-prod-Admin', null, 'production'],
  [['*-prod-*'], 'shop', null, 'normal'],
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
  // They add to the built-in rule.
  [[], 'prod', null, 'production'],
  [['other'], 'prod', null, 'production'],
  [['*billing*'], 'data-prod', null, 'production'],
  [['*billing*'], 'data-billing', null, 'production'],
  [['*'], 'dev', null, 'production'],
  [['**'], 'dev', null, 'production'],
  [['Re*r'], 'dev', '123456789011', 'production'],
  [['reader'], 'dev', '123456789011', 'production'],
  [['Reade'], 'dev', '123456789011', 'normal'],
  [['null'], 'dev', null, 'normal'],
])('with the patterns %j, "%s" in account %s is %s', (patterns, name, account, expected) => {
  expect(level(name, account, patterns)).toBe(expected);
});

it('is decided by the role where the settings name it', () => {
  expect(level('shop', '123456789011', ['*Admin*'], 'AWSAdministratorAccess')).toBe('production');
  expect(level('shop', '123456789011', ['*Admin*'], 'AWSReadOnlyAccess')).toBe('normal');
});
