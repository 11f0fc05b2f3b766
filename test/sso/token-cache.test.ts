import { describe, expect, it } from 'vitest';
import { readProfiles } from '../../src/aws-config/profiles.ts';
import { readSignIn, signInOf, signInReader } from '../../src/sso/sign-in-state.ts';
import { tokenPath } from '../../src/sso/token-cache.ts';
import { fakeWorld } from '../support/world.ts';

const now = Date.UTC(2026, 0, 1, 12);
const world = (text?: string | null) =>
  fakeWorld({ now: () => now, ...(text === undefined ? {} : { disk: { '/token': text } }) });

const later = '2026-01-01T13:00:00Z';
const earlier = '2026-01-01T11:00:00Z';
const refresh = {
  refreshToken: 'r',
  clientId: 'c',
  clientSecret: 's',
  registrationExpiresAt: '2026-03-01T00:00:00Z',
};
const token = (fields: object) => JSON.stringify({ accessToken: 'a', expiresAt: later, ...fields });
const hour = 3_600_000;

describe('the state of a sign-in', () => {
  it.each([
    ['a token', {}, 'valid', now + hour],
    ['a token that can be refreshed', refresh, 'valid', null],
    ['a token that is over', { expiresAt: earlier }, 'expired', now - hour],
    ['one that is over and can be refreshed', { ...refresh, expiresAt: earlier }, 'refreshable', null],
    ['one that ends now', { expiresAt: '2026-01-01T12:00:00Z' }, 'expired', now],
    ['… and can be refreshed', { ...refresh, expiresAt: '2026-01-01T12:00:00Z' }, 'refreshable', null],
    [
      'a registration without an end',
      { ...refresh, expiresAt: earlier, registrationExpiresAt: undefined },
      'refreshable',
      null,
    ],
    [
      'a registration that is over',
      { ...refresh, expiresAt: earlier, registrationExpiresAt: earlier },
      'expired',
      now - hour,
    ],
    [
      'a registration that ends now',
      { ...refresh, expiresAt: earlier, registrationExpiresAt: '2026-01-01T12:00:00Z' },
      'expired',
      now - hour,
    ],
    [
      'a registration that is over, of a token that is not',
      { ...refresh, registrationExpiresAt: earlier },
      'valid',
      now + hour,
    ],
    ['no client', { ...refresh, expiresAt: earlier, clientId: undefined }, 'expired', now - hour],
    ['no client secret', { ...refresh, expiresAt: earlier, clientSecret: '' }, 'expired', now - hour],
    ['a refresh token that is no text', { ...refresh, expiresAt: earlier, refreshToken: 7 }, 'expired', now - hour],
  ])('%s of a session: %#', (_what, fields, state, endsAt) => {
    expect(readSignIn(world(token(fields)), '/token', true)).toMatchObject({
      path: '/token',
      isSession: true,
      state,
      endsAt,
    });
  });

  it.each([
    ['that is over', { ...refresh, expiresAt: earlier }, 'expired', now - hour],
    ['that is not', refresh, 'valid', now + hour],
  ])('a token of a legacy profile %s is never refreshed', (_what, fields, state, endsAt) => {
    expect(readSignIn(world(token(fields)), '/token', false)).toMatchObject({ isSession: false, state, endsAt });
  });

  it.each([
    ['2026-01-01T13:00:00Z', now + hour],
    ['2026-01-01T13:00:00UTC', now + hour],
    ['2026-01-01T13:00:00+00:00', now + hour],
    ['2026-01-01T15:00:00+02:00', now + hour],
    ['2026-01-01T13:00:00.5Z', now + hour + 500],
    ['2026-01-01T11:00:00UTC', now - hour],
    // The AWS SDK for JavaScript reads it as local time too.
    ['2026-01-01T13:00:00', new Date(2026, 0, 1, 13).getTime()],
  ])('ends at %s', (expiresAt, endsAt) => {
    const signIn = readSignIn(world(token({ expiresAt })), '/token', true);
    expect(signIn).toMatchObject({ endsAt, state: endsAt > now ? 'valid' : 'expired' });
  });

  it.each([
    ['is missing', undefined],
    ['may not be read', null],
    ['is empty', ''],
    ['is cut short', '{"accessToken":"a","expiresAt":"2026'],
    ['is a list', '[]'],
    ['is null', 'null'],
    ['is a text', '"accessToken"'],
    ['is a registration', JSON.stringify({ clientId: 'c', clientSecret: 's', expiresAt: later })],
    ['has an empty token', token({ accessToken: '' })],
    ['has a number for a token', token({ accessToken: 1 })],
    ['has no end', token({ expiresAt: undefined })],
    ['has a number for an end', token({ expiresAt: now + hour })],
    ['has no time for an end', token({ expiresAt: 'tomorrow' })],
    ['has an impossible end', token({ expiresAt: '2026-13-41T25:00:00Z' })],
    ['is not JSON but BOM and all', `\uFEFF${token({})}`],
  ])('a file that %s is none', (_what, text) => {
    expect(readSignIn(world(text), '/token', true)).toEqual({
      path: '/token',
      isSession: false,
      state: 'none',
      endsAt: null,
      fingerprint: '',
    });
  });

  it('has a fingerprint that changes with the token and reveals nothing of it', () => {
    const of = (fields: object) => readSignIn(world(token(fields)), '/token', true).fingerprint;
    expect(of({})).toBe(of({}));
    expect(of({ accessToken: 'b' })).not.toBe(of({}));
    expect(of({ accessToken: 'hunter2' })).toMatch(/^[0-9a-z]{1,12}$/);
  });
});

