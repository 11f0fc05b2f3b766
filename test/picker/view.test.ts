import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { applyCommand, openPicker, type Picker } from '../../src/picker/state.ts';
import { pageOf, shownOn, view } from '../../src/picker/view.ts';
import { lettersByFuzzysort, searchWithFuzzysort } from '../../src/selection/fuzzy.ts';
import { addTo, find, type Searchable } from '../../src/selection/search.ts';
import type { Cell } from '../../src/terminal/table.ts';

const titles = ['', 'Name', 'Account', 'Role', 'Region', 'Sign-in'];
const first = ['Region'];
const spare = ['Sign-in', 'Role'];

interface Row {
  readonly name: string;
  readonly account?: string;
  readonly role?: string;
  readonly production?: boolean;
  readonly active?: boolean;
}

interface Shown {
  readonly columns?: number;
  readonly rows?: number;
  readonly query?: string;
  readonly colour?: boolean;
  readonly press?: (picker: Picker) => Picker;
}

function cellsOf({ name, account = '', role = '', production, active }: Row): readonly Cell[] {
  return [
    { text: active ? '*' : '' },
    production ? { text: name, style: 'red' } : { text: name },
    { text: account },
    { text: role },
    { text: 'eu-west-1' },
    { text: 'valid' },
  ];
}

