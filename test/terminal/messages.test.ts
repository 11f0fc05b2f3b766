import { expect, it } from 'vitest';
import { renderMessages } from '../../src/terminal/messages.ts';
import { renderTable } from '../../src/terminal/table.ts';

it('says each message on its lines', () => {
  const text = renderMessages(
    [
      { kind: 'done', text: 'dev' },
      { kind: 'warning', text: 'careful' },
      { kind: 'error', text: 'no', details: ['way out'] },
      { kind: 'plain', text: 'as it\nis\n' },
    ],
    false,
  );
  expect(text).toBe('awsp: dev\nawsp: warning: careful\nawsp: no\n  way out\nas it\nis\n');
});

it('lets no control character of a name through to the terminal', () => {
  const text = renderMessages([{ kind: 'error', text: 'a\u001B]0;x\u0007b', details: ['c\u009Bd\re'] }], false);
  expect(text).toBe('awsp: a\uFFFD]0;x\uFFFDb\n  c\uFFFDd\uFFFDe\n');
});

it('aligns columns by what a terminal shows, and leaves empty ones out', async () => {
  const rows = [
    [{ text: '日本' }, { text: '' }, { text: '1' }],
    [{ text: 'é\u001B[31m' }, { text: '' }, { text: '2' }],
  ];
  expect(await renderTable(['Name', 'Empty', 'N'], rows, false)).toBe('Name    N\n日本    1\né\uFFFD[31m  2\n');
});
