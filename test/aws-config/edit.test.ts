import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeChange } from '../../src/aws-config/changes.ts';
import {
  editSections,
  removeSection,
  type SectionEdit,
  type SectionTarget,
  writeSection,
} from '../../src/aws-config/edit.ts';
import { type FileRole, IndexedFile } from '../../src/aws-config/sections.ts';
import { askBotocore, hasBotocore } from '../support/botocore-texts.ts';
import { runs } from '../support/runs.ts';
import { acceptedText, dialectText } from './dialect.ts';

type Properties = Readonly<Record<string, string | null>>;

interface Choice {
  readonly type: SectionTarget['type'];
  readonly name: string;
  readonly number: number;
}

const profile = (name: string): SectionTarget => ({ type: 'profile', name });
const session = (name: string): SectionTarget => ({ type: 'sso-session', name });

function write(text: string, target: SectionTarget, properties: Properties, role: FileRole = 'config'): string {
  return writeSection(text, role, target, new Map(Object.entries(properties)));
}

/** What awsp reads in a text: the properties of each section, by its type and name. */
function meaning(text: string, role: FileRole): Map<string, Map<string, string>> {
  const file = new IndexedFile({ path: '', text }, role);
  const types = ['profile', 'sso-session', 'services', 'other'] as const;
  return new Map(
    types.flatMap((type) =>
      file.names(type).map((name): [string, Map<string, string>] => {
        const entries = file.sections(type, name).flatMap((section) => file.document.entries(section));
        return [`${type} ${name}`, new Map(entries.map(({ key, value }) => [key, value]))];
      }),
    ),
  );
}

const parentOf = (key: string) => (key.includes('.') ? (key.split('.')[0] ?? null) : null);

/** A property has a value or others below it. */
const hasNoChildOf = (properties: Properties) =>
  Object.keys(properties).every((key) => !((parentOf(key) ?? '') in properties));

/** Whether a property is none of those that are set or removed, with or below them, and none whose value gives way to one. */
function othersThan(wanted: Properties): (pair: readonly [string, string]) => boolean {
  const losing = Object.entries(wanted).flatMap(([key, to]) => (to === null ? [] : [parentOf(key)]));
  return ([key]) => !(key in wanted) && !((parentOf(key) ?? key) in wanted) && !losing.includes(key);
}

