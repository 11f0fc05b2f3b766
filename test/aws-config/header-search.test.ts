import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeaderSearch } from '../../src/aws-config/header-search.ts';
import { readProfiles } from '../../src/aws-config/profiles.ts';
import type { ProfileSet } from '../../src/aws-config/types.ts';
import { runs } from '../support/runs.ts';
import { dialectText } from './dialect.ts';

const name = fc.constantFrom('a', 'b', 'a-b', 'ab', 'default', 'Dev', 'dev-æ', 'x]', 'profile', '__proto__');
const word = fc.constantFrom('a', 'b', 'dev', 'x', 'default', '1', 'æ', '000000000001', ']', '[', '=', 'admin');

/** Files in the usual style, with a few unusual lines. */
const plainText = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: name.map((some) => `[profile ${some}]`) },
      { weight: 2, arbitrary: name.map((some) => `[sso-session ${some}]`) },
      { weight: 2, arbitrary: name.map((some) => `[${some}]`) },
      { weight: 4, arbitrary: fc.nat(3).map((n) => `sso_account_id = 00000000000${n}`) },
      { weight: 4, arbitrary: name.map((some) => `sso_session = ${some}`) },
      { weight: 4, arbitrary: name.map((some) => `role_arn = arn:aws:iam::000000000001:role/Admin-${some}`) },
      {
        weight: 4,
        arbitrary: fc.constantFrom('', '# [profile a] "x"', 's3 =', '  max = 1', 'credential_process = sh -c "x y"'),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          '[profile "a"]',
          ' [profile a]',
          '[profile\ta]',
          '[profile a ]',
          '[profile a',
          '[]',
          '[profiles a]',
          '[profile a] # [b]',
          '[default] # my default',
          '[profile a] # a [profile a] a',
          '[sso-session b] ; [sso-session b]',
          '\u00A0[profile b]',
          '[profile a\\ b]',
          '[profile a = 1',
          '[x: y',
          '[profile  b]',
          'x = [profile a]',
          '\r',
          '[profile İ]',
        ),
      },
    ),
    { maxLength: 25 },
  )
  .map((lines) => lines.join('\n'));

const text = fc.oneof({ weight: 4, arbitrary: plainText }, { weight: 1, arbitrary: dialectText() });

function read(config: string, credentials: string): ProfileSet {
  return readProfiles({ path: '/config', text: config }, { path: '/credentials', text: credentials }, [
    '/config',
    '/credentials',
  ]);
}

describe('searching for headers', () => {
  it.each([
    ['[profile dev] # the dev account\n', '', 'dev', 1],
    ['[profile a] # a a\nregion = x\n# a\n', '', 'a', 1],
    ['[profile default] ; default\n[default] ; default\n', '', 'default', 1],
    ['[default] # my default\n', '', 'default', 1],
    ['', '[a] # a, [a\n[a] # [a\n', 'a', 2],
  ])(
    'comes to an end where the comment after a header names the profile too: %j %j',
    (config, credentials, of, count) => {
      expect(read(config, credentials).get(of)?.definedIn).toHaveLength(count);
    },
  );

  it('takes no longer if a name occurs many times in a line', () => {
    const config = `[profile a]\nx =${' a'.repeat(2_000_000)}\n[profile b]\n`;
    expect(read(config, '').get('a')?.definedIn).toHaveLength(1);
  });

  it('finds the same names and hidden headers', () => {
    fc.assert(
      fc.property(text, text, (config, credentials) => {
        fc.pre(![config, credentials].some((some) => some.startsWith('\uFEFF')));
        // A text with a byte order mark is not searched, but split.
        const [searched, split] = ['', '\uFEFF'].map((mark) => read(`${mark}${config}`, `${mark}${credentials}`));
        expect(searched?.names).toEqual(split?.names);
        expect(searched?.hidingProblems()).toEqual(split?.hidingProblems());
      }),
      { numRuns: runs(200) },
    );
  });

  it('finds the same profile', () => {
    fc.assert(
      fc.property(text, text, name, (config, credentials, wanted) => {
        const split = read(config, credentials);
        // Listing the names splits the files; after that, profiles are found in the index.
        const { names } = split;
        for (const some of [wanted, ...names.slice(0, 5)]) {
          const [searched, known] = [read(config, credentials).get(some), split.get(some)];
          expect(searched).toEqual(known);
          expect(searched?.properties).toEqual(known?.properties);
          expect(searched?.definedIn).toEqual(known?.definedIn);
        }
        expect(read(config, credentials).ssoSession(wanted)).toEqual(split.ssoSession(wanted));
      }),
      { numRuns: runs(500) },
    );
  });

  it('preselects every profile that has the words', () => {
    fc.assert(
      fc.property(text, text, fc.array(word, { maxLength: 3 }), (config, credentials, words) => {
        const profiles = read(config, credentials);
        const around = profiles.namesAround(words);
        for (const { name: some, accountId, roleName, ssoSession } of profiles.all()) {
          const all = `${some}\n${accountId}\n${roleName}\n${ssoSession}`.toLowerCase();
          if (words.every((wanted) => all.includes(wanted))) expect(around).toContain(some);
        }
      }),
      { numRuns: runs(500) },
    );
  });

  it.each(['[profile a]\nregion = x\n', '# "quoted"\n[profile a]\ncredential_process = "x  y"\n', '', '[a]'])(
    'is done in %j',
    (plain) => {
      expect(HeaderSearch.of(plain, () => null)).not.toBeNull();
    },
  );

  it.each(['[profile "a"]', '[profile\ta]', '\uFEFF[a]', '[a]\r\n'])('is left in %j', (odd) => {
    expect(HeaderSearch.of(odd, () => null)).toBeNull();
  });
});
