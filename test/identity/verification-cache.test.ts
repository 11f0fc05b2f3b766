import { describe, expect, it } from 'vitest';
import { readProfiles } from '../../src/aws-config/profiles.ts';
import { loginTokenOf } from '../../src/identity/login-token.ts';
import { readVerification, writeVerification } from '../../src/identity/verification-cache.ts';
import { readSignIn, type SignIn } from '../../src/sso/sign-in-state.ts';
import { type FakeWorld, fakeWorld } from '../support/world.ts';

const identity = { accountId: '123456789011', arn: 'arn:aws:iam::123456789011:user/kari', userId: 'AIDAX' };
const path = '/home/kari/.cache/awsp/verified/dev.json';
const tokenFile = `/home/kari/.aws/sso/cache/${'0'.repeat(40)}.json`;
const lifetime = 900_000;
const start = Date.UTC(2026, 0, 1);

function place(env: Record<string, string> = {}, home: string | null = '/home/kari') {
  let time = start;
  const world = fakeWorld({ env, home, now: () => time });
  return {
    world,
    wait: (milliseconds: number) => {
      time += milliseconds;
    },
  };
}

const keys = { identity, signIn: null };

/** A sign-in whose cached token expires an hour after the start. */
function signInIn(world: FakeWorld, fields: object = {}): SignIn {
  const token = { accessToken: 'secret-token', expiresAt: new Date(start + 3_600_000).toISOString(), ...fields };
  world.disk.set(tokenFile, JSON.stringify(token));
  return readSignIn(world, tokenFile, true);
}

describe('a cached verification', () => {
  it('is valid for its lifetime, to the millisecond', () => {
    const { world, wait } = place();
    writeVerification(world, 'dev', 's', keys);
    expect(readVerification(world, 'dev', 's', lifetime)).toEqual(keys);
    wait(lifetime - 1);
    expect(readVerification(world, 'dev', 's', lifetime)).toEqual(keys);
    wait(1);
    expect(readVerification(world, 'dev', 's', lifetime)).toBeNull();
  });

  it.each([
    ['of another profile', 'test', 's', lifetime],
    ['of a profile of other content', 'dev', 't', lifetime],
    ['when nothing is to be remembered', 'dev', 's', 0],
  ])('is not told %s', (_what, profile, subject, time) => {
    const { world } = place();
    writeVerification(world, 'dev', 's', keys);
    expect(readVerification(world, profile, subject, time)).toBeNull();
  });

  it('is not used when the clock was set back', () => {
    const { world, wait } = place();
    writeVerification(world, 'dev', 's', keys);
    wait(-1);
    expect(readVerification(world, 'dev', 's', lifetime)).toBeNull();
  });

  it('is returned with the current state of the sign-in while the token is the same', () => {
    const { world } = place();
    const signIn = signInIn(world);
    writeVerification(world, 'dev', 's', { identity, signIn });
    expect(readVerification(world, 'dev', 's', lifetime)).toEqual({ identity, signIn });
    signInIn(world, { accessToken: 'another' });
    expect(readVerification(world, 'dev', 's', lifetime)).toBeNull();
    world.disk.delete(tokenFile);
    expect(readVerification(world, 'dev', 's', lifetime)).toBeNull();
  });

  it('is not used when the sign-in has expired meanwhile', () => {
    const { world, wait } = place();
    writeVerification(world, 'dev', 's', { identity, signIn: signInIn(world) });
    wait(3_600_000);
    expect(readVerification(world, 'dev', 's', 24 * 3_600_000)).toBeNull();
  });

  it('is used while the sign-in can be refreshed', () => {
    const { world, wait } = place();
    writeVerification(world, 'dev', 's', {
      identity,
      signIn: signInIn(world, { refreshToken: 'r', clientId: 'c', clientSecret: 's' }),
    });
    wait(3_600_000);
    expect(readVerification(world, 'dev', 's', 24 * 3_600_000)).toMatchObject({
      signIn: { state: 'refreshable', endsAt: null },
    });
  });

  it('does not contain the token', () => {
    const { world } = place();
    writeVerification(world, 'dev', 's', { identity, signIn: signInIn(world) });
    expect(world.disk.get(path)).not.toContain('secret');
  });
});

