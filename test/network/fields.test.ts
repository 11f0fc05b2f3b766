import { describe, expect, it, test } from 'vitest';
import {
  asAccountId,
  asErrorCode,
  asIdentityArn,
  asLabel,
  asNumber,
  asPage,
  asRegion,
  asRoleName,
  asToken,
  asUserCode,
  asUserId,
} from '../../src/network/fields.ts';
import { regions } from '../../src/network/regions.ts';
import { hostileValues, steersTerminal } from '../support/hostile-values.ts';

const account = '123456789012';
const portalHost = 'kommune.awsapps.com';
const env = { AWS_ENDPOINT_URL_SSO_OIDC: 'http://127.0.0.1:4566', AWS_PROFILE: 'http://planted.example/' };
const parsers: readonly (readonly [string, (value: unknown) => unknown])[] = [
  ['a region', asRegion],
  ['an account id', asAccountId],
  ['a role', asRoleName],
  ['a label', asLabel],
  ['an ARN', (value) => asIdentityArn(value, account)],
  ['a user id', asUserId],
  ['a token', asToken],
  ['a user code', asUserCode],
  ['an error code', asErrorCode],
  ['a page', (value) => asPage(value, portalHost, env)],
];

describe.each(parsers)('%s', (_name, parse) => {
  test.each(hostileValues)('is one, or null, and can be shown: %s', (_what, value) => {
    const parsed = parse(value);
    if (parsed === null) return;
    expect(typeof parsed).toBe('string');
    expect(parsed).not.toMatch(steersTerminal);
    expect(String(parsed).length).toBeLessThanOrEqual(65_536);
  });
});

describe('what AWS sends', () => {
  it.each(Object.keys(regions))('is a region: %s', (region) => {
    expect(asRegion(region)).toBe(region);
  });

  it.each([
    ['a role', asRoleName, 'AWSReservedSSO_Power+User=,.@-_1'],
    ['a user code', asUserCode, 'QCFK-N451-3J3C'],
    ['an error code', asErrorCode, 'InvalidRequestRegionException'],
    ['an error of OAuth', asErrorCode, 'access_denied'],
    ['a user', asUserId, 'AROAEXAMPLE:kari.nordmann@kommune.no'],
  ] as const)('is %s', (_what, parse, value) => {
    expect(parse(value)).toBe(value);
  });

  it.each([
    `arn:aws:iam::${account}:user/team/kari`,
    `arn:aws:iam::${account}:root`,
    `arn:aws-us-gov:sts::${account}:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/kari@kommune.no`,
  ])('is an identity: %s', (arn) => {
    expect(asIdentityArn(arn, account)).toBe(arn);
    expect(asIdentityArn(arn, '999999999999')).toBeNull();
  });

  it.each([
    ['1', 1, 10, null],
    [Number.NaN, 1, 10, null],
    [Number.POSITIVE_INFINITY, 1, 10, null],
    [0, 1, 10, null],
    [11, 1, 10, null],
    [10, 1, 10, 10],
  ])('is a number in a range: %j of %d to %d', (value, min, max, expected) => {
    expect(asNumber(value, min, max)).toBe(expected);
  });

  it('is an account name of one short line', () => {
    expect(asLabel('Barnehageplass\n test')).toBe('Barnehageplass test');
    expect(asLabel('x'.repeat(10_000))).toHaveLength(129);
  });
});

describe('an address is opened', () => {
  it.each([
    ['https://device.sso.eu-west-1.amazonaws.com/?user_code=ABCD-EFGH', true],
    ['https://d-1234567890.awsapps.com/start/#/device?user_code=ABCD-EFGH', true],
    ['https://kommune.awsapps.com/start', true],
    ['http://127.0.0.1:4566/device', true],
    ['http://127.0.0.1:4567/device', true],
    ['http://127.0.0.2:4566/device', false],
    ['http://device.sso.eu-west-1.amazonaws.com/', false],
    ['https://amazonaws.com.planted.example/', false],
    ['https://plantedamazonaws.com/', false],
    ['https://x@device.sso.eu-west-1.amazonaws.com/', false],
    ['http://planted.example/', false],
    ['javascript:alert(1)', false],
    ['file:///etc/passwd', false],
    ['--help', false],
    ['-psn', false],
    ['', false],
  ])('%s: %s', (address, isOpened) => {
    expect(asPage(address, portalHost, env) !== null).toBe(isOpened);
  });

  it('as one word of ASCII', () => {
    expect(asPage("https://x.awsapps.com/a b\u001b'\n$(x)é\u202e", portalHost, env)).toMatch(/^https:[!-~]+$/);
  });
});
