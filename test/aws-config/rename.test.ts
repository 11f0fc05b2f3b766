import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyProfile, referencesTo, renameProfiles } from '../../src/aws-config/rename.ts';
import { type FileRole, IndexedFile } from '../../src/aws-config/sections.ts';
import { linesOf } from '../../src/lib/lines.ts';
import { askBotocore, hasBotocore } from '../support/botocore-texts.ts';
import { runs } from '../support/runs.ts';
import { acceptedText, dialectText } from './dialect.ts';

const rename = (text: string, from: string, to: string, role: FileRole = 'config') =>
  renameProfiles(text, role, new Map([[from, to]]));

describe('a renamed profile', () => {
  it.each<[string, string, string]>([
    ['has another header', '[profile a]\nr = 1\n[profile b]\n', '[profile new]\nr = 1\n[profile b]\n'],
    ['keeps its quotes', '[profile "a"]\n', '[profile "new"]\n'],
    ['keeps single quotes', "[profile 'a']\n", "[profile 'new']\n"],
    ['keeps its blanks, its comment and its indentation', '  [profile \t a ] # a\n', '  [profile \t new ] # a\n'],
    [
      'has several sections',
      '[profile a]\nr = 1\n[x]\n[profile "a"]\n',
      '[profile new]\nr = 1\n[x]\n[profile "new"]\n',
    ],
    ['has the same section twice', '[profile a]\n[profile a]\n', '[profile new]\n[profile new]\n'],
    ['moves with what is nested in it', '[profile a]\ns3 =\n  x = 1\n', '[profile new]\ns3 =\n  x = 1\n'],
    [
      'is the source of others, and of itself',
      '[profile a]\nsource_profile = a\n[profile b]\r\n Source_Profile =  a ; why\r\n[profile c]\nsource_profile: a',
      '[profile new]\nsource_profile = new\n[profile b]\r\n Source_Profile =  new ; why\r\n[profile c]\nsource_profile: new',
    ],
    [
      'is not what only resembles it',
      '[profile a]\n# [profile a]\nregion = a\n[profile ab]\nsource_profile = ab\n[a]\n[sso-session a]\n',
      '[profile new]\n# [profile a]\nregion = a\n[profile ab]\nsource_profile = ab\n[a]\n[sso-session a]\n',
    ],
    ['is named by aws-vault', '[profile b]\ninclude_profile = a\n', '[profile b]\ninclude_profile = new\n'],
    ['is in no section here', '[x]\n', '[x]\n'],
    ['keeps a BOM and a missing end', '\ufeff[profile a]', '\ufeff[profile new]'],
  ])('%s', (_what, text, expected) => {
    expect(rename(text, 'a', 'new')).toBe(expected);
  });

  it.each<[FileRole, string, string, string, string]>([
    ['config', '[default]\nr = 1\n', 'default', 'a', '[profile a]\nr = 1\n'],
    ['config', '[profile default]\nr = 1\n', 'default', 'a', '[profile a]\nr = 1\n'],
    ['config', '[profile a]\n', 'a', 'default', '[default]\n'],
    ['config', '[profile a]\n', 'a', 'a b', '[profile "a b"]\n'],
    ['config', '[profile "a b"]\n', 'a b', 'c', '[profile "c"]\n'],
    ['config', "[profile 'a']\n", 'a', "it's", '[profile "it\'s"]\n'],
    ['config', '[profile a]\n', 'a', '$(id) "x"\\', '[profile "$(id) \\"x\\"\\\\"]\n'],
    ['credentials', '[a]\nk = 1\n[b]\nsource_profile = a\n', 'a', 'a b', '[a b]\nk = 1\n[b]\nsource_profile = a b\n'],
    ['credentials', '[default]\n', 'default', 'x', '[x]\n'],
  ])('in the %s file %j: %s becomes %s', (role, text, from, to, expected) => {
    expect(rename(text, from, to, role)).toBe(expected);
  });

  it('may swap its name with another one', () => {
    const text = '[profile a]\nsource_profile = b\n[profile b]\nr = 1\n';
    const names = new Map([
      ['a', 'b'],
      ['b', 'a'],
    ]);
    expect(renameProfiles(text, 'config', names)).toBe('[profile b]\nsource_profile = a\n[profile a]\nr = 1\n');
  });

  it.each<[string, FileRole, string, string, string, string]>([
    [
      'two defaults',
      'config',
      '[default]\n[profile default]\n',
      'default',
      'a',
      '[default] in line 1, [profile default] in line 2',
    ],
    [
      'two spellings',
      'config',
      '[profile a]\n\n[profile "a"]\n',
      'a',
      'a b',
      '[profile a] in line 1, [profile "a"] in line 3',
    ],
    ['a bracket', 'config', '[profile a]\n', 'a', 'a]b', 'the name "a]b" cannot be written to the config file'],
    ['a line end', 'config', '[profile a]\n', 'a', 'a\n[b]', 'cannot be written to the config file'],
    ['an escape', 'credentials', '[a]\n', 'a', 'a\u001b[31m', 'cannot be written to the credentials file'],
    ['a blank', 'credentials', '[a]\n', 'a', ' b', 'cannot be written to the credentials file'],
    ["configparser's own section", 'credentials', '[a]\n', 'a', 'DEFAULT', 'cannot be written to the credentials file'],
    [
      'a comment in a reference',
      'config',
      '[profile b]\nsource_profile = a\n',
      'a',
      'x #y',
      '"source_profile" cannot be set: ',
    ],
  ])('is refused with %s', (_what, role, text, from, to, reason) => {
    expect(() => rename(text, from, to, role)).toThrow(expect.objectContaining({ name: 'AwspError', code: 2 }));
    expect(() => rename(text, from, to, role)).toThrow(reason);
  });
});

