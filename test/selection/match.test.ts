import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readProfiles } from '../../src/aws-config/profiles.ts';
import type { ProfileSet } from '../../src/aws-config/types.ts';
import { noAccountNames } from '../../src/selection/account-names.ts';
import { rankWithFuzzysort } from '../../src/selection/fuzzy.ts';
import { type FuzzyRank, filterByQuery, select } from '../../src/selection/match.ts';
import { runs } from '../support/runs.ts';

interface Plain {
  readonly name: string;
  readonly account?: string;
  readonly role?: string;
  readonly session?: string;
}

function profileSet(plain: readonly Plain[]): ProfileSet {
  const text = plain.map(({ name, account, role, session }) =>
    [
      `[profile "${name.replace(/["\\]/g, '\\$&')}"]`,
      ...(account === undefined ? [] : [`sso_account_id = ${account}`]),
      ...(role === undefined ? [] : [`sso_role_name = ${role}`]),
      ...(session === undefined ? [] : [`sso_session = ${session}`]),
      '',
    ].join('\n'),
  );
  return readProfiles({ path: '/c', text: text.join('\n') }, null, ['/c']);
}

const noAlias: ReadonlyMap<string, string> = new Map();
const noFuzzy: FuzzyRank = async () => [];
const never: FuzzyRank = async () => {
  throw new Error('fuzzy matching was asked, though an earlier rule had an answer');
};

const shop: readonly Plain[] = [
  { name: 'shop-dev', account: '123456789011', role: 'AWSAdministratorAccess', session: 'main' },
  { name: 'shop-test', account: '123456789012', role: 'AWSPowerUserAccess', session: 'main' },
  { name: 'shop-prod-Admin', account: '123456789013', role: 'AWSAdministratorAccess', session: 'main' },
  { name: 'shop-prod-Read', account: '123456789013', role: 'AWSReadOnlyAccess', session: 'other' },
  { name: 'SHOP', account: '123456789014' },
  { name: 'Lab' },
  { name: 'lab' },
  { name: 'two words' },
];

