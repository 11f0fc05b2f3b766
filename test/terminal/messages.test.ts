import { describe, expect, it } from 'vitest';
import { renderMessages } from '../../src/terminal/messages.ts';
import { renderTable } from '../../src/terminal/table.ts';

const plain = { colour: false, columns: Number.POSITIVE_INFINITY };

it('prints each message on its own lines', () => {
  const text = renderMessages(
    [
      { kind: 'done', text: 'dev' },
      { kind: 'warning', text: 'careful' },
      { kind: 'error', text: 'no', details: ['way out'] },
    ],
    plain,
  );
  expect(text).toBe('awsp: dev\nawsp: warning: careful\nawsp: no\n  way out\n');
});

it('replaces control characters', () => {
  const text = renderMessages([{ kind: 'error', text: 'a\u001B]0;x\u0007b', details: ['c\u009Bd\re'] }], plain);
  expect(text).toBe('awsp: a\uFFFD]0;x\uFFFDb\n  c\uFFFDd\uFFFDe\n');
});

it('aligns columns by what a terminal shows, and leaves empty ones out', async () => {
  const rows = [
    [{ text: '日本' }, { text: '' }, { text: '1' }],
    [{ text: 'é\u001B[31m' }, { text: '' }, { text: '2' }],
  ];
  expect(await renderTable(['Name', 'Empty', 'N'], rows, { colour: false, width: Number.POSITIVE_INFINITY })).toBe(
    'Name    N\n日本    1\né\uFFFD[31m  2\n',
  );
});

describe('a table that is too wide', () => {
  const titles = ['', 'Name', 'Role', 'Region'];
  const rows = [
    [{ text: '*' }, { text: 'barnehageplass-dev-Admin' }, { text: 'Admin' }, { text: 'eu-west-1' }],
    [{ text: '' }, { text: 'kart' }, { text: 'ReadOnly' }, { text: '日本' }],
  ];
  const draw = (width: number) => renderTable(titles, rows, { colour: false, width, spare: ['Region', 'Role'] });

  it.each([
    [48, 48, 'Region'],
    [47, 37, 'Role'],
    [36, 27, 'Name'],
    [20, 20, 'Name'],
    [3, 15, 'Name'],
  ])('at %i columns takes %i, and has %s last', async (width, widest, last) => {
    const lines = (await draw(width)).split('\n');
    expect(lines[0]?.trimEnd().endsWith(last)).toBe(true);
    expect(Math.max(...lines.map((line) => line.length))).toBe(widest);
  });

  it('cuts the longest texts, and marks them', async () => {
    expect(await draw(20)).toBe('   Name\n*  barnehagepl…Admin\n   kart\n');
  });
});