const config = `
[sso-session main]
sso_start_url = https://shop.awsapps.com/start
sso_region = eu-west-1
[profile session]
sso_session = main
sso_account_id = 123456789011
sso_role_name = r
[profile legacy]
sso_start_url = https://shop.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123456789011
sso_role_name = r
[profile lost]
sso_session = nobody
sso_account_id = 123456789011
sso_role_name = r
[profile role]
role_arn = arn:aws:iam::123456789012:role/R
source_profile = hub
[profile hub]
role_arn = arn:aws:iam::123456789013:role/H
source_profile = session
[profile keys]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = x
[profile both]
sso_session = main
role_arn = arn:aws:iam::123456789012:role/R
source_profile = keys
`;
const profiles = readProfiles({ path: '/c', text: config }, null, ['/c']);
const folder = '/home/kari/.aws/sso/cache';
// sha1 of "main", and of the start URL, by sha1sum.
const sessionFile = `${folder}/b28b7af69320201d1cf206ebf28373980add1451.json`;
const legacyFile = `${folder}/20d891dca86750d4e829b4c761c9817f4b93df76.json`;

describe('the file of a sign-in', () => {
  it('is named after the session, or the start URL', () => {
    expect(tokenPath(fakeWorld(), 'main')).toBe(sessionFile);
    expect(tokenPath(fakeWorld(), 'https://shop.awsapps.com/start')).toBe(legacyFile);
    expect(tokenPath(fakeWorld({ home: null }), 'main')).toBeNull();
  });

  it.each([
    ['session', { path: sessionFile, isSession: true, state: 'refreshable' }],
    ['legacy', { path: legacyFile, isSession: false, state: 'valid' }],
    ['keys', null],
    ['role', null],
  ])('of profile %s', (name, expected) => {
    const disk = { [sessionFile]: token({ ...refresh, expiresAt: earlier }), [legacyFile]: token({}) };
    const profile = profiles.get(name);
    if (profile === null) throw new Error(name);
    const signIn = signInOf(fakeWorld({ disk, now: () => now }), profile);
    if (expected === null) expect(signIn).toBeNull();
    else expect(signIn).toMatchObject(expected);
  });

  it('does not exist without HOME', () => {
    const profile = profiles.get('session');
    if (profile === null) throw new Error('session');
    expect(signInOf(fakeWorld({ home: null }), profile)).toMatchObject({ path: '', state: 'none' });
  });
});

describe('the sign-ins of many profiles', () => {
  it('are those at the ends of their source profile chains, each file read once', () => {
    const disk = { [sessionFile]: token({ expiresAt: earlier }), [legacyFile]: token({}) };
    const fake = fakeWorld({ disk, now: () => now });
    const reads: string[] = [];
    const files = {
      ...fake.files,
      read: (path: string) => {
        reads.push(path);
        return fake.files.read(path);
      },
    };
    const read = signInReader({ ...fake, files }, profiles);
    const states = Object.fromEntries(
      [...profiles.all(), ...profiles.all()].map((profile) => [profile.name, read(profile)]),
    );
    expect(states).toEqual({
      session: 'expired',
      legacy: 'valid',
      lost: null,
      role: 'expired',
      hub: 'expired',
      keys: null,
      both: null,
    });
    expect(new Set(reads).size).toBe(reads.length);
  });
});