describe('the first rule that matches', () => {
  const aliases = new Map([
    ['d', 'shop-dev'],
    ['shop-dev', 'shop-test'],
    ['test', 'shop-dev'],
    ['gone', 'nowhere'],
  ]);

  it.each([
    ['1: the exact name', ['shop-dev'], { kind: 'one', name: 'shop-dev', by: 'name' }],
    ['1: the exact name, before a longer one that has it', ['lab'], { kind: 'one', name: 'lab', by: 'name' }],
    ['1: a name with a space, in one word or two', ['two words'], { kind: 'one', name: 'two words', by: 'name' }],
    ['1: … two', ['two', 'words'], { kind: 'one', name: 'two words', by: 'name' }],
    ['1 before 2: a name is never hidden by an alias', ['shop-dev'], { kind: 'one', name: 'shop-dev', by: 'name' }],
    ['2: an alias', ['d'], { kind: 'one', name: 'shop-dev', by: 'alias' }],
    ['2 before 4: an alias that is also a word', ['test'], { kind: 'one', name: 'shop-dev', by: 'alias' }],
    ['2: an alias of nothing is not guessed at', ['gone'], { kind: 'one', name: 'nowhere', by: 'alias' }],
    [
      '2: an alias is exact',
      ['D'],
      { kind: 'ambiguous', names: ['shop-dev', 'shop-prod-Admin', 'shop-prod-Read', 'two words'], by: 'words' },
    ],
    ['3: the name in another case', ['Shop-Dev'], { kind: 'one', name: 'shop-dev', by: 'name' }],
    [
      '3 before 4: the name in another case, though other names have it',
      ['shop'],
      { kind: 'one', name: 'SHOP', by: 'name' },
    ],
    ['3: two that differ in case only', ['LAB'], { kind: 'ambiguous', names: ['Lab', 'lab'], by: 'name' }],
    ['4: a word in the name', ['dev'], { kind: 'one', name: 'shop-dev', by: 'words' }],
    ['4: in the account id', ['123456789012'], { kind: 'one', name: 'shop-test', by: 'words' }],
    ['4: in a part of the account id', ['014'], { kind: 'one', name: 'SHOP', by: 'words' }],
    ['4: in the role', ['poweruser'], { kind: 'one', name: 'shop-test', by: 'words' }],
    ['4: in the session', ['OTHER'], { kind: 'one', name: 'shop-prod-Read', by: 'words' }],
    ['4: in any order', ['admin', 'prod'], { kind: 'one', name: 'shop-prod-Admin', by: 'words' }],
    ['4: in one argument', ['  admin   prod '], { kind: 'one', name: 'shop-prod-Admin', by: 'words' }],
    ['4: two that fit', ['prod'], { kind: 'ambiguous', names: ['shop-prod-Admin', 'shop-prod-Read'], by: 'words' }],
    ['4: all the words', ['prod', 'poweruser'], { kind: 'none' }],
    ['4: a word is found within one field', ['dev1234'], { kind: 'none' }],
    ['4: no word at all fits all', [''], { kind: 'ambiguous', names: shop.map(({ name }) => name), by: 'words' }],
    ['none', ['zzz'], { kind: 'none' }],
  ])('%s', async (_rule, query, expected) => {
    expect(await select(query, profileSet(shop), aliases, noFuzzy)).toEqual(expected);
  });

  it.each([
    ['one alone, and good', [['shop-dev', 0.6]], { kind: 'one', name: 'shop-dev', by: 'fuzzy' }],
    ['one alone, and poor', [['shop-dev', 0.49]], { kind: 'none' }],
    [
      'a clear lead',
      [
        ['shop-dev', 0.9],
        ['shop-test', 0.7],
      ],
      { kind: 'one', name: 'shop-dev', by: 'fuzzy' },
    ],
    [
      'no clear lead',
      [
        ['shop-dev', 0.9],
        ['shop-test', 0.71],
      ],
      { kind: 'ambiguous', names: ['shop-dev', 'shop-test'], by: 'fuzzy' },
    ],
    [
      'a lead over poor ones',
      [
        ['shop-dev', 0.6],
        ['shop-test', 0.45],
      ],
      { kind: 'one', name: 'shop-dev', by: 'fuzzy' },
    ],
    [
      'poor ones are no candidates',
      [
        ['a', 0.9],
        ['b', 0.8],
        ['c', 0.4],
      ],
      { kind: 'ambiguous', names: ['a', 'b'], by: 'fuzzy' },
    ],
    ['nothing', [], { kind: 'none' }],
  ])('5: %s', async (_what, ranked, expected) => {
    const rank: FuzzyRank = async () => ranked.map(([name, score]) => ({ name: String(name), score: Number(score) }));
    expect(await select(['qx'], profileSet(shop), noAlias, rank)).toEqual(expected);
  });

  it.each([['shop-dev'], ['LAB'], ['prod'], ['dev'], ['']])('rule 5 is not used for %j', async (typed) => {
    await expect(select([typed], profileSet(shop), noAlias, never)).resolves.toBeDefined();
  });

  it('finds nothing among no profiles', async () => {
    for (const query of [[''], ['x'], []]) {
      expect(await select(query, profileSet([]), noAlias, rankWithFuzzysort)).toEqual({ kind: 'none' });
    }
  });
});

describe('fuzzysort', () => {
  const two: readonly Plain[] = [
    { name: 'barnehageplass-dev-AWSAdministratorAccess-123456789011' },
    { name: 'barnehageplass-prod-AWSAdministratorAccess-123456789013' },
  ];

  it.each(['prdo', 'dve', 'proddd', 'xyz'])('does not accept a typing error: %s', async (typed) => {
    expect((await select([typed], profileSet(two), noAlias, rankWithFuzzysort)).kind).not.toBe('one');
  });

  it.each(['12345678911', '1234567891', '23456789013x', '123459011', '113', '9013 9011 5'])(
    'takes no account id for another: %s',
    async (typed) => {
      const selection = await select([typed], profileSet(two), noAlias, rankWithFuzzysort);
      expect(selection.kind === 'one' ? `${selection.name} by ${selection.by}` : 'not one').toBe('not one');
    },
  );
});

/** The rules but the fuzzy one, in the plainest code; null where none of them says anything. */
function oracle(plain: readonly Plain[], typed: string, aliases: ReadonlyMap<string, string>): string[] | null {
  const names = plain.map(({ name }) => name);
  if (names.includes(typed)) return [typed];
  const alias = aliases.get(typed);
  if (alias !== undefined) return [alias];
  const sameLetters = names.filter((name) => name.toLowerCase() === typed.toLowerCase());
  if (sameLetters.length > 0) return sameLetters;
  const words = typed.split(/\s/).filter(Boolean);
  const fitting = plain.filter((profile) =>
    words.every((word) =>
      [profile.name, profile.account, profile.role, profile.session].some((field) =>
        (field ?? '').toLowerCase().includes(word.toLowerCase()),
      ),
    ),
  );
  return fitting.length > 0 ? fitting.map(({ name }) => name) : null;
}