/** The picture of a list. */
function show(
  list: readonly Row[],
  { columns = 80, rows = 10, query = '', colour = false, press = (it) => it }: Shown = {},
) {
  const searchable: Searchable = { texts: [], joined: [] };
  for (const { name, account = '', role = '' } of list) addTo(searchable, [name, account, role]);
  const picker = press(openPicker(query, (typed) => find(searchable, typed, searchWithFuzzysort)));
  const items = shownOn(picker, { columns, rows }).items.map((item) => list[item] as Row);
  const texts = items.map(({ name, account = '', role = '' }) => [name, account, role]);
  const page = pageOf({ titles, first, spare, rows: items.map(cellsOf) }, texts, [], stringWidth);
  const style = { colour, widthOf: stringWidth, letters: lettersByFuzzysort };
  return view(picker, page, { count: list.length, noun: 'profiles', onEscape: 'leave' }, { columns, rows }, style);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken away
const plain = (line: string) => line.replace(/\x1b\[[\d;]*m/g, '');
const down = (times: number) => (picker: Picker) =>
  Array.from({ length: times }).reduce<Picker>(
    (state) => applyCommand(state, { kind: 'select', which: 'next' }, 5, () => picker.found),
    picker,
  );

const shop: readonly Row[] = [
  { name: 'shop-dev-Admin-123456789011', account: '123456789011', role: 'Admin', active: true },
  { name: 'shop-prod-Read-123456789013', account: '123456789013', role: 'Read', production: true },
];
const many = Array.from({ length: 100 }, (_, n): Row => ({ name: `p${n}`, account: String(n).padStart(12, '0') }));

describe('the picture', () => {
  it('has the query, the number of matches, the titles, the items and the keys', () => {
    const { lines, cursor } = show(shop, { query: 'shop', rows: 8 });
    expect(lines.map(plain)).toEqual([
      `> shop${' '.repeat(62)}2/2 profiles`,
      '     Name                         Account       Role   Region     Sign-in',
      '> *  shop-dev-Admin-123456789011  123456789011  Admin  eu-west-1  valid',
      '     shop-prod-Read-123456789013  123456789013  Read   eu-west-1  valid',
      '',
      '',
      '',
      'Enter: choose   Esc: leave   arrows: move   letters: search',
    ]);
    expect(cursor).toEqual({ row: 0, column: 6 });
  });

  it('says that nothing matches, and how many items there are', () => {
    const { lines } = show(shop, { query: 'zzz' });
    expect(plain(lines[0] ?? '')).toMatch(/^> zzz +0\/2 profiles$/);
    expect(lines.map(plain)).toContain('  nothing here has that');
    expect(lines).toHaveLength(10);
  });

  it.each([
    ['the first', 0, ['p0', 'p6'], 'p0'],
    ['the third: the list stands still', 2, ['p0', 'p6'], 'p2'],
    ['one in the middle of the list: in the middle of the window', 50, ['p47', 'p53'], 'p50'],
    ['the last', 99, ['p93', 'p99'], 'p99'],
    ['beyond the last', 200, ['p93', 'p99'], 'p99'],
  ])('shows what is selected: %s', (_what, times, [first, last], selected) => {
    const items = show(many, { rows: 10, press: down(times) })
      .lines.map(plain)
      .filter((line) => /^[> ] +p\d/.test(line));
    expect(items).toHaveLength(7);
    expect([items[0]?.split(/[> ]+/)[1], items.at(-1)?.split(/[> ]+/)[1]]).toEqual([first, last]);
    expect(items.filter((line) => line.startsWith('>')).map((line) => line.split(/ +/)[1])).toEqual([selected]);
  });

  it('cuts names before it drops the role and the sign-in, and shows the full name at the foot', () => {
    const name = 'barnehageplass-prod-AWSAdministratorAccess-123456789013';
    const { lines } = show([{ name, account: '123456789013', role: 'AWSAdministratorAccess' }]);
    expect(lines.map(plain)[2]).toBe('> barnehageplass-prod-…3456789013  123456789013  AWSAdministratorAccess  valid');
    expect(lines.map(plain).at(-1)).toBe(name);
  });

  it.each([
    [40, ['> barnehageplass-p…6789013  123456789013'], ['barnehageplass-prod-AWSAdministratorAcce', 'ss-123456789013']],
    [
      200,
      [
        '> barnehageplass-prod-AWSAdministratorAccess-123456789013  123456789013  AWSAdministratorAccess  eu-west-1  valid',
      ],
      ['Enter: choose   Esc: leave   arrows: move   letters: search'],
    ],
  ])('%i columns', (columns, items, foot) => {
    const name = 'barnehageplass-prod-AWSAdministratorAccess-123456789013';
    const { lines } = show([{ name, account: '123456789013', role: 'AWSAdministratorAccess' }], { columns });
    expect(lines.map(plain).slice(2, 3)).toEqual(items);
    expect(lines.map(plain).slice(-foot.length)).toEqual(foot);
  });

  it.each([
    [1, ['> p0    000000000000  eu-west-1  valid']],
    [2, [/^> +100\/100 profiles$/, '> p0    000000000000  eu-west-1  valid']],
    [3, [/^> +100\/100 profiles$/, '> p0    000000000000  eu-west-1  valid', '  p1    000000000001  eu-west-1  valid']],
  ])('a window of %i lines shows the selected item', (rows, expected) => {
    const { lines } = show(many, { rows });
    expect(lines.map(plain)).toEqual(
      expected.map((line) => (typeof line === 'string' ? line : expect.stringMatching(line))),
    );
  });

  it('shows the end of a long query, with the cursor', () => {
    const { lines, cursor } = show(shop, { query: `${'x'.repeat(100)}end`, columns: 40 });
    expect(plain(lines[0] ?? '')).toMatch(/^> x+end +0\/2 profiles$/);
    expect(cursor.column).toBe(plain(lines[0] ?? '').indexOf('end') + 3);
  });

  it('gives wide letters two columns, and combining marks none', () => {
    const { lines } = show([
      { name: '開発-dev', account: '123456789011' },
      { name: 'cafe\u0301-dev', account: '123456789012' },
    ]);
    const [first = '', second = ''] = lines.map(plain).slice(2);
    const place = (line: string) => stringWidth(line.slice(0, line.indexOf('123456')));
    expect(place(first)).toBe(place(second));
  });

  it('replaces the control characters of a name and of a query', () => {
    const { lines } = show([{ name: 'a\x1b[2J\nb\u009B1m' }], { query: 'a\x1b[2J' });
    expect(lines.map(plain).join('')).not.toMatch(/\p{Cc}/u);
    expect(show([{ name: 'a\x1b[2J\nb\u009B1m' }]).lines.map(plain)[2]).toContain('a�[2J�b�1m');
  });
});

describe('looks', () => {
  it('production is red, matches are underlined, the selected item is bold', () => {
    const [, , first, second] = show(shop, { query: 'read', colour: true }).lines;
    expect(first).toContain('\x1b[1;31mshop-prod-\x1b[0m\x1b[1;4;31mRead\x1b[0m');
    expect(second).toBe('');
  });

  it('a surrogate pair is underlined as one letter', () => {
    const [, , first] = show([{ name: 'a😀b' }], { query: '😀' }).lines;
    expect(first).toContain('\x1b[1;4m😀\x1b[0m');
  });

  it('the letters of fuzzy matches are underlined too', () => {
    const [, , first] = show(shop, { query: 'shprd' }).lines;
    expect(first).toContain('\x1b[1;4msh\x1b[0m');
  });

  it('without colour, bold and underline remain', () => {
    const { lines } = show(shop, { query: 'prod' });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    const codes = new Set(lines.join('').match(/\x1b\[[\d;]*m/g));
    expect([...codes].sort()).toEqual(['\x1b[0m', '\x1b[1;4m', '\x1b[1m']);
  });
});

describe('for any list, query and window', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', '-', ' ', 'é', 'e\u0301', '漢', '😀', '\x1b', '\n', '👩‍👩‍👧', '\u0301'),
  });
  const row = fc.record({ name: text, account: text, role: text, production: fc.boolean(), active: fc.boolean() });

  it('the picture fits the window, and the cursor is in it', () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 30 }),
        text,
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 40 }),
        fc.boolean(),
        (list, query, columns, rows, times, colour) => {
          const { lines, cursor } = show(list, { query, columns, rows, colour, press: down(times) });
          expect(lines).toHaveLength(rows);
          for (const line of lines) expect(stringWidth(plain(line))).toBeLessThanOrEqual(columns);
          expect(cursor.row).toBe(0);
          expect(cursor.column >= 0 && cursor.column < columns).toBe(true);
          expect(lines.map(plain).join('')).not.toMatch(/\p{Cc}/u);
        },
      ),
      { numRuns: 500 },
    );
  });
});
