import fc from 'fast-check';
import { parse } from 'ini';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadSettingsEditor, type SettingsEditor } from '../../src/settings/edit-settings.ts';
import { ownSections } from '../../src/settings/keys.ts';
import { keyNamed } from '../../src/settings/listing.ts';
import { readSettings } from '../../src/settings/read-settings.ts';
import { runs } from '../support/runs.ts';

let edit: SettingsEditor;
beforeAll(async () => {
  edit = await loadSettingsEditor();
});

const set = (text: string, name: string, value: string | null) => {
  const [section = '', key = ''] = name.split(/\.(.*)/s);
  return edit(text, [{ section, key, value }]);
};

describe('a setting', () => {
  it.each<[string, string, string, string | null, string]>([
    [
      'is changed in its line',
      '[guard]\n  confirm  =  yes ; why\n',
      'guard.confirm',
      'typed',
      '[guard]\n  confirm  =  typed ; why\n',
    ],
    ['keeps CRLF and a missing end', '[a]\r\nx = 1\r\n[b]\r\ny=2', 'b.y', '3', '[a]\r\nx = 1\r\n[b]\r\ny=3'],
    [
      'is added to its section',
      '[a]\nx = 1\n\n# b\n[b]\ny = 2\n',
      'a.z',
      '3',
      '[a]\nx = 1\nz = 3\n\n# b\n[b]\ny = 2\n',
    ],
    ['is added after no line end', '[a]\nx = 1', 'a.z', '3', '[a]\nx = 1\nz = 3\n'],
    ['is the first', '', 'a.z', '3', '[a]\nz = 3\n'],
    ['is the first after a BOM', '\ufeff', 'a.z', '3', '\ufeff[a]\nz = 3\n'],
    ['begins a section', '[a]\nx = 1\n', 'b.z', '3', '[a]\nx = 1\n\n[b]\nz = 3\n'],
    ['is the last of two', '[a]\nx = 1\nx = 2\n', 'a.x', '3', '[a]\nx = 1\nx = 3\n'],
    ['is in the second of two sections', '[a]\nx = 1\n[b]\n[a]\nx = 2\n', 'a.x', '3', '[a]\nx = 1\n[b]\n[a]\nx = 3\n'],
    ['has a comment that is none', '[a]\nx = 1\n', 'a.x', 'a ; b #c', '[a]\nx = a \\; b \\#c\n'],
    ['has quotes', '[a]\nx = "1"\n', 'a.x', '2', '[a]\nx = 2\n'],
    ['has an equals sign', '[a]\nx = 1\n', 'a.x', 'a=b', '[a]\nx = "a=b"\n'],
    ['has no value yet', '[a]\nx\n', 'a.x', '2', '[a]\nx = 2\n'],
    ['is removed', '[a]\nx = 1\n# y\ny = 2\nx = 3\n', 'a.x', null, '[a]\n# y\ny = 2\n'],
    ['is removed with its section', '[b]\ny = 2\n\n[a]\nx = 1\n', 'a.x', null, '[b]\ny = 2\n'],
    ['is removed, and comments stay', '# one\n[a]\n# two\nx = 1\n', 'a.x', null, '# one\n# two\n'],
    ['is not there', '[a]\nx = 1\n', 'a.y', null, '[a]\nx = 1\n'],
    ['is in no section', '[a]\n', 'b.y', null, '[a]\n'],
    ['is a glob', '[pin]\n', 'pin.shop-*.x', '1', '[pin]\nshop-*.x = 1\n'],
  ])('%s', (_what, text, name, value, expected) => {
    expect(set(text, name, value)).toBe(expected);
  });

  it.each<[string, string, string]>([
    ['', 'a.x', 'a\nb'],
    ['', 'a.x\ny', '1'],
    ['', 'a.__proto__', '1'],
    ['[a]\nx[] = 1\n', 'a.x', '2'],
    ['', 'a.x', 'true'],
    ['', 'a.x', '\\;'],
  ])('is refused where it would be read otherwise: %j %s = %j', (text, name, value) => {
    expect(() => set(text, name, value)).toThrow(expect.objectContaining({ name: 'AwspError', code: 2 }));
    expect(() => set(text, name, value)).toThrow(' cannot be changed by awsp: ');
  });

  it('is the only one that changes, in any text', () => {
    const line = fc.oneof(
      fc.constantFrom('[guard]', '[alias]', '[pin]', '[a b]', ' [alias] ', '[alias', '', '# c', '; c', '  '),
      fc.constantFrom('confirm = yes', 'confirm=typed ; x', 'x = "a=b"', 'x = \\;', 'd', "'d' = 1", 'd[] = 2', '= 1'),
      fc.string({ maxLength: 10 }),
    );
    const text = fc
      .tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\n', '\r\n'), fc.constantFrom('', '\ufeff'))
      .map(([lines, end, mark]) => mark + lines.join(end));
    const key = fc.oneof(fc.constantFrom('confirm', 'x', 'd', 'shop-*'), fc.string({ minLength: 1, maxLength: 6 }));
    const value = fc.option(
      fc.oneof(fc.constantFrom('yes', 'a b', 'a;b', '#', '"q"', 'a=b', '[x]'), fc.string({ maxLength: 8 })),
    );
    let changed = 0;
    fc.assert(
      fc.property(text, fc.constantFrom('guard', 'alias', 'new'), key, value, (before, section, name, wanted) => {
        let after: string;
        try {
          after = edit(before, [{ section, key: name, value: wanted }]);
        } catch (error) {
          expect(error).toMatchObject({ name: 'AwspError', code: 2 });
          return;
        }
        const [old, now] = [before, after].map((one) => parse(one.replace(/^\ufeff/, '')));
        const { [name]: _was, ...others } = { ...old?.[section] };
        const { [name]: is, ...stay } = { ...now?.[section] };
        expect({ is, stay }).toEqual({ is: wanted ?? undefined, stay: others });
        for (const other of Object.keys({ ...old, ...now })) {
          if (other !== section) expect(now?.[other]).toEqual(old?.[other]);
        }
        expect(after.startsWith('\ufeff')).toBe(before.startsWith('\ufeff'));
        const known = new Set(before.split(/\r?\n/));
        const added = after.split(/\r?\n/).filter((one) => one !== '' && !known.has(one));
        expect(added.length).toBeLessThanOrEqual(wanted === null ? 0 : 2);
        changed += Number(after !== before);
      }),
      { numRuns: runs(500) },
    );
    expect(changed).toBeGreaterThan(60);
  });
});