describe('a copied profile', () => {
  it.each<[string, string, string]>([
    [
      'comes last',
      '[profile a]\nr = 1\n\n[profile b]\n',
      '[profile a]\nr = 1\n\n[profile b]\n\n[profile new]\nr = 1\n',
    ],
    ['after no line end', '[profile a]\nr = 1', '[profile a]\nr = 1\n\n[profile new]\nr = 1'],
    ['with CRLF', '[profile a]\r\nr = 1\r\n', '[profile a]\r\nr = 1\r\n\r\n[profile new]\r\nr = 1\r\n'],
    [
      'with all that is in it, and no comment of the next',
      ' [profile a] # mine\n# one\ns3 =\n  x = 1\nq: 2 ; two\n\n# of b\n[profile b]\n',
      ' [profile a] # mine\n# one\ns3 =\n  x = 1\nq: 2 ; two\n\n# of b\n[profile b]\n\n[profile new] # mine\n# one\ns3 =\n  x = 1\nq: 2 ; two\n',
    ],
    ['without a mark', '[profile a]\nmark = 1\nr = 1\n', '[profile a]\nmark = 1\nr = 1\n\n[profile new]\nr = 1\n'],
    [
      'with each of its sections',
      '[profile a]\nr = 1\n[x]\n[profile "a"]\nq = 1\n',
      '[profile a]\nr = 1\n[x]\n[profile "a"]\nq = 1\n\n[profile new]\nr = 1\n\n[profile "new"]\nq = 1\n',
    ],
    ['if it is there', '[x]\n', '[x]\n'],
  ])('%s', (_what, text, expected) => {
    expect(copyProfile(text, 'config', 'a', 'new', ['mark'])).toBe(expected);
  });

  it('is refused where its sections would become one', () => {
    const text = '[default]\n[profile default]\n';
    expect(() => copyProfile(text, 'config', 'default', 'a')).toThrow('would get the same header');
  });
});

it('the profiles that name another one are found, with their lines', () => {
  const text = '\n[profile a]\nsource_profile = a\n[profile b]\n\nsource_profile = a # c\n[x]\nsource_profile = a\n';
  expect(referencesTo(text, 'config', new Set(['a']))).toEqual([
    { profile: 'a', key: 'source_profile', value: 'a', line: 3 },
    { profile: 'b', key: 'source_profile', value: 'a', line: 6 },
  ]);
});

/** What awsp reads in a text: the properties of each section of each name, in file order. */
function meaning(text: string, role: FileRole): Map<string, string[][]> {
  const file = new IndexedFile({ path: '', text }, role);
  const types = ['profile', 'sso-session', 'services', 'other'] as const;
  return new Map(
    types.flatMap((type) =>
      file
        .names(type)
        .map((name): [string, string[][]] => [
          `${type} ${name}`,
          file
            .sameNamed(type, name)
            .flatMap((section) => file.document.entries(section).map(({ key, value }) => [key, value])),
        ]),
    ),
  );
}

