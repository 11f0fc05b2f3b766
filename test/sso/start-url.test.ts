import { expect, it } from 'vitest';
import { portalAddress } from '../../src/sso/start-url.ts';

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
