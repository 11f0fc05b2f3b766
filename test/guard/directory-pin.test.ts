import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ancestorDirectories, parsePin } from '../../src/guard/directory-pin.ts';
import { namesOf, pinFileIn, pinHere, recordOf, recordPath } from '../../src/guard/trust.ts';
import { nodeFiles } from '../../src/node/files.ts';
import { temporaryFolder } from '../support/shells.ts';
import { fakeWorld } from '../support/world.ts';

const account = (value: string) => ({ kind: 'account', value });
const profile = (value: string) => ({ kind: 'profile', value });
const neither = 'is neither "account = <twelve digits>" nor "profile = <name>"';

describe('a .awsp file', () => {
  it.each([
    ['account = 123456789012\n', account('123456789012')],
    ['account=123456789012', account('123456789012')],
    ['  account =  123456789012  ', account('123456789012')],
    ['# the shop\n\n\taccount = 123456789012 # production\n# end\n', account('123456789012')],
    ['\r\naccount = 012345678901\r\n', account('012345678901')],
    ['profile = shop-dev', profile('shop-dev')],
    ['profile = a  b # c', profile('a  b')],
    ['profile = a#b', profile('a#b')],
    ['profile = $(touch pwned) `id` %n', profile('$(touch pwned) `id` %n')],
    ['', { line: null, message: 'pins nothing' }],
    ['# account = 123456789012\n', { line: null, message: 'pins nothing' }],
    ['account = 12345678901', { line: 1, message: neither }],
    ['account = 1234567890123', { line: 1, message: neither }],
    ['account = shop', { line: 1, message: neither }],
    ['account =', { line: 1, message: neither }],
    ['profile', { line: 1, message: neither }],
    ['Account = 123456789012', { line: 1, message: neither }],
    ['accounts = 123456789012', { line: 1, message: neither }],
    ['[default]\naccount = 123456789012', { line: 1, message: neither }],
    ['account = 123456789012\n\nprofile = x', { line: 3, message: 'is a second pin: one is enough' }],
    ['account = 123456789012\0', { line: null, message: 'has a control character, or is not UTF-8' }],
    ['profile = a\u001B[31mb', { line: null, message: 'has a control character, or is not UTF-8' }],
    ['profile = \uFFFD', { line: null, message: 'has a control character, or is not UTF-8' }],
    [`account = 123456789012\n${'#'.repeat(1_000)}`, { line: null, message: 'is longer than 1000 characters' }],
  ])('%j', (text, expected) => {
    expect(parsePin(text)).toEqual(expected);
  });
});

it.each([
  ['/', ['/']],
  ['/a', ['/a', '/']],
  ['/a/b c/d', ['/a/b c/d', '/a/b c', '/a', '/']],
  ['//a//b/', ['/a/b', '/a', '/']],
  ['/a\nb/c', ['/a\nb/c', '/a\nb', '/']],
])('above %j: %j', (folder, expected) => {
  expect(ancestorDirectories(folder)).toEqual(expected);
});

const text = 'account = 123456789012\n';
const trusted = recordOf({ kind: 'account', value: '123456789012' }, text);
const state = '/home/kari/.local/state/awsp/allowed';

it.each([
  ['/work/shop', {}, `${state}/work/shop/.awsp`],
  ['/', {}, `${state}/.awsp`],
  ['/work', { XDG_STATE_HOME: '/state' }, '/state/awsp/allowed/work/.awsp'],
  ['/work', { XDG_STATE_HOME: 'relative' }, `${state}/work/.awsp`],
])('what is allowed of %s with %j is in %s', (folder, env, expected) => {
  expect(recordPath(fakeWorld({ env }), folder)).toBe(expected);
});