describe('an existing property', () => {
  it.each<[string, string, Properties, string]>([
    ['gets another value', '[profile a]\nregion = x\n', { region: 'y' }, '[profile a]\nregion = y\n'],
    ['keeps its blanks', '[profile a]\n  Region\t=   x  \n', { region: 'y' }, '[profile a]\n  Region\t=   y  \n'],
    ['keeps its missing blanks', '[profile a]\nregion=x\n', { region: 'y' }, '[profile a]\nregion=y\n'],
    ['keeps its colon', '[profile a]\nregion: x\n', { region: 'y' }, '[profile a]\nregion: y\n'],
    ['keeps its comment', '[profile a]\nregion = x # x\n', { region: 'y' }, '[profile a]\nregion = y # x\n'],
    ['keeps a comment on no value', '[profile a]\nregion = ; c\n', { region: 'y' }, '[profile a]\nregion = y ; c\n'],
    ['gets a value', '[profile a]\nregion =\n', { region: 'y' }, '[profile a]\nregion = y\n'],
    ['gets a value without blanks', '[profile a]\nregion=\n', { region: 'y' }, '[profile a]\nregion=y\n'],
    ['has a `#` in its value', '[profile a]\nregion = x#/ # c\n', { region: 'y#' }, '[profile a]\nregion = y# # c\n'],
    ['keeps CRLF', '[profile a]\r\nregion = x\r\n', { region: 'y' }, '[profile a]\r\nregion = y\r\n'],
    ['keeps a lone CR', '[profile a]\rregion = x\rb = c\r', { region: 'y' }, '[profile a]\rregion = y\rb = c\r'],
    ['keeps a missing end', '[profile a]\nregion = x', { region: 'y' }, '[profile a]\nregion = y'],
    ['keeps a BOM', '\ufeff[profile a]\nregion = x\n', { region: 'y' }, '\ufeff[profile a]\nregion = y\n'],
    ['is spelled like its value', '[profile a]\nx = x\n', { x: 'y' }, '[profile a]\nx = y\n'],
    ['is written already', '[profile a]\nregion =x # c\n', { region: 'x' }, '[profile a]\nregion =x # c\n'],
    ['is the last of two', '[profile a]\nr = 1\nr = 2\n', { r: '3' }, '[profile a]\nr = 1\nr = 3\n'],
    [
      'is in one of two sections',
      '[profile a]\nr = 1\n[profile b]\nr = 1\n[profile a]\nq = 2\n',
      { r: '3' },
      '[profile a]\nr = 3\n[profile b]\nr = 1\n[profile a]\nq = 2\n',
    ],
    [
      'is in the last of two sections',
      '[profile a]\nr = 1\n[profile "a"]\nr = 2\n',
      { r: '3' },
      '[profile a]\nr = 1\n[profile "a"]\nr = 3\n',
    ],
    [
      'goes on over lines',
      '[profile a]\nr = 1\n  2\n\n  # note\n  3\n\nq = 4\n',
      { r: '5' },
      '[profile a]\nr = 5\n  # note\n\nq = 4\n',
    ],
    ['has sub-properties', '[profile a]\ns3 =\n  x = 1\n  y = 2\nq = 3\n', { s3: 'z' }, '[profile a]\ns3 = z\nq = 3\n'],
    ['is removed', '[profile a]\nr = 1\n# note\nq = 2\n', { r: null }, '[profile a]\n# note\nq = 2\n'],
    [
      'is removed with all of its lines',
      '[profile a]\nr =\n  x = 1\n\tjunk\nq = 2\n',
      { r: null },
      '[profile a]\nq = 2\n',
    ],
    [
      'goes from every section',
      '[profile a]\nr = 1\nr = 2\n[profile a]\nR: 3\n',
      { r: null },
      '[profile a]\n[profile a]\n',
    ],
    [
      'is removed at the end of a file without a final line end',
      '[profile a]\nq = 1\nr = 2',
      { r: null },
      '[profile a]\nq = 1',
    ],
    ['does not exist, and is removed', '[profile a]\nq = 1\n', { r: null }, '[profile a]\nq = 1\n'],
  ])('%s', (_what, text, properties, expected) => {
    expect(write(text, profile('a'), properties)).toBe(expected);
  });

  it('is set in [profile default] if [default] exists as well', () => {
    const text = '[default]\nregion = x\n[profile default]\nregion = y\n';
    expect(write(text, profile('default'), { region: 'z' })).toBe(text.replace('y', 'z'));
  });
});

describe('a new property', () => {
  it.each<[string, string, string]>([
    [
      'follows the last',
      '[profile a]\nq = 1\n\n# of b\n[profile b]\n',
      '[profile a]\nq = 1\nr = 2\n\n# of b\n[profile b]\n',
    ],
    ['follows the last without blanks', '[profile a]\nq=1\n', '[profile a]\nq=1\nr=2\n'],
    ['follows the last, indented', '[profile a]\n\tq = 1\n', '[profile a]\n\tq = 1\n\tr = 2\n'],
    ['follows sub-properties', '[profile a]\nq =\n  x=1\n', '[profile a]\nq =\n  x=1\nr = 2\n'],
    ['follows CRLF', '[profile a]\r\nq = 1\r\n', '[profile a]\r\nq = 1\r\nr = 2\r\n'],
    ['follows no line end', '[profile a]\nq = 1', '[profile a]\nq = 1\nr = 2'],
    ['follows no line end after CRLF', '[x]\r\n[profile a]', '[x]\r\n[profile a]\r\nr = 2'],
    ['follows a bare header', '[profile a]\n\n# note\n', '[profile a]\nr = 2\n\n# note\n'],
    ['is the first', '[profile a]', '[profile a]\nr = 2'],
    ['is written as the file is', '[x]\ny=1\n[profile a]\n[z]\n', '[x]\ny=1\n[profile a]\nr=2\n[z]\n'],
    [
      'leaves an indented header one',
      '[profile a]\n  [profile b]\nq = 1\n',
      '[profile a]\n  r = 2\n  [profile b]\nq = 1\n',
    ],
    ['is not a continuation', '[profile a]\n  q = 1\njunk\n  more\n', '[profile a]\n  q = 1\njunk\n  more\nr = 2\n'],
    ['comes in the last section', '[profile a]\nq = 1\n[profile a]\n', '[profile a]\nq = 1\n[profile a]\nr = 2\n'],
  ])('%s', (_what, text, expected) => {
    expect(write(text, profile('a'), { R: '2' })).toBe(expected);
  });
});

