import { describe, expect, it } from 'vitest';
import { isPortalHost, portalAddress, regionInHost } from '../../src/sso/start-url.ts';

it.each([
  ['https://barnehage.awsapps.com/start', 'barnehage.awsapps.com'],
  ['https://barnehage.awsapps.com/start/#/', 'barnehage.awsapps.com'],
  ['barnehage.awsapps.com', 'barnehage.awsapps.com'],
  ['https://start.us-gov-home.awsapps.com/directory/barnehage', 'start.us-gov-home.awsapps.com/directory/barnehage'],
  ['https://identitycenter.amazonaws.com/ssoins-1', 'identitycenter.amazonaws.com/ssoins-1'],
  ['no address', 'no address'],
])('the portal of %s is known as %s', (startUrl, address) => {
  expect(portalAddress(startUrl)).toBe(address);
});

describe('the host of a start URL', () => {
  it.each([
    ['ssoins-1234.portal.us-east-1.app.aws', true, 'us-east-1'],
    ['SSOINS-1234.PORTAL.EU-WEST-1.APP.AWS.', true, 'eu-west-1'],
    ['d-1234.eu-north-1.portal.amazonaws.com', true, 'eu-north-1'],
    ['d-1234.cn-north-1.portal.amazonaws.com.cn', true, 'cn-north-1'],
    ['d-1234.eusc-de-east-1.portal.amazonaws.eu', true, 'eusc-de-east-1'],
    ['d-1234.portal.cn-north-1.app.amazonwebservices.com.cn', true, 'cn-north-1'],
    ['d-1234.portal.eusc-de-east-1.api.amazonwebservices.eu', true, 'eusc-de-east-1'],
    ['skjema.awsapps.com', true, null],
    ['skjema.awsapps.cn', true, null],
    ['awsapps.com', true, null],
    ['identitycenter.amazonaws.com', true, null],
    ['identitycenter.us-gov.amazonaws.com', true, null],
    ['a.b.portal.us-east-1.app.aws', true, null],
    ['aws.example.com', false, null],
    ['awsapps.com.example.com', false, null],
    ['skjemaawsapps.com', false, null],
    ['x.identitycenter.amazonaws.com', false, null],
    ['s3.amazonaws.com', false, null],
    ['x.portal.us-east-1.app.aws.example.com', false, null],
  ])('%s: AWS’s own %s, in %s', (host, isOfAws, region) => {
    expect(isPortalHost(host)).toBe(isOfAws);
    expect(regionInHost(host)).toBe(region);
  });
});
