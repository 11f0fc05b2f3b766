import { expect, it } from 'vitest';
import { readProfiles } from '../../src/aws-config/profiles.ts';
import {
  type AccountNames,
  accountInWords,
  isTold,
  keepAccountNames,
  nameUntold,
  readAccountNames,
} from '../../src/selection/account-names.ts';
import { filterByQuery, select } from '../../src/selection/match.ts';
import { fitsAny, mayBeProduction, riskLevel } from '../../src/selection/risk-level.ts';
import { fakeWorld } from '../support/world.ts';

const path = '/home/kari/.cache/awsp/accounts';
const kept = '123456789011 shop-dev\n123456789012 Shop Production\n123456789013 Æøå 東京\n';
const namesIn = (text: string, given: ReadonlyMap<string, string> = new Map()): AccountNames =>
  readAccountNames(fakeWorld({ disk: { [path]: text } }), given);

it.each([
  ['123456789011', 'shop-dev'],
  ['123456789012', 'Shop Production'],
  ['123456789013', 'Æøå 東京'],
  ['123456789014', null],
  ['23456789011', null],
  ['', null],
  [null, null],
])('the name of %j is %j', (id, name) => {
  expect(namesIn(kept).nameOf(id)).toBe(name);
  const all = namesIn(kept);
  all.all();
  expect(all.nameOf(id)).toBe(name);
});

it('the settings come before what a portal has told', () => {
  const names = namesIn(
    kept,
    new Map([
      ['123456789011', 'mine'],
      ['123456789099', 'other'],
    ]),
  );
  expect(['123456789011', '123456789012', '123456789099'].map(names.nameOf)).toEqual([
    'mine',
    'Shop Production',
    'other',
  ]);
  expect([...names.all()].length).toBe(4);
});

it.each([
  ['a control character', '123456789011 a\u001B[31mb\n', 'a\uFFFD[31mb'],
  ['a character that turns the order of reading', '123456789011 a\u202Eb\n', 'a\uFFFDb'],
  ['a name that is too long', `123456789011 ${'x'.repeat(300)}\n`, `${'x'.repeat(128)}…`],
  ['no name', '123456789011 \n', null],
  ['no line end', '123456789011 a', 'a'],
  ['something else before', 'x\n\n123456789011 a\n', 'a'],
  ['two lines, of which the first counts', '123456789011 a\n123456789011 b\n', 'a'],
  ['bytes', '\0\0\u{FFFD}', null],
])('a file with %s is safe', (_what, text, name) => {
  expect(namesIn(text).nameOf('123456789011')).toBe(name);
  expect(namesIn(text).all().get('123456789011') ?? null).toBe(name);
});

it('nothing is read before it is asked for, and once then', () => {
  let reads = 0;
  const world = fakeWorld({ disk: { [path]: kept } });
  const read = (file: string) => {
    reads++;
    return world.files.read(file);
  };
  const counting = { ...world, files: { ...world.files, read } };
  const names = readAccountNames(counting, new Map());
  expect(reads).toBe(0);
  for (const id of ['123456789011', '123456789012', '123456789013', '1', '2', '3']) names.nameOf(id);
  names.all();
  expect(reads).toBe(1);
  names.renew();
  names.nameOf('123456789011');
  expect(reads).toBe(2);
});

it('keeps what a portal tells beside what others have told, and drops what it tells anew', async () => {
  const world = fakeWorld({ disk: { [path]: kept } });
  await keepAccountNames(world, [
    { id: '123456789011', name: 'shop-test\u0007' },
    { id: '123456789010', name: 'new' },
    { id: '123456789012', name: '' },
  ]);
  const read = world.files.read(path);
  expect(read.kind === 'text' ? read.text : read).toBe(
    '123456789010 new\n123456789011 shop-test\uFFFD\n123456789012 Shop Production\n123456789013 Æøå 東京\n',
  );
});

const profiles = readProfiles(
  {
    path: '/c',
    text: [
      '[profile a]\nsso_account_id = 123456789011\nsso_role_name = Admin\n',
      '[profile b]\nsso_account_id = 123456789012\nsso_role_name = Admin\n',
      '[profile c]\nsso_account_id = 123456789012\nsso_role_name = Reader\n',
      '[profile shop-x]\nregion = eu-west-1\n',
    ].join(''),
  },
  null,
  ['/c'],
);