describe('a new section', () => {
  it.each<[string, string, string]>([
    ['in an empty text', '', '[profile a]\nr = 1\n'],
    ['after a BOM', '\ufeff', '\ufeff[profile a]\nr = 1\n'],
    ['after another', '[x]\ny = 1\n', '[x]\ny = 1\n\n[profile a]\nr = 1\n'],
    ['in the style of another', '[x]\r\n  y=1\r\n', '[x]\r\n  y=1\r\n\r\n[profile a]\r\nr=1\r\n'],
    ['after no line end', '[x]\ny = 1', '[x]\ny = 1\n\n[profile a]\nr = 1'],
    ['after blank lines', '[x]\n\n', '[x]\n\n\n[profile a]\nr = 1\n'],
    ['after an indented one', '[x]\n y=\n  z = 1\n', '[x]\n y=\n  z = 1\n\n[profile a]\nr=1\n'],
  ])('%s', (_what, text, expected) => {
    expect(write(text, profile('a'), { r: '1', q: null })).toBe(expected);
  });

  it.each<[FileRole, SectionTarget, string]>([
    ['config', profile('default'), '[default]'],
    ['config', profile('a.b'), '[profile a.b]'],
    ['config', profile('a b'), '[profile "a b"]'],
    ['config', profile('it\'s "x"\\y'), '[profile "it\'s \\"x\\"\\\\y"]'],
    ['config', session('default'), '[sso-session default]'],
    ['config', session('my session'), '[sso-session "my session"]'],
    ['config', { type: 'services', name: 's' }, '[services s]'],
    ['credentials', profile('default'), '[default]'],
    ['credentials', profile("a's b"), "[a's b]"],
  ])('in the %s file: %j', (role, target, header) => {
    expect(write('', target, { r: '1' }, role)).toBe(`${header}\nr = 1\n`);
  });

  it('is not added if it has no properties', () => {
    expect(write('[x]\n', profile('a'), { r: null })).toBe('[x]\n');
    expect(write('[x]\n', profile('a'), {})).toBe('[x]\n');
  });

  it.each<[FileRole, SectionTarget]>([
    ['config', profile('')],
    ['config', profile('a\nb')],
    ['config', profile('a\u001b[31m')],
    ['config', profile(' a')],
    ['config', profile('a]b')],
    ['config', profile('a\u2028b')],
    ['config', profile('\ud800')],
    ['credentials', profile('DEFAULT')],
    ['credentials', session('a')],
  ])('is refused in the %s file: %j', (role, target) => {
    const writing = () => write('', target, { r: '1' }, role);
    expect(writing).toThrow(expect.objectContaining({ name: 'AwspError', code: 2 }));
    expect(writing).toThrow(/^the name "[^\p{Cc}]*" cannot be written to the \w+ file: /u);
  });
});

describe('a value that tools would not read back', () => {
  it.each([
    'a\nb',
    'a\rb',
    'a\0b',
    'a\tb',
    'a\u0085b',
    'a\u2028b',
    '\ud83d',
    ' a',
    'a ',
    '\ufeffa',
    'a #b',
    'a\u00a0;b',
    '#a',
    ';',
  ])('is refused: %j', (value) => {
    for (const text of ['', '[profile a]\nregion = x\n']) {
      const writing = () => write(text, profile('a'), { region: value });
      expect(writing).toThrow(expect.objectContaining({ name: 'AwspError', code: 2 }));
      expect(writing).toThrow(/^"region" cannot be set: its value /);
    }
  });

  it.each(['', 'a b', 's3.', '.x', 's3.x.y', 's3.a b', 'a=b', '#a', '[a', 'a\n', 'å'])(
    'is refused with the name %j',
    (key) => {
      expect(() => write('', profile('a'), { [key]: '1' })).toThrow(
        /cannot be set: that is not the name of a property$/,
      );
    },
  );
});