describe('any text', () => {
  const names = ['a', 'b', 'default', 'a.b', 'a b', 'å', '日本', '__proto__', "it's", 'a\\b', '#x'];
  const scene = fc
    .record({
      text: fc.oneof({ weight: 5, arbitrary: dialectText() }, fc.string({ unit: 'binary' })),
      role: fc.constantFrom<FileRole>('config', 'config', 'credentials'),
      choice: fc.nat(99),
      fresh: fc.constantFrom('new', 'a new one', 'new"x', "it's new", 'ny å', 'default'),
    })
    .map(({ choice, ...rest }) => {
      const there = new IndexedFile({ path: '', text: rest.text }, rest.role).names('profile');
      return { ...rest, name: there[choice % (there.length || 1)] ?? names[choice % names.length] ?? 'a' };
    })
    .filter(({ text, role, fresh }) => !new IndexedFile({ path: '', text }, role).names('profile').includes(fresh));

  it('has the profile under its new name, with what refers to it, and every other byte', () => {
    let renamed = 0;
    fc.assert(
      fc.property(scene, ({ text: before, role, name, fresh }) => {
        const [after, error] = attempt(() => rename(before, name, fresh, role));
        if (after === null) return expect(error).toMatchObject({ name: 'AwspError', code: 2 });
        const followed = [...meaning(before, role)].map(([id, properties]) => [
          id === `profile ${name}` ? `profile ${fresh}` : id,
          properties.map(([key, value]) => [key, key === 'source_profile' && value === name ? fresh : value]),
        ]);
        expect(new Map([...meaning(after, role)])).toEqual(new Map(followed as [string, string[][]][]));
        const [old, now] = [linesOf(before), linesOf(after)];
        expect(now.length).toBe(old.length);
        const changed = old.filter((line, index) => line !== now[index]);
        for (const line of changed) expect(line).toMatch(/^\s*(\ufeff\s*)?(\[|source_profile)/i);
        renamed += Number(changed.length > 0);
      }),
      { numRuns: runs(400) },
    );
    expect(renamed).toBeGreaterThan(20);
  });

  it('has a copy that means the same, and every byte that it had', () => {
    let copied = 0;
    fc.assert(
      fc.property(scene, ({ text: before, role, name, fresh }) => {
        const [after, error] = attempt(() => copyProfile(before, role, name, fresh));
        if (after === null) return expect(error).toMatchObject({ name: 'AwspError', code: 2 });
        expect(after.startsWith(before)).toBe(true);
        const expected = meaning(before, role);
        const own = expected.get(`profile ${name}`);
        if (own !== undefined) expected.set(`profile ${fresh}`, own);
        expect(meaning(after, role)).toEqual(expected);
        copied += Number(after !== before);
      }),
      { numRuns: runs(400) },
    );
    expect(copied).toBeGreaterThan(20);
  });
});

function attempt<T>(work: () => T): [T, null] | [null, unknown] {
  try {
    return [work(), null];
  } catch (error) {
    return [null, error];
  }
}

describe.skipIf(!hasBotocore)('what botocore reads', () => {
  it('is the same under the new name, and as a copy', () => {
    const case_ = fc
      .record({
        role: fc.constantFrom<FileRole>('config', 'credentials'),
        config: acceptedText('config'),
        credentials: acceptedText('credentials'),
        choice: fc.nat(99),
        fresh: fc.constantFrom('new', 'a new one', 'new"x', "it's new", 'ny å', '$(new)', 'default', 'c:\\new'),
      })
      .map(({ role, config, credentials, choice, fresh }) => {
        const text = role === 'config' ? config : credentials;
        const there = new IndexedFile({ path: '', text }, role).names('profile');
        const name = there[choice % (there.length || 1)] ?? 'none';
        // One of the others gets the name as its source.
        const end = /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
        const header = role === 'config' ? '[profile referring]' : '[referring]';
        const before = /\s[#;]|^[#;]/.test(name) ? text : `${text}${header}${end}source_profile=${name}${end}`;
        return { role, before, name, fresh };
      });
    const cases = fc
      .sample(case_, { numRuns: runs(120), seed: 20_261_128 })
      .filter(({ name }) => name !== 'none')
      .map((one) => ({
        ...one,
        renamed: rename(one.before, one.name, one.fresh, one.role),
        copied: copyProfile(one.before, one.role, one.name, one.fresh),
      }));
    const answers = askBotocore(
      cases.flatMap(({ role, before, renamed, copied }) =>
        [before, renamed, copied].map((text) => [role, text] as const),
      ),
    );
    let read = 0;
    for (const [index, { name, fresh }] of cases.entries()) {
      const [before, renamed, copied] = answers.slice(3 * index, 3 * index + 3);
      if (before === null || before === undefined) continue;
      const { [`profile ${name}`]: own = {}, ...others } = before;
      const referring = others['profile referring'];
      const followed = referring === undefined ? {} : { 'profile referring': { ...referring, source_profile: fresh } };
      expect(renamed).toEqual({ ...others, ...followed, [`profile ${fresh}`]: own });
      expect(copied).toEqual({ ...before, [`profile ${fresh}`]: own });
      read++;
    }
    expect(read).toBeGreaterThan(40);
  });
});