describe('the pin for a directory', () => {
  /** The pin at `/work/shop/src`, and where a file is that is not trusted. */
  function here(disk: Record<string, string>, cwd = '/work/shop/src') {
    const { pin, untrusted } = pinHere({ ...fakeWorld({ disk }), cwd });
    return [pin?.value ?? null, untrusted?.path ?? null];
  }
  const shop = { '/work/shop/.awsp': text };
  const allowed = { [`${state}/work/shop/.awsp`]: trusted };

  it.each<[string, Record<string, string>, (string | null)[]]>([
    ['nothing', {}, [null, null]],
    ['a file that nobody allowed', shop, [null, '/work/shop/.awsp']],
    ['a file that was allowed', { ...shop, ...allowed }, ['123456789012', null]],
    ['one that was there when it was allowed', allowed, [null, null]],
    ['one that has changed since', { '/work/shop/.awsp': `${text}#`, ...allowed }, [null, '/work/shop/.awsp']],
    [
      'one that says the same in other words',
      { '/work/shop/.awsp': 'account=123456789012\n', ...allowed },
      [null, '/work/shop/.awsp'],
    ],
    ['one that was allowed elsewhere', { ...shop, [`${state}/work/other/.awsp`]: trusted }, [null, '/work/shop/.awsp']],
    [
      'a nearer one that nobody allowed',
      { ...shop, ...allowed, '/work/shop/src/.awsp': 'account = 999999999999' },
      ['123456789012', '/work/shop/src/.awsp'],
    ],
    ['a farther one that nobody allowed', { ...shop, ...allowed, '/.awsp': 'x' }, ['123456789012', null]],
  ])('by %s', (_what, disk, expected) => {
    expect(here(disk)).toEqual(expected);
  });

  it('a file in the home directory is ignored if HOME is a symbolic link to it', () => {
    const real = temporaryFolder();
    writeFileSync(`${real}/.awsp`, text);
    symlinkSync(real, `${real}-link`);
    const world = { ...fakeWorld({ home: `${real}-link` }), files: nodeFiles };
    expect(pinFileIn(world, real)).toBeNull();
    expect(pinFileIn({ ...world, home: `${real}/other` }, real)).toMatchObject({ path: `${real}/.awsp` });
    rmSync(`${real}-link`);
  });

  it('a file in the home directory is ignored', () => {
    const disk = { '/home/kari/.awsp': text, [`${state}/home/kari/.awsp`]: trusted };
    expect(here(disk, '/home/kari/x')).toEqual([null, null]);
    expect(pinFileIn(fakeWorld({ disk }), '/home/kari')).toBeNull();
    expect(pinFileIn(fakeWorld({ disk: { '/.awsp': text }, home: '' }), '/')).toBeNull();
    expect(here({ '/home/.awsp': text, [`${state}/home/.awsp`]: trusted }, '/home/kari')).toEqual([
      '123456789012',
      null,
    ]);
  });
});

it.each<[cwd: string, PWD: string | undefined, folder: string, names: string[]]>([
  ['/srv/shop/src', '/srv/shop/src', '/srv/shop', ['/srv/shop']],
  ['/srv/shop/src', '/home/kari/shop/src', '/srv/shop', ['/srv/shop', '/home/kari/shop']],
  ['/srv/shop/src', '/home', '/srv', ['/srv']],
  ['/srv/shop', undefined, '/srv', ['/srv']],
  ['/srv/shop', 'shop', '/srv', ['/srv']],
  ['/srv/shop', '/a/../../etc', '/srv/shop', ['/srv/shop']],
  ['/srv/shop', '/a/..', '/srv/shop', ['/srv/shop']],
  ['/srv/shop', '/a/./b', '/srv/shop', ['/srv/shop']],
  ['/srv/shop', '/a/...', '/srv/shop', ['/srv/shop', '/a/...']],
])('in %s, which the shell shows as %s, %s has the names %j', (cwd, PWD, folder, names) => {
  expect(namesOf({ cwd, env: PWD === undefined ? {} : { PWD } }, folder)).toEqual(names);
});