describe('a sub-property', () => {
  it.each<[string, string, Properties, string]>([
    [
      'is changed in its line',
      '[profile a]\ns3 =\n\tx=1 # c\n\ty=2\n',
      { 's3.x': '3' },
      '[profile a]\ns3 =\n\tx=3 # c\n\ty=2\n',
    ],
    [
      'is added below the last',
      '[profile a]\ns3=\n    x=1\n    # c\nr=1\n',
      { 's3.y': '2' },
      '[profile a]\ns3=\n    x=1\n    y=2\n    # c\nr=1\n',
    ],
    [
      'is added to a parent without any',
      '[profile a]\ns3 =\nr = 1\n',
      { 's3.x': '1' },
      '[profile a]\ns3 =\n  x = 1\nr = 1\n',
    ],
    [
      'comes with its parent',
      '[profile a]\r\nr=1\r\n\r\n[x]\r\n',
      { 's3.x': '1' },
      '[profile a]\r\nr=1\r\ns3=\r\n  x=1\r\n\r\n[x]\r\n',
    ],
    [
      'comes with its parent, indented',
      '[profile a]\n  r = 1',
      { 's3.x': '1' },
      '[profile a]\n  r = 1\n  s3 =\n    x = 1',
    ],
    [
      'comes with its section',
      '',
      { 's3.x': '1', r: '2', 's3.y': '3' },
      '[profile a]\ns3 =\n  x = 1\n  y = 3\nr = 2\n',
    ],
    [
      'above an indented header',
      '[profile a]\n[x]\n  [y]\n',
      { 's3.x': '1' },
      '[profile a]\ns3 =\n  x = 1\n[x]\n  [y]\n',
    ],
    ['in capitals is the same', '[profile a]\nS3 =\n  X = 1\n', { 's3.x': '2' }, '[profile a]\nS3 =\n  X = 2\n'],
    ['is removed', '[profile a]\ns3 =\n  x = 1\n  y = 2\n', { 's3.x': null }, '[profile a]\ns3 =\n  y = 2\n'],
    [
      'is removed each time that it is there',
      '[profile a]\ns3 =\n  x = 1\n  y = 2\n  x = 3\n',
      { 's3.x': null },
      '[profile a]\ns3 =\n  y = 2\n',
    ],
    [
      'is removed with its parent',
      '[profile a]\nr = 1\ns3 =\n  # c\n\n  x = 1\nq = 1\n',
      { 's3.x': null },
      '[profile a]\nr = 1\n  # c\nq = 1\n',
    ],
    [
      'is not there',
      '[profile a]\ns3 =\n  x = 1\nr =\n',
      { 's3.y': null, 'r.x': null },
      '[profile a]\ns3 =\n  x = 1\nr =\n',
    ],
    [
      'takes the place of a value',
      '[profile a]\ns3 = v\n  w = 1\nr = 1\n',
      { 's3.x': '1' },
      '[profile a]\ns3 =\n  x = 1\nr = 1\n',
    ],
    [
      'takes the place of a comment',
      '[profile a]\ns3 = # c\n  y = 1\n',
      { 's3.x': '1' },
      '[profile a]\ns3 =\n  y = 1\n  x = 1\n',
    ],
    ['is no part of a value', '[profile a]\ns3 = v\n  x = 1\n', { 's3.x': null }, '[profile a]\ns3 = v\n  x = 1\n'],
    ['begins anew', '[profile a]\ns3 =\n  x = 1\n  y = 2\n', { s3: null, 's3.x': '1' }, '[profile a]\ns3 =\n  x = 1\n'],
  ])('%s', (_what, before, properties, after) => {
    expect(write(before, profile('a'), properties)).toBe(after);
    expect(write(after, profile('a'), properties)).toBe(after);
  });
});

describe('removing a section', () => {
  it.each<[string, string, string]>([
    ['the only one', '[profile a]\nr = 1\n', ''],
    ['the last', '[x]\ny = 1\n\n[profile a]\nr = 1\n', '[x]\ny = 1\n'],
    ['the last, without a line end', '[x]\ny = 1\n\n[profile a]\nr = 1', '[x]\ny = 1'],
    ['the first', '[profile a]\nr = 1\n\n[x]\n', '[x]\n'],
    ['the first, after a BOM', '\ufeff[profile a]\nr = 1\n\n[x]\n', '\ufeff[x]\n'],
    ['one between', '[x]\n\n[profile a]\nr = 1\n\n[y]\n', '[x]\n\n[y]\n'],
    ['one without blank lines', '[x]\n[profile a]\nr = 1\n[y]\n', '[x]\n[y]\n'],
    ['one with a comment under it', '[profile a]\nr = 1\n# of a\n\n# of y\n[y]\n', '# of y\n[y]\n'],
    ['one with a comment above the next', '[profile a]\nr = 1\n# of y\n[y]\n', '# of y\n[y]\n'],
    ['one with a comment at the end', '[x]\n\n[profile a]\nr = 1\n# of a\n', '[x]\n'],
    ['one with a comment apart at the end', '[x]\n\n[profile a]\nr = 1\n\n# vim\n', '[x]\n\n# vim\n'],
    ['one with a comment above it', '# of a\n[profile a]\nr = 1\n[y]\n', '# of a\n[y]\n'],
    ['one with all kinds of lines', '[x]\n[profile a]\nr =\n  s = 1\njunk\n# c\n\n  t = 2\n\n[y]\n', '[x]\n\n[y]\n'],
    ['all of the name', '[profile a]\nr = 1\n[x]\n[profile "a"]\nr = 2\n', '[x]\n'],
    ['one above an indented header', '[x]\ny = 1\n[profile a]\n  [z]\n', '[x]\ny = 1\n[z]\n'],
    ['an indented one', '[x]\n  [profile a]\n  r = 1\n  [z]\n', '[x]\n  [z]\n'],
    ['none', '[x]\n\n', '[x]\n\n'],
  ])('%s', (_what, text, expected) => {
    expect(removeSection(text, 'config', profile('a'))).toBe(expected);
  });

  it('also removes [default] with [profile default], so that it does not take effect', () => {
    const text = '[default]\nr = 1\n[profile default]\nr = 2\n[x]\n';
    expect(removeSection(text, 'config', profile('default'))).toBe('[x]\n');
  });
});

