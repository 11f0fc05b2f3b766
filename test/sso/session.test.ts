import { expect, it } from 'vitest';
import { readProfiles } from '../../src/aws-config/profiles.ts';
import { portalNames, portalsWrittenDifferently } from '../../src/sso/session.ts';

const profile = (name: string, startUrl: string, region = 'eu-west-1') =>
  `[profile ${name}]\nsso_start_url = ${startUrl}\nsso_region = ${region}\nsso_account_id = 123456789021\nsso_role_name = R\n`;
const config = [
  profile('a', 'https://x.awsapps.com/start'),
  profile('b', 'https://x.awsapps.com/start/'),
  profile('c', 'https://x.awsapps.com/start#/'),
  profile('c2', 'https://x.awsapps.com/start#/'),
  profile('d', 'https://x.awsapps.com/start#', 'us-east-1'),
  profile('e', 'https://y.awsapps.com/start'),
  '[sso-session s]\nsso_start_url = https://y.awsapps.com/start/\nsso_region = eu-west-1\n',
].join('');

it('start URLs that are written differently are found by their portal and region; a session has its name', () => {
  const profiles = readProfiles({ path: '/c', text: config }, null, ['/c']);
  const groups = portalsWrittenDifferently(profiles);
  expect(groups.map((group) => group.map(({ key }) => key))).toEqual([
    ['https://x.awsapps.com/start', 'https://x.awsapps.com/start/', 'https://x.awsapps.com/start#/'],
  ]);
  const nameOf = portalNames(profiles);
  const session = { name: null, region: 'eu-west-1', scopes: [] };
  for (const [startUrl, name] of [
    ['https://x.awsapps.com/start#/', 'https://x.awsapps.com/start#/'],
    ['https://y.awsapps.com/start', 'y.awsapps.com'],
  ] as const) {
    expect(nameOf({ ...session, key: startUrl, startUrl })).toBe(name);
  }
});
