import { describe, expect, it } from 'vitest';
import { readProfiles } from '../../src/aws-config/profiles.ts';
import { roleCredentialsPath } from '../../src/sso/role-credentials.ts';
import { allSessions } from '../../src/sso/session.ts';
import { fakeWorld } from '../support/world.ts';

const portal = 'sso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\n';
const role = 'sso_account_id = 123456789021\nsso_role_name = R\n';

describe('the role credentials that the AWS CLI has cached', () => {
  it.each([
    // by sha1sum, of the text as Python writes it
    [
      'a session',
      `[sso-session "blå team"]\n${portal}[profile p]\nsso_session = blå team\n${role}`,
      '3c43f7fec3c7bc2551f6c4841bafbf0f1ce86a61',
    ],
    ['a legacy profile', `[profile p]\n${portal}${role}`, '55698fdf679b777cdc925fb271d528faa47b8531'],
  ])('of %s are found, and nothing else', (_what, config, name) => {
    const folder = '/home/kari/.aws/cli/cache';
    const world = fakeWorld();
    const profiles = readProfiles({ path: '/c', text: config }, null, ['/c']);
    const found = allSessions(profiles).flatMap(({ session, users }) =>
      users.flatMap((user) => profiles.get(user) ?? []).map((profile) => roleCredentialsPath(world, session, profile)),
    );
    expect(found).toEqual([`${folder}/${name}.json`]);
  });
});
