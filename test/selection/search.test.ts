import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lettersByFuzzysort, searchWithFuzzysort } from '../../src/selection/fuzzy.ts';
import {
  addTo,
  type FuzzySearch,
  find,
  findByWords,
  lettersFound,
  type Searchable,
} from '../../src/selection/search.ts';

function listOf(...texts: readonly (readonly string[])[]): Searchable {
  const list: Searchable = { texts: [], joined: [] };
  for (const some of texts) addTo(list, some);
  return list;
}

const shop = [
  ['latest-prod', '123456789010', 'Admin', 'main'],
  ['shop-test', '123456789012', 'AWSPowerUserAccess', 'main'],
  ['shop-prod-Admin', '123456789013', 'AWSAdministratorAccess', 'other'],
  ['shop-prod-Read', '123456789013', 'AWSReadOnlyAccess', 'other'],
  ['Test', '123456789014', '', ''],
  ['blåbær-dev', '123456789015', '', ''],
] as const;
const list = listOf(...shop);
const named = (items: readonly number[]) => items.map((item) => shop[item]?.[0]);
const neverFuzzy: FuzzySearch = () => {
  throw new Error('fuzzy matching was asked, though words were found');
};

describe('words', () => {
  it.each([
    ['nothing typed: all, in their order', '', shop.map(([name]) => name)],
    ['blanks: the same', '  \t ', shop.map(([name]) => name)],
    ['part of a name', 'read', ['shop-prod-Read']],
    ['in any order', 'read shop', ['shop-prod-Read']],
    ['in any case', 'SHOP READ', ['shop-prod-Read']],
    ['the account id', '789012', ['shop-test']],
    ['the role', 'poweruser', ['shop-test']],
    ['the session', 'other read', ['shop-prod-Read']],
    ['each word in another text', '13 admin shop other', ['shop-prod-Admin']],
    ['the name itself, then where a part begins so, then within one', 'test', ['Test', 'shop-test', 'latest-prod']],
    ['letters beyond ASCII', 'BLÅ', ['blåbær-dev']],
    ['no word goes over from one text to the next', 'test1234', []],
    ['nothing', 'zzz', []],
  ])('%s', (_what, query, expected) => {
    expect(named(findByWords(list, query))).toEqual(expected);
  });
});

describe('letters', () => {
  it('are used only if no item has the words', () => {
    expect(find(list, 'read', neverFuzzy)).toEqual({ items: [3], isFuzzy: false });
  });

  it.each([
    ['shread', ['shop-prod-Read']],
    ['shop prd', ['shop-prod-Read', 'shop-prod-Admin']],
    ['pwr', ['shop-test']],
    ['zzz', []],
  ])('%s', (query, expected) => {
    const found = find(list, query, searchWithFuzzysort);
    expect(named(found.items)).toEqual(expected);
    expect(found.isFuzzy).toBe(true);
  });

  it('are compared in the hundred items that have them closest together', () => {
    const many = listOf(...Array.from({ length: 1_000 }, (_, n) => [`a${'x'.repeat(1_000 - n)}b`]));
    let asked: readonly number[] = [];
    find(many, 'ab', (_query, _texts, candidates) => {
      asked = candidates;
      return [];
    });
    expect(asked).toEqual(Array.from({ length: 100 }, (_, n) => 900 + n));
  });
});

describe('the matching letters', () => {
  const marked = (text: string, query: string) => {
    const places = lettersFound(text, query, lettersByFuzzysort);
    return [...text].map((letter, sandbox) => (places.has(sandbox) ? letter.toUpperCase() : letter)).join('');
  };

  it.each([
    ['shop-prod', 'prod', 'shop-PROD'],
    ['shop-prod', 'prod shop', 'SHOP-PROD'],
    ['prod', 'prd', 'PRoD'],
    ['shop-prod', 'zzz', 'shop-prod'],
    ['shop-prod', '', 'shop-prod'],
    // In lower case it is longer: the places are not known.
    ['İstanbul', 'stan', 'İstanbul'],
  ])('%s, %s: %s', (text, query, expected) => {
    expect(marked(text, query)).toBe(expected);
  });
});

describe('for every list and query', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'C', '-', '1', 'ø', '\u0301', ' '), maxLength: 6 });
  const texts = fc.array(fc.array(word, { minLength: 1, maxLength: 4 }), { maxLength: 30 });

  it('matches are items of the list, each once', () => {
    fc.assert(
      fc.property(texts, word, (some, query) => {
        const { items } = find(listOf(...some), query, searchWithFuzzysort);
        expect(new Set(items).size).toBe(items.length);
        expect(items.every((item) => item >= 0 && item < some.length)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('another word adds no item', () => {
    fc.assert(
      fc.property(texts, word, word, (some, one, other) => {
        const before = new Set(findByWords(listOf(...some), one));
        expect(findByWords(listOf(...some), `${one} ${other}`).every((item) => before.has(item))).toBe(true);
      }),
    );
  });
});