describe('its file', () => {
  it.each([
    [{}, '/home/kari', 'dev', path],
    [{ XDG_CACHE_HOME: '/var/kari' }, '/home/kari', 'dev', '/var/kari/awsp/verified/dev.json'],
    [{ XDG_CACHE_HOME: '/var/kari' }, null, 'dev', '/var/kari/awsp/verified/dev.json'],
    [{ XDG_CACHE_HOME: 'relative' }, '/home/kari', 'dev', path],
    [{}, '/home/kari', '../../x', '/home/kari/.cache/awsp/verified/..%2F..%2Fx.json'],
    [{}, '/home/kari', 'a b/æ', '/home/kari/.cache/awsp/verified/a%20b%2F%C3%A6.json'],
  ])('%j, home %s, profile %s: %s', (env, home, profile, expected) => {
    const { world } = place(env, home);
    writeVerification(world, profile, 's', keys);
    expect([...world.disk.keys()]).toEqual([expected]);
    expect(readVerification(world, profile, 's', lifetime)).toEqual(keys);
  });

  it.each([
    ['a profile whose name is too long for a file', 'x'.repeat(300), '/home/kari'],
    ['anything without a home', 'dev', null],
  ])('nowhere for %s', (_what, profile, home) => {
    const { world } = place({}, home);
    writeVerification(world, profile, 's', keys);
    expect(world.disk.size).toBe(0);
    expect(readVerification(world, profile, 's', lifetime)).toBeNull();
  });

  it.each([
    ['is empty', ''],
    ['is not JSON', '{'],
    ['is null', 'null'],
    ['is a list', '[]'],
    ['is of another time', '{"subject":"s"}'],
    [
      'has no account',
      JSON.stringify({ subject: 's', verifiedAt: start, identity: { ...identity, accountId: '1' }, token: null }),
    ],
    ['has no time', JSON.stringify({ subject: 's', verifiedAt: 'now', identity, token: null })],
    [
      'has no user',
      JSON.stringify({ subject: 's', verifiedAt: start, identity: { ...identity, userId: '' }, token: null }),
    ],
    ['has half a token', JSON.stringify({ subject: 's', verifiedAt: start, identity, token: { path: tokenFile } })],
    ['has no word on a token', JSON.stringify({ subject: 's', verifiedAt: start, identity })],
    ['may not be read', null],
  ])('a file that %s is as good as none', (_what, text) => {
    const { world } = place();
    world.disk.set(path, text);
    expect(readVerification(world, 'dev', 's', lifetime)).toBeNull();
  });
});

describe('a cached verification of a login_session profile', () => {
  const session = 'arn:aws:iam::123456789011:user/kari';
  const config = `[profile dev]\nlogin_session = ${session}\n`;
  const dev = readProfiles({ path: '/c', text: config }, null, ['/c']).get('dev');

  /** A world with a token that lasts ten minutes. */
  function signedIn(env: Record<string, string> = {}, folder = '/home/kari/.aws/login/cache') {
    const { world, wait } = place(env);
    const file = `${folder}/${world.digest('sha256', session)}.json`;
    const expiresAt = new Date(start + 600_000).toISOString();
    world.disk.set(file, JSON.stringify({ accessToken: { accountId: '123456789011', expiresAt } }));
    if (dev === null) throw new Error('no profile');
    writeVerification(world, 'dev', 's', { identity, signIn: null, loginToken: loginTokenOf(world, dev) });
    return { world, wait, file };
  }

  it('does not outlive its token, to the millisecond', () => {
    const { world, wait } = signedIn();
    wait(599_999);
    expect(readVerification(world, 'dev', 's', lifetime)).toMatchObject({ identity });
    wait(1);
    expect(readVerification(world, 'dev', 's', lifetime)).toBeNull();
  });

  it.each([
    ['is gone', undefined],
    ['is another', JSON.stringify({ accessToken: { expiresAt: new Date(start + 700_000).toISOString() } })],
    ['is damaged', '{'],
    ['has no end', '{"accessToken":{}}'],
  ])('ends when its token %s', (_what, text) => {
    const { world, file } = signedIn();
    expect(readVerification(world, 'dev', 's', lifetime)).toMatchObject({ identity });
    if (text === undefined) world.disk.delete(file);
    else world.disk.set(file, text);
    expect(readVerification(world, 'dev', 's', lifetime)).toBeNull();
  });

  it.each(['/tmp/logins', '~/logins', '$HOME/logins'])('finds the token in AWS_LOGIN_CACHE_DIRECTORY=%s', (given) => {
    const folder = given.replace(/^(~|\$HOME)/, '/home/kari');
    const { world } = signedIn({ AWS_LOGIN_CACHE_DIRECTORY: given, HOME: '/home/kari' }, folder);
    const record = JSON.parse(world.disk.get(path) ?? '');
    expect(record.loginToken.path.startsWith(folder)).toBe(true);
  });
});