it.each([
  ['production', { kind: 'ambiguous', names: ['b', 'c'], by: 'words' }],
  ['production read', { kind: 'one', name: 'c', by: 'words' }],
  ['SHOP-DEV', { kind: 'one', name: 'a', by: 'words' }],
  // A part of a profile's name as well: it is not guessed between them.
  ['shop', { kind: 'ambiguous', names: ['a', 'b', 'c', 'shop-x'], by: 'words' }],
  ['a', { kind: 'one', name: 'a', by: 'name' }],
])('%j finds by the name of the account: %j', async (query, selection) => {
  expect(await select([query], profiles, new Map(), async () => [], namesIn(kept))).toEqual(selection);
});

it('finds the same with as many accounts as there may be', async () => {
  const many = Array.from({ length: 2_000 }, (_, index) => `${200_000_000_000 + index} production-${index}\n`).join('');
  const query = ['production', 'read'];
  expect(await select(query, profiles, new Map(), async () => [], namesIn(kept + many))).toMatchObject({ name: 'c' });
  expect(filterByQuery(profiles.all(), query, namesIn(kept + many)).map(({ name }) => name)).toEqual(['c']);
});

it('an exact name asks for no name of an account', async () => {
  const names = { ...namesIn(kept), all: () => expect.fail('read'), nameOf: () => expect.fail('read') };
  expect(await select(['b'], profiles, new Map(), async () => [], names)).toMatchObject({ name: 'b' });
});

const none = { production: [], productionExcept: [] };
const subject = (name: string) => profiles.get(name) ?? expect.fail(name);

it.each([
  ['the name says so', 'b', namesIn(kept), none, 'production'],
  ['another name', 'a', namesIn(kept), none, 'normal'],
  ['a name of the settings', 'a', namesIn(kept, new Map([['123456789011', 'shop-prod']])), none, 'production'],
  ['the settings call it otherwise', 'b', namesIn(kept, new Map([['123456789012', 'sandbox']])), none, 'normal'],
  ['a pattern fits the name', 'a', namesIn(kept), { ...none, production: ['shop-d*'] }, 'production'],
  ['an exception fits the id', 'b', namesIn(kept), { ...none, productionExcept: ['123456789012'] }, 'normal'],
  // What a portal calls an account ends no guard.
  ['an exception fits the name alone', 'b', namesIn(kept), { ...none, productionExcept: ['Shop*'] }, 'production'],
  ['it only looks like it', 'a', namesIn('123456789011 ｐｒｏｄ\n'), none, 'production'],
] as const)('production by the name of the account: %s', (_what, name, names, rules, level) => {
  expect(riskLevel(subject(name), profiles, rules, names)).toBe(level);
});

it('an account that is not known may be one of those with a name of production', () => {
  const unknown = { name: 'shop-x', accountId: null, roleName: null };
  expect(mayBeProduction(unknown, profiles, none, namesIn('123456789011 dev\n'))).toBe(false);
  expect(mayBeProduction(unknown, profiles, none, namesIn(kept))).toBe(true);
});

it('globs fit the name of an account where one is given', () => {
  expect(fitsAny(subject('a'), ['shop-*'])).toBe(false);
  expect(fitsAny(subject('a'), ['shop-*'], { accountName: 'shop-dev' })).toBe(true);
});

it.each([
  ['shop-dev', 'shop-dev-Admin-123456789011', true],
  ['Shop Dev', 'shop-dev-Admin', true],
  ['dev', 'devops', false],
  ['shop', 'workshop-dev', false],
  ['東京', '東京-Admin', true],
  ['--', 'a--b', false],
])('%j in %j: %s', (name, text, told) => {
  expect(isTold(name, text)).toBe(told);
  expect(nameUntold(name, text)).toBe(told ? null : name);
});

it('an account in words', () => {
  expect(accountInWords('123456789011', null)).toBe('account 123456789011');
  expect(accountInWords('123456789011', 'shop-dev')).toBe('account 123456789011 "shop-dev"');
});