describe('the name of a key', () => {
  it.each<[string, readonly string[]]>([
    ['confirm', ['guard.confirm']],
    ['guard', ['guard.confirm', 'guard.read-only']],
    ['guard.confrim', ['guard.confirm']],
    ['alias', ['alias.NAME']],
    ['', []],
    ['xyzzy', []],
  ])('%j is like %j', (name, similar) => {
    expect(keyNamed(name)).toMatchObject({ similar });
  });

  it('may be in other letters, and may be a name of a person in some sections', () => {
    expect(keyNamed('Guard.Confirm')).toMatchObject({ section: 'guard', key: 'confirm' });
    expect(keyNamed('alias.My.Name')).toEqual({ section: 'alias', key: 'My.Name', known: null });
  });

  it('has the values of a key that takes one of a few words', () => {
    const choices = (name: string) => {
      const found = keyNamed(name);
      return 'section' in found && found.known !== null ? (found.known.choices ?? []) : null;
    };
    expect(choices('guard.confirm')).toEqual(['off', 'yes', 'typed']);
    expect(choices('sign-in.offer')).toEqual(['ask', 'always', 'never']);
    expect(choices('picker.program')).toEqual(['awsp', 'fzf']);
    expect(choices('production.match')).toEqual([]);
  });

  it.each(['alias', 'pin', 'accounts', 'guard', 'xyzzy'])(
    'in [%s] is a name of a person where the file has such names',
    async (section) => {
      const { problems } = await readSettings(`[${section}]\n123456789012 = 123456789012\n`, true, 'file');
      expect(problems.length === 0).toBe(ownSections.some((own) => own === section));
    },
  );
});