describe('any text', () => {
  const names = ['a', 'b', 'default', 'a.b', 'a b', 'å', '日本', '__proto__', "it's", 'a\\b', '#x', 'new'];
  const name = fc.constantFrom(...names);
  const type = fc.constantFrom<SectionTarget['type']>('profile', 'profile', 'profile', 'sso-session', 'services');
  const key = fc.constantFrom(
    'region',
    'output',
    's3',
    'sso_session',
    'role_arn',
    'fresh',
    's3.x',
    's3.aa_',
    'region.x',
  );
  const value = fc.constantFrom('eu-west-1', '', 'https://x/start#/', 'a = b', 'å 😀', '"q"', 'a', ':', '[x]');
  const properties = fc.dictionary(key, fc.option(value, { freq: 3 }), { maxKeys: 4 }).filter(hasNoChildOf);
  const text = fc.oneof({ weight: 5, arbitrary: dialectText() }, fc.string({ unit: 'binary' }));
  const choice: fc.Arbitrary<Choice> = fc.record({ type, name, number: fc.nat(99) });
  /** Sometimes an existing section, if there is one. */
  const targetIn = (file: IndexedFile, role: FileRole, chosen: Choice) => {
    const kind = role === 'config' ? chosen.type : 'profile';
    const there = file.names(kind);
    return {
      type: kind,
      name: chosen.number > 30 ? (there[chosen.number % there.length] ?? chosen.name) : chosen.name,
    };
  };
  const scene = fc
    .record({ text, choice, properties, role: fc.constantFrom<FileRole>('config', 'config', 'credentials') })
    .map(({ choice: chosen, ...rest }) => {
      const file = new IndexedFile({ path: '', text: rest.text }, rest.role);
      const target = targetIn(file, rest.role, chosen);
      const id = `${target.type} ${target.name}`;
      return { ...rest, target, id, found: file.sections(target.type, target.name) };
    });
  const numRuns = runs(900);

  it('has the written properties, and all others unchanged', () => {
    let edited = 0;
    fc.assert(
      fc.property(scene, ({ text: before, role, target, id, properties: wanted, found }) => {
        const after = write(before, target, wanted, role);
        const [old, fresh] = [meaning(before, role), meaning(after, role)];
        const isThere = found.length > 0 || Object.values(wanted).some((one) => one !== null);
        expect([...fresh.keys()].sort()).toEqual([...new Set([...old.keys(), ...(isThere ? [id] : [])])].sort());
        for (const [other, values] of old) if (other !== id) expect(fresh.get(other)).toEqual(values);
        for (const [one, expected] of Object.entries(wanted)) expect(fresh.get(id)?.get(one) ?? null).toBe(expected);
        const isOther = othersThan(wanted);
        expect([...(fresh.get(id) ?? [])].filter(isOther)).toEqual([...(old.get(id) ?? [])].filter(isOther));
        edited += Number(found.length > 0 && after !== before);
      }),
      { numRuns: 2 * numRuns },
    );
    expect(edited).toBeGreaterThan(100);
  });

  it('is unchanged outside of the section, and in it except for the properties', () => {
    fc.assert(
      fc.property(scene, ({ text: before, role, target, properties: wanted, found }) => {
        const after = write(before, target, wanted, role);
        if (found.length === 0) expect(after.startsWith(before)).toBe(true);
        if (found.length !== 1) return;
        const [start, end] = [found[0]?.start ?? 0, found[0]?.end ?? 0];
        expect(after.slice(0, start)).toBe(before.slice(0, start));
        expect(after.slice(start).endsWith(before.slice(end))).toBe(true);
        const comments = (part: string) => part.split(/\r\n|\r|\n/).filter((line) => /^[ \t]*[#;]/.test(line));
        expect(comments(after)).toEqual(comments(before));
      }),
      { numRuns },
    );
  });

  it('does not change when the same edit is made again, and keeps its final line end', () => {
    fc.assert(
      fc.property(scene, ({ text: before, role, target, properties: wanted }) => {
        const after = write(before, target, wanted, role);
        expect(write(after, target, wanted, role)).toBe(after);
        const ends = (one: string) => /[\r\n]$/.test(one);
        if (before !== '' && before !== '\ufeff') expect(ends(after)).toBe(ends(before));
      }),
      { numRuns },
    );
  });

  it('is the original after a new section is removed again', () => {
    let added = 0;
    fc.assert(
      fc.property(scene, ({ text: before, role, target, properties: wanted, found }) => {
        fc.pre(found.length === 0);
        const after = write(before, target, wanted, role);
        expect(removeSection(after, role, target)).toBe(before);
        added += Number(after !== before);
      }),
      { numRuns },
    );
    expect(added).toBeGreaterThan(300);
  });

  it('keeps all other sections when one is removed, and gets nothing new', () => {
    let removed = 0;
    fc.assert(
      fc.property(scene, ({ text: before, role, target, id, found }) => {
        const after = removeSection(before, role, target);
        const expected = meaning(before, role);
        expected.delete(id);
        expect(meaning(after, role)).toEqual(expected);
        const isIndented = new IndexedFile({ path: '', text: before }, role).document.sections.some(
          ({ start }) => before[start] !== '[',
        );
        if (found.length !== 1 || isIndented || id === 'profile default') return;
        let same = 0;
        while (same < after.length && after[same] === before[same]) same++;
        expect(before.endsWith(after.slice(same))).toBe(true);
        removed++;
      }),
      { numRuns: 2 * numRuns },
    );
    expect(removed).toBeGreaterThan(30);
  });

  it('is the same after many edits at once as after one edit after the other', () => {
    let edited = 0;
    const edit = fc.record({ choice, properties: fc.option(properties, { freq: 2 }) });
    const edits = fc.array(edit, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(scene, edits, ({ text: before, role }, all) => {
        const file = new IndexedFile({ path: '', text: before }, role);
        const byTarget = new Map(
          all.map((one) => {
            const target = targetIn(file, role, one.choice);
            const edit = { target, properties: one.properties && new Map(Object.entries(one.properties)) };
            return [`${target.type} ${target.name}`, edit];
          }),
        );
        const list = [...byTarget.values()];
        const after = editSections(before, role, list);
        const afterEach = list.reduce((text, one) => editSections(text, role, [one]), before);
        const bySame = (text: string) => [...meaning(text, role)].sort(([one], [other]) => (one < other ? -1 : 1));
        expect(bySame(after)).toEqual(bySame(afterEach));
        edited += Number(list.length > 1 && after !== before);

        if (list.some((one) => one.properties === null)) return;
        const meant = new Set(
          list.flatMap((one) => file.sameNamed(one.target.type, one.target.name).map(({ start }) => start)),
        );
        const slices = (text: string) => {
          const { sections } = new IndexedFile({ path: '', text }, role).document;
          return [text.slice(0, sections[0]?.start), ...sections.map(({ start, end }) => text.slice(start, end))];
        };
        const [old, fresh] = [slices(before), slices(after)];
        const starts = [-1, ...file.document.sections.map(({ start }) => start)];
        for (const [index, slice] of old.entries()) {
          if (meant.has(starts[index] ?? 0)) continue;
          // New sections come after the last one.
          if (index === old.length - 1) expect(fresh[index]?.startsWith(slice)).toBe(true);
          else expect(fresh[index]).toBe(slice);
        }
      }),
      { numRuns },
    );
    expect(edited).toBeGreaterThan(300);
  });

  it('has a difference after a change, and none without', () => {
    fc.assert(
      fc.property(scene, ({ text: before, role, target, properties: wanted }) => {
        const after = write(before, target, wanted, role);
        const change = describeChange(before, after);
        expect(change === '').toBe(after === before);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
        expect(change).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
        for (const line of change === '' ? [] : change.split('\n')) expect(line).toMatch(/^[-+ ] \S?/);
      }),
      { numRuns },
    );
  });
});

describe('many edits at once', () => {
  const edit = (target: SectionTarget, properties: Properties | null): SectionEdit => ({
    target,
    properties: properties && new Map(Object.entries(properties)),
  });

  it('change, add and remove sections, in the order of the file, then of the edits', () => {
    const before = '# all\n[profile a]\nr=1\n\n[profile b]\nr=1\n\n# of c\n[profile c]\nr=1';
    const edits = [
      edit(profile('e'), { r: '5' }),
      edit(profile('c'), { q: '3' }),
      edit(profile('b'), null),
      edit(profile('a'), { r: '2' }),
      edit(session('d'), { r: '4' }),
    ];
    expect(editSections(before, 'config', edits)).toBe(
      '# all\n[profile a]\nr=2\n\n# of c\n[profile c]\nr=1\nq=3\n\n[profile e]\nr=5\n\n[sso-session d]\nr=4',
    );
  });

  it('of the same section are combined', () => {
    const edits = [edit(profile('a'), { r: '1', q: '1' }), edit(profile('a'), { R: '2', s: '2' })];
    expect(editSections('', 'config', edits)).toBe('[profile a]\nr = 2\nq = 1\ns = 2\n');
    expect(editSections('[profile a]\nx = 1\n', 'config', [...edits, edit(profile('a'), null)])).toBe('');
  });

  it('may be none', () => {
    expect(editSections('[x]\n\n', 'config', [])).toBe('[x]\n\n');
  });

  it.each([
    ['all', '[profile a]\nr = 1\n\n[profile b]\nr = 1\n', ''],
    ['the first', '\ufeff[profile a]\nr = 1\n\n[profile b]\n\n[x]\n', '\ufeff[x]\n'],
    ['the last', '[x]\n\n[profile a]\n\n[profile b]\nr = 1', '[x]'],
    ['what is between', '[x]\n\n[profile a]\n\n[profile b]\nr = 1\n\n# y\n[y]\n', '[x]\n\n# y\n[y]\n'],
    ['what holds a header up', '[x]\ny = 1\n[profile a]\n [profile b]\n  [z]\n', '[x]\ny = 1\n[z]\n'],
  ])('remove %s', (_what, before, after) => {
    expect(editSections(before, 'config', [edit(profile('a'), null), edit(profile('b'), null)])).toBe(after);
  });
});

/** A second's work on a machine with nothing else to do, and minutes or hours where it takes the square of that. */
describe('an edit takes no longer than reading', () => {
  const many = 20_000;
  it.each([
    ['a section many times', '[profile a]\nr = x\n'.repeat(many)],
    ['a section many times, in quotes', '[profile "a"]\r\nr = x\r\n\r\n'.repeat(many)],
    ['[default] and [profile default]', '[default]\nr = x\n[profile default]\nr = x\n'.repeat(many)],
    ['a property many times', `[profile a]\n${'r = x\n# note\n'.repeat(many)}`],
    ['a value of many lines', `[profile a]\nr = x\n${'  y\n'.repeat(many)}`],
    ['a value of many blank lines', `[profile a]\nr = x\n${'\r\n'.repeat(many)}  y`],
    ['many sub-properties', `[profile a]\nr =\n${'  y = z\n'.repeat(many)}`],
    ['many comments', `[profile a]\nr = x\n${'# y\n'.repeat(many)}[profile b]\n`],
    ['many indented headers', `[profile a]\nr = x\n${' [profile b]\n'.repeat(many)}`],
    ['blanks in a name', `[profile a]\nr${' '.repeat(20 * many)}x = y\nr = x\n`],
    ['many sub-properties', `[profile a]\nr = x\ns3 =\n${'  x = 1\n'.repeat(many)}${'  y = 1\n'.repeat(many)}`],
    ['a parent many times', `[profile a]\nr = x\n${'s3 =\n  x = 1\n'.repeat(many)}`],
    ['tabs before a header', `[profile a]\nr = x\n${'\t'.repeat(20 * many)}[profile b]\n`],
    ...[...' \t[]=#"\\\r\0\u00a0'].map((character): [string, string] => [
      `very many ${JSON.stringify(character)}`,
      `[profile a]\nr = x\nq =${character.repeat(many)}x\n#${character.repeat(many)}=\n`,
    ]),
  ])('%s', (_what, text) => {
    const changed = write(text, profile('a'), { r: 'z', q: null, fresh: 'z', 's3.x': 'z', 's3.y': null });
    for (const key of ['r', 's3.x']) expect(meaning(changed, 'config').get('profile a')?.get(key)).toBe('z');
    expect(describeChange(text, changed)).toContain('+ fresh');
    const removals = ['a', 'default'].map((name) => ({ target: profile(name), properties: null }));
    const rest = editSections(text, 'config', removals);
    expect([...meaning(rest, 'config').keys()]).not.toEqual(expect.arrayContaining(['profile a']));
    expect(describeChange(text, rest)).toContain('- [');
  });
});

it('a file of 10,000 profiles is edited in time', () => {
  let text = Array.from({ length: 10_000 }, (_, n) => `[profile p${n}]\nsso_session = s\nregion = eu-west-1\n\n`).join(
    '',
  );
  const before = text;
  for (let n = 0; n < 20; n++) text = write(text, profile(`new${n}`), { region: 'x' });
  text = write(text, profile('p5000'), { region: 'x' });
  for (let n = 0; n < 20; n++) text = removeSection(text, 'config', profile(`new${n}`));
  expect(describeChange(before, text)).toBe('  [profile p5000]\n- region = eu-west-1\n+ region = x');
});

// It is no dependency of awsp, so its absence is no failure, not even in CI.
if (!hasBotocore)
  console.warn('skipped in test/aws-config/edit.test.ts: there is no python3 with botocore to compare with');

describe.skipIf(!hasBotocore)('what botocore reads', () => {
  const name = fc.oneof(
    fc.constantFrom(
      'default',
      'a b',
      'a.b',
      "it's",
      'x"y',
      'c:\\d',
      'å 日本',
      '#1',
      '$(id)',
      '__proto__',
      'a\u00a0b',
      '"q"',
    ),
    fc.string({ minLength: 1, maxLength: 6 }),
  );
  const value = fc.oneof(
    fc.constantFrom('eu-west-1', '', 'https://x/start#/', 'a = b', 'å 😀', '"q"', '%(x)s', '[x]', 'a;b', '\\'),
    fc.string({ maxLength: 8, unit: 'grapheme' }),
  );
  const key = fc.constantFrom('region', 'output', 'sso_session', 'role_arn', 'fresh', 'aaa_', 's3.x', 'aaa_.a', 's3.b');
  const case_ = fc
    .record({
      role: fc.constantFrom<FileRole>('config', 'credentials'),
      config: acceptedText('config'),
      credentials: acceptedText('credentials'),
      type: fc.constantFrom<SectionTarget['type']>('profile', 'profile', 'sso-session', 'services'),
      name,
      choice: fc.nat(),
      properties: fc.dictionary(key, fc.option(value, { freq: 4 }), { minKeys: 1, maxKeys: 4 }).filter(hasNoChildOf),
      cut: fc.boolean(),
    })
    .map(({ role, config, credentials, type, name: called, choice, properties, cut }) => {
      const text = role === 'config' ? config : credentials;
      const before = cut ? text.replace(/(\r\n|\r|\n)$/, '') : text;
      const names = new IndexedFile({ path: '', text: before }, role).names('profile');
      const existing = choice % 2 === 0 ? names[choice % (names.length || 1)] : undefined;
      const kind = role === 'config' && existing === undefined ? type : 'profile';
      return { role, before, target: { type: kind, name: existing ?? called }, properties };
    });

  it('has the written properties and all others unchanged, also after the section is removed', () => {
    const cases = fc.sample(case_, { numRuns: runs(1_000), seed: 20_240_613 }).flatMap((one) => {
      try {
        const after = write(one.before, one.target, one.properties, one.role);
        return [{ ...one, after, removed: removeSection(after, one.role, one.target) }];
      } catch (error) {
        expect(error).toMatchObject({ name: 'AwspError', code: 2 });
        return [];
      }
    });
    expect(cases.length).toBeGreaterThan(800);
    const input = cases.flatMap(({ role, before, after, removed }) =>
      [before, after, removed].map((text) => [role, text] as const),
    );
    const answers = askBotocore(input);
    let written = 0;
    cases.forEach((one, index) => {
      const [old, fresh, rest] = answers.slice(index * 3, index * 3 + 3).map((answer) => ({ ...answer }));
      if (answers[index * 3] === null) return;
      const id = `${one.target.type} ${one.target.name}`;
      const { [id]: own = {}, ...others } = old ?? {};
      const { [id]: now = {}, ...otherNow } = fresh ?? {};
      expect({ one, others: otherNow }).toEqual({ one, others });
      expect({ one, rest }).toEqual({ one, rest: others });
      const isOther = othersThan(one.properties);
      const values = Object.entries(one.properties).filter((pair): pair is [string, string] => pair[1] !== null);
      const expected = Object.fromEntries([...Object.entries(own).filter(isOther), ...values]);
      expect({ one, now }).toEqual({ one, now: expected });
      written++;
    });
    expect(written).toBeGreaterThan(800);
  });
});
