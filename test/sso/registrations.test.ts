import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { loadRegistration, saveRegistration } from '../../src/sso/registrations.ts';
import type { SsoSession } from '../../src/sso/session.ts';
import { findProgram } from '../support/shells.ts';
import { fakeWorld } from '../support/world.ts';

const now = Date.UTC(2026, 0, 1);
const hour = 3_600_000;
const session: SsoSession = {
  key: 'blå "team"',
  name: 'blå "team"',
  startUrl: 'https://x.awsapps.com/start#/',
  region: 'eu-west-1',
  scopes: ['sso:account:access', 'b'],
};
const registration = { clientId: 'id', clientSecret: 'secret', expiresAt: now + 90 * 24 * hour };

describe('a client registration', () => {
  it('is used again for the same session and the same grant only', () => {
    const world = fakeWorld({ now: () => now });
    saveRegistration(world, session, registration, true);
    expect(loadRegistration(world, session, true)).toEqual(registration);
    expect(loadRegistration(world, session, false)).toBeNull();
    for (const other of [{ name: null }, { region: 'eu-north-1' }, { scopes: ['b'] }, { startUrl: 'https://y' }]) {
      expect(loadRegistration(world, { ...session, ...other }, true)).toBeNull();
    }
  });

  it.each([
    ['is over', now + 91 * 24 * hour],
    ['is nearly over', now + 90 * 24 * hour - 60_000],
  ])('is made anew when it %s', (_what, later) => {
    const world = fakeWorld({ now: () => now });
    saveRegistration(world, session, registration, true);
    expect(loadRegistration({ ...world, now: () => later }, session, true)).toBeNull();
  });

  it.each(['', '{', 'null', '{"clientId": "x"}', '{"clientId":1,"clientSecret":2,"expiresAt":3}'])(
    'is made anew when its file holds %j',
    (text) => {
      const world = fakeWorld({ now: () => now });
      saveRegistration(world, session, registration, false);
      const [path = ''] = [...world.disk.keys()];
      world.disk.set(path, text);
      expect(loadRegistration(world, session, false)).toBeNull();
    },
  );

  const python = findProgram('python3');
  if (python === null) console.warn('skipped: the name of a registration as Python makes it: python3 is not installed');
  it
    .skipIf(python === null)
    .each<SsoSession>([
      session,
      { ...session, name: null },
      { ...session, name: 'team', scopes: ['😀'] },
      { ...session, name: 'without scopes', writtenScopes: null },
      { ...session, name: 'with blank scopes', writtenScopes: [] },
    ])('is kept under the name that the AWS CLI gives it: $name', (some) => {
    const world = fakeWorld({ now: () => now });
    saveRegistration(world, some, registration, true);
    const code = `import hashlib, json, sys
args = json.loads(sys.argv[1])
print(hashlib.sha1(json.dumps(args, sort_keys=True).encode('utf-8')).hexdigest())`;
    const { startUrl, region, scopes, writtenScopes = scopes, name } = some;
    const args = JSON.stringify({ tool: 'botocore', startUrl, region, scopes: writtenScopes, session_name: name });
    const name40 = execFileSync(python ?? '', ['-c', code, args], { encoding: 'utf8' }).trim();
    expect([...world.disk.keys()]).toEqual([`/home/kari/.aws/sso/cache/${name40}.json`]);
  });
});
