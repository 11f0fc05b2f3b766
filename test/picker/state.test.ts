import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyCommand, type Command, openPicker, type Picker } from '../../src/picker/state.ts';
import type { Found } from '../../src/selection/search.ts';

/** Finds ten items less for every letter, of a hundred. */
const search = (query: string): Found => ({
  items: Array.from({ length: Math.max(0, 100 - 10 * query.length) }, (_, sandbox) => sandbox),
  isFuzzy: false,
});
const page = 10;
const press = (picker: Picker, ...commands: readonly Command[]) =>
  commands.reduce((state, command) => applyCommand(state, command, page, search), picker);

const insert = (text: string): Command => ({ kind: 'insert', text });
const erase = (what: (Command & { kind: 'erase' })['what']): Command => ({ kind: 'erase', what });
const go = (to: (Command & { kind: 'go' })['to']): Command => ({ kind: 'go', to });
const select = (which: (Command & { kind: 'select' })['which']): Command => ({ kind: 'select', which });
const choose: Command = { kind: 'choose' };
const cancel: Command = { kind: 'cancel' };
const back: Command = { kind: 'back' };
const leave: Command = { kind: 'leave' };

/** The query with its cursor as `|`. */
const shown = ({ query, cursor }: Picker) => `${query.slice(0, cursor)}|${query.slice(cursor)}`;

describe('the query is edited as a line', () => {
  it.each([
    ['typed', [insert('a'), insert('b')], 'ab|'],
    ['in the middle', [insert('ac'), go('left'), insert('b')], 'ab|c'],
    ['to both ends', [insert('bc'), go('start'), insert('a'), go('end'), insert('d')], 'abcd|'],
    ['not beyond them', [insert('a'), go('right'), go('left'), go('left'), insert('b')], 'b|a'],
    ['the letter before', [insert('abc'), erase('before')], 'ab|'],
    ['the letter after', [insert('abc'), go('start'), erase('after')], '|bc'],
    ['the word before', [insert('ab cd '), erase('word')], 'ab |'],
    ['the word before, in the middle', [insert('ab cd'), go('left'), erase('word')], 'ab |d'],
    ['all before', [insert('ab cd'), go('left'), erase('line')], '|d'],
    ['nothing to erase', [erase('before'), erase('after'), erase('word'), erase('line')], '|'],
    ['a letter with its mark is one', [insert('ae\u0301'), erase('before')], 'a|'],
    ['… on the way too', [insert('ae\u0301'), go('left')], 'a|e\u0301'],
    ['a letter of two units is one', [insert('a😀'), erase('before')], 'a|'],
  ])('%s', (_what, commands, expected) => {
    expect(shown(press(openPicker('', search), ...commands))).toBe(expected);
  });

  it('begins with the given query, which Backspace shortens', () => {
    const picker = openPicker('prod', search);
    expect([shown(picker), picker.found.items.length]).toEqual(['prod|', 60]);
    const wider = press(picker, erase('before'));
    expect([shown(wider), wider.found.items.length]).toEqual(['pro|', 70]);
  });

  it('has a maximum length', () => {
    expect(press(openPicker('', search), insert('a'.repeat(1_000_000))).query).toHaveLength(200);
    expect(openPicker('a'.repeat(1_000_000), search)).toMatchObject({ query: 'a'.repeat(200), cursor: 200 });
  });
});

describe('the selection', () => {
  it.each([
    ['starts at the first', [], 0],
    ['down', [select('next'), select('next')], 2],
    ['up', [select('last'), select('previous')], 98],
    ['not above the first', [select('previous')], 0],
    ['not below the last', [select('last'), select('next')], 99],
    ['a page down, and up', [select('page down'), select('page down'), select('page up')], 10],
    ['a page, not beyond the ends', [select('page up'), select('last'), select('page down')], 99],
    ['first', [select('last'), select('first')], 0],
    ['starts again when the query changes', [select('last'), insert('a')], 0],
    ['stays when nothing does', [select('next'), erase('before'), go('left')], 1],
  ])('%s', (_what, commands, expected) => {
    expect(press(openPicker('', search), ...commands).selected).toBe(expected);
  });
});

describe('the end', () => {
  it.each([
    ['Enter', [insert('a'), choose], 'chosen'],
    ['Enter on nothing: it stays', [insert('aaaaaaaaaa'), choose], null],
    ['Ctrl-C', [insert('a'), cancel], 'cancelled'],
    ['Esc', [insert('a'), back], 'back'],
    ['Ctrl-D with nothing typed', [leave], 'cancelled'],
    ['Ctrl-D: it stays', [insert('a'), leave], null],
  ])('%s', (_what, commands, expected) => {
    expect(press(openPicker('', search), ...commands).end).toBe(expected);
  });

  it('is final: later keys change nothing', () => {
    const chosen = press(openPicker('', search), select('next'), choose);
    expect(press(chosen, select('next'), insert('a'), cancel)).toEqual(chosen);
  });
});

const commands = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', ' ', 'é', 'e\u0301', '\u0301', '😀', '漢') }).map(insert),
  fc.constantFrom(...(['before', 'after', 'word', 'line'] as const)).map(erase),
  fc.constantFrom(...(['left', 'right', 'start', 'end'] as const)).map(go),
  fc.constantFrom(...(['previous', 'next', 'page up', 'page down', 'first', 'last'] as const)).map(select),
  fc.constantFrom(choose, leave),
);

describe('for any keys', () => {
  it('the selection is in the list, the cursor in the query, and the matches are those of the query', () => {
    fc.assert(
      fc.property(fc.array(commands), fc.integer({ min: 0, max: 50 }), (pressed, height) => {
        let picker = openPicker('', search);
        for (const command of pressed) {
          picker = applyCommand(picker, command, height, search);
          const { query, cursor, selected, found } = picker;
          expect(found).toEqual(search(query));
          expect(selected >= 0 && selected < Math.max(1, found.items.length)).toBe(true);
          expect(cursor >= 0 && cursor <= query.length && query.length <= 200).toBe(true);
          // Never between the two halves of a letter.
          expect(/[\uD800-\uDBFF]$/.test(query.slice(0, cursor))).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });
});
