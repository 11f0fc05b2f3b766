import type { Found } from '../selection/search.ts';

/** The state of the picker: the query, the matches and the selected item. Immutable; each command returns a new one. */
export interface Picker {
  readonly query: string;
  /** The index in the query where text is inserted. */
  readonly cursor: number;
  readonly found: Found;
  /** The index of the selected item in `found.items`; 0 if there is none. */
  readonly selected: number;
  readonly end: 'chosen' | 'cancelled' | 'back' | null;
}

/** What a key does. */
export type Command =
  | { readonly kind: 'insert'; readonly text: string }
  | { readonly kind: 'erase'; readonly what: 'before' | 'after' | 'word' | 'line' }
  | { readonly kind: 'go'; readonly to: 'left' | 'right' | 'start' | 'end' }
  | { readonly kind: 'select'; readonly which: 'previous' | 'next' | 'page up' | 'page down' | 'first' | 'last' }
  | { readonly kind: 'choose' | 'cancel' | 'back' | 'leave' };

/** A longer query matches nothing; it was pasted by mistake. */
const maxQueryLength = 200;

/** The picker with its initial query, and the item that is selected then. */
export function openPicker(query: string, search: (query: string) => Found, selected = 0): Picker {
  return { ...withQuery(query.slice(0, maxQueryLength), query.length, search), selected };
}

/** The picker after a command; `page` is the number of items on the screen. A picker that has ended does not change. */
export function applyCommand(picker: Picker, command: Command, page: number, search: (query: string) => Found): Picker {
  const { query, cursor, found } = picker;
  if (picker.end !== null) return picker;
  const before = query.slice(0, cursor);
  const after = query.slice(cursor);
  switch (command.kind) {
    case 'insert': {
      const text = command.text.slice(0, maxQueryLength - query.length);
      return text === '' ? picker : withQuery(before + text + after, cursor + text.length, search);
    }
    case 'erase': {
      const kept = command.what === 'after' ? before : before.replace(erased[command.what], '');
      const rest = command.what === 'after' ? after.slice(firstLetter(after).length) : after;
      return kept + rest === query ? picker : withQuery(kept + rest, kept.length, search);
    }
    case 'go':
      return { ...picker, cursor: goTo[command.to](before, after) };
    case 'select': {
      const place = selectFrom[command.which](picker.selected, page, found.items.length);
      return { ...picker, selected: Math.max(0, Math.min(place, found.items.length - 1)) };
    }
    case 'choose':
      return found.items.length === 0 ? picker : { ...picker, end: 'chosen' };
    case 'leave':
      return query === '' ? { ...picker, end: 'cancelled' } : picker;
    case 'cancel':
      return { ...picker, end: 'cancelled' };
    case 'back':
      return { ...picker, end: 'back' };
  }
}

// --- internal ---

function withQuery(query: string, cursor: number, search: (query: string) => Found): Picker {
  return { query, cursor: Math.min(cursor, query.length), found: search(query), selected: 0, end: null };
}

/** A letter is erased together with its combining marks. */
const erased = { before: /\P{M}?\p{M}*$/u, word: /\S*\s*$/, line: /^.*$/s } as const;

function firstLetter(text: string): string {
  return /^\P{M}?\p{M}*/u.exec(text)?.[0] ?? '';
}

function lastLetter(text: string): string {
  return erased.before.exec(text)?.[0] ?? '';
}

const goTo = {
  left: (before: string) => before.length - lastLetter(before).length,
  right: (before: string, after: string) => before.length + firstLetter(after).length,
  start: () => 0,
  end: (before: string, after: string) => before.length + after.length,
} as const;

const selectFrom = {
  previous: (selected: number) => selected - 1,
  next: (selected: number) => selected + 1,
  'page up': (selected: number, page: number) => selected - page,
  'page down': (selected: number, page: number) => selected + page,
  first: () => 0,
  last: (_selected: number, _page: number, count: number) => count - 1,
} as const;