/** Blanks alone fit every profile, and mean none of them. */
function meansSomething(query: readonly string[], aliases: ReadonlyMap<string, string>): boolean {
  return query.join(' ').trim() !== '' || aliases.has(query.join(' '));
}

// Few letters, so that names collide, contain each other and differ in case only.
const piece = fc.stringMatching(/^[abAB1.-]{1,4}$/);
const plainProfile: fc.Arbitrary<Plain> = fc.record(
  {
    name: fc.oneof(
      piece,
      fc.tuple(piece, piece).map((both) => both.join(' ')),
    ),
    account: fc.constantFrom('111111111111', '111111111112'),
    role: piece,
    session: piece,
  },
  { requiredKeys: ['name'] },
);
const profilesArbitrary = fc.uniqueArray(plainProfile, { selector: ({ name }) => name, maxLength: 6 });
const queryArbitrary = fc.array(fc.oneof(piece, fc.constantFrom('', ' ', '11')), { maxLength: 3 });
const aliasesArbitrary = fc.dictionary(piece, piece, { maxKeys: 2 }).map((record) => new Map(Object.entries(record)));

describe('for any profiles and query', () => {
  it('the result is one profile only if the rules leave one', async () => {
    await fc.assert(
      fc.asyncProperty(profilesArbitrary, queryArbitrary, aliasesArbitrary, async (plain, query, aliases) => {
        const selection = await select(query, profileSet(plain), aliases, noFuzzy);
        const expected = oracle(plain, query.join(' '), aliases);
        if (expected === null) expect(selection).toEqual({ kind: 'none' });
        else if (expected.length === 1 && meansSomething(query, aliases)) {
          expect(selection).toMatchObject({ kind: 'one', name: expected[0] });
        } else expect(selection).toMatchObject({ kind: 'ambiguous', names: expected });
      }),
      { numRuns: runs(500) },
    );
  });

  it('words that match two profiles never choose one, whatever fuzzysort returns', async () => {
    await fc.assert(
      fc.asyncProperty(profilesArbitrary, queryArbitrary, async (plain, query) => {
        const expected = oracle(plain, query.join(' '), noAlias);
        const selection = await select(query, profileSet(plain), noAlias, rankWithFuzzysort);
        if (expected !== null && expected.length > 1) expect(selection.kind).toBe('ambiguous');
        if (selection.kind === 'one' && selection.by !== 'fuzzy') expect(expected).toEqual([selection.name]);
      }),
      { numRuns: runs(500) },
    );
  });

  it('does not throw', async () => {
    const profiles = profileSet(shop);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary' })), async (query) => {
        const { kind } = await select(query, profiles, noAlias, rankWithFuzzysort);
        expect(['one', 'ambiguous', 'none']).toContain(kind);
      }),
      { numRuns: 500 },
    );
  });
});

describe('hostile queries', () => {
  it.each([
    ...['.*', '^shop', '[a-z]', '(', 'a{1,', '\\', '$(id)', '*', '__proto__', 'constructor', '\u0000', '\uD800'].map(
      (typed) => [JSON.stringify(typed), typed, 'none'],
    ),
    ['a long word', 'x'.repeat(100_000), 'none'],
    ['many words that fit', 'a '.repeat(50_000), 'ambiguous'],
    ['many words that do not', 'a x '.repeat(20_000), 'none'],
  ])('%s', async (_what, typed, expected) => {
    expect((await select([typed], profileSet(shop), noAlias, rankWithFuzzysort)).kind).toBe(expected);
  });

  it.each(['', ' ', ' \t\n '])('%j matches all', async (typed) => {
    const selection = await select([typed], profileSet(shop), noAlias, never);
    expect(selection).toEqual({ kind: 'ambiguous', names: shop.map(({ name }) => name), by: 'words' });
  });
});

describe('a filter by a query', () => {
  it.each([
    [[], 8],
    [[''], 8],
    [['shop'], 5],
    [['prod', 'ADMIN'], 1],
    [['zzz'], 0],
    [['.'], 0],
  ])('%j leaves %i', (query, left) => {
    expect(filterByQuery(profileSet(shop).all(), query, noAccountNames)).toHaveLength(left);
  });
});
