import { letterClasses, printable } from '../lib/text.ts';
import { isTold } from '../selection/account-names.ts';

/** What the prompt tells of a profile. */
export interface PromptSubject {
  readonly profile: string;
  /** A short name that the person has given it. */
  readonly alias: string | null;
  readonly accountId: string | null;
  readonly accountName: string | null;
  readonly roleName: string | null;
  /** The region that the profile names. A shell shows by itself that it uses another one. */
  readonly region: string | null;
}

/** How the settings want it. */
export interface PromptStyle {
  /** A text with fields such as `{account}`; null: what is said twice is left out. */
  readonly format: string | null;
  /** The most columns that it takes, with its parentheses and the blank behind them. */
  readonly width: number;
}

export interface PromptText {
  /** What stands between the parentheses where there is nothing to warn of. */
  readonly text: string;
  /** The same in at most five twelfths of the room, to stand beside a warning. */
  readonly short: string;
  readonly width: number;
}

/** The columns of the parentheses and the blank behind them. */
export const promptFrame = 3;
/** A bit more than half of a line of 80 columns is the person's. */
export const defaultPromptWidth = 44;

/** The fields of a format. */
export const promptFields = ['profile', 'alias', 'account', 'accountId', 'role', 'region'] as const;

/** Whether a format has a field, and none that is unknown. */
export function isPromptFormat(format: string): boolean {
  const names = [...format.matchAll(field)].map(([, name]) => name);
  return names.length > 0 && names.every((name) => promptFields.some((known) => known === name));
}

/** The text of the prompt, safe for a terminal, by a measure of columns. The shims add states and warnings to it. */
export function promptText(
  subject: PromptSubject,
  { format, width }: PromptStyle,
  widthOf: (text: string) => number,
): PromptText {
  const parts = (format === null ? plainParts(subject) : formatParts(subject, format)).map((part) => ({
    ...part,
    text: printable(part.text),
  }));
  const room = width - promptFrame;
  return {
    text: inColumns(parts, room, widthOf),
    short: inColumns(parts, Math.floor((room * 5) / 12), widthOf),
    width,
  };
}

/** A role without what nearly every role's name says: `AWSAdministratorAccess` is `Admin`. */
export function shortRole(role: string): string {
  const own = role.startsWith('AWS')
    ? role.replace(/^AWSReservedSSO_(.+)_[0-9a-f]{16}$/, '$1').replace(/^AWS(?=[A-Z][a-z])/, '')
    : role;
  const short = own.replace(/^(.{3,}?)(AccessRole|Access|Role)$/, '$1');
  return short.endsWith('Administrator') ? short.slice(0, -'istrator'.length) : short;
}

// --- internal ---

const field = /\{([^{}]*)\}/g;

interface Part {
  readonly text: string;
  /** It stays whole, as long as there is room. */
  readonly isFixed?: boolean;
  /** Where it is cut: a role is told by how it begins, an account also by how it ends. */
  readonly cut: 'middle' | 'end';
}

const blank: Part = { text: ' ', isFixed: true, cut: 'end' };

/** The alias or the name, then the account and the role as far as that does not tell them. */
function plainParts(subject: PromptSubject): readonly Part[] {
  const { profile, alias, accountId, roleName } = subject;
  const label = alias ?? without(without(profile, accountId), roleName);
  const account = accountLabel(subject);
  const role = roleName === null ? null : shortRole(roleName);
  const isRoleTold = role === null || isTold(role, label) || isTold(roleName ?? role, label);
  const isAccountTold = account === null || isTold(account, label);
  const parts: readonly Part[] = [
    ...(label === '' ? [] : [{ text: label, cut: 'middle' as const }]),
    ...(isAccountTold ? [] : [{ text: account, cut: 'middle' as const }]),
    ...(isRoleTold ? [] : [{ text: role, cut: 'end' as const }]),
  ];
  const [first = { text: profile, cut: 'middle' as const }, ...others] = parts;
  return [first, ...others.flatMap((part) => [blank, part])];
}

/** What is left of a name with the role and the account id in it, as in `<account>-<role>-<account id>`; null for others. */
function prefixOf({ profile, accountId, roleName }: PromptSubject): string | null {
  if (accountId === null || roleName === null) return null;
  const withoutId = without(profile, accountId);
  const rest = without(withoutId, roleName);
  return withoutId === profile || rest === withoutId ? null : rest;
}

/** The account as a person knows it: by its name, else by that of the profile, else by its id; null for an unknown account. */
function accountLabel(subject: PromptSubject): string | null {
  return subject.accountName ?? (prefixOf(subject) || subject.accountId);
}

/** A name without one of its words, and without what stands between that and the others. */
function without(name: string, word: string | null): string {
  const at = word === null ? -1 : name.lastIndexOf(word);
  if (word === null || at < 0) return name;
  const [before, after] = [name.slice(0, at), name.slice(at + word.length)];
  const { alphanumeric } = letterClasses(name);
  const start = before.replace(new RegExp(`[^${alphanumeric}]+$`, 'u'), '');
  const end = after.replace(new RegExp(`^[^${alphanumeric}]+`, 'u'), '');
  const isPartOfWord = (before !== '' && start === before) || (after !== '' && end === after);
  if (isPartOfWord) return name;
  const [separator = '-'] = before.slice(start.length);
  return start === '' || end === '' ? `${start}${end}` : `${start}${separator}${end}`;
}

/** The format with its fields filled in; blanks around an empty one become one. */
function formatParts(subject: PromptSubject, format: string): readonly Part[] {
  const { profile, alias, accountId, roleName, region } = subject;
  const values: Readonly<Record<string, Part>> = {
    profile: { text: profile, cut: 'middle' },
    alias: { text: alias ?? profile, cut: 'middle' },
    account: { text: accountLabel(subject) ?? '', cut: 'middle' },
    accountId: { text: accountId ?? '', cut: 'end' },
    role: { text: roleName === null ? '' : shortRole(roleName), cut: 'end' },
    region: { text: region ?? '', cut: 'end' },
  };
  const parts: Part[] = [];
  let end = 0;
  const addText = (text: string) => {
    const isAfterBlank = parts.length === 0 || parts.at(-1)?.text.endsWith(' ');
    const shown = text.replace(/\s+/g, ' ').slice(isAfterBlank && /^\s/.test(text) ? 1 : 0);
    if (shown !== '') parts.push({ text: shown, isFixed: true, cut: 'end' });
  };
  for (const found of format.matchAll(field)) {
    addText(format.slice(end, found.index));
    const value = values[found[1] ?? ''];
    if (value !== undefined && value.text !== '') parts.push(value);
    end = found.index + found[0].length;
  }
  addText(format.slice(end));
  return parts.some(({ isFixed }) => !isFixed) ? parts : [{ text: profile, cut: 'middle' }];
}

type Measure = (text: string) => number;

/** The parts in so many columns: the longest are cut, to the same width. */
function inColumns(parts: readonly Part[], room: number, widthOf: Measure): string {
  const whole = parts
    .map(({ text }) => text)
    .join('')
    .trim();
  if (widthOf(whole) <= room) return whole;
  const fixed = parts.reduce((sum, { text, isFixed }) => sum + (isFixed ? widthOf(text) : 0), 0);
  const widths = parts.flatMap(({ text, isFixed }) => (isFixed ? [] : [widthOf(text)]));
  const total = (limit: number) => widths.reduce((sum, width) => sum + Math.min(width, limit), fixed);
  let limit = room;
  while (limit > minPart && total(limit) > room) limit--;
  let spare = Math.max(0, room - total(limit));
  const cut = parts.map((part) => {
    const missing = part.isFixed ? 0 : Math.min(spare, Math.max(0, widthOf(part.text) - limit));
    spare -= missing;
    return part.isFixed ? part.text : shorten(part, limit + missing, widthOf);
  });
  return shorten({ text: cut.join('').trim(), cut: 'end' }, room, widthOf);
}

/** Shorter than this nothing can be recognised. */
const minPart = 3;

/** ASCII, because not every locale and not every font has an ellipsis, and some terminals give it two columns. */
const dots = '..';

function shorten({ text, cut }: Part, room: number, widthOf: Measure): string {
  if (widthOf(text) <= room) return text;
  const left = Math.max(0, room - dots.length);
  const tail = cut === 'middle' ? Math.floor(left * 0.4) : 0;
  const letters = [...text];
  const start = taken(letters, left - tail, widthOf);
  const end = taken(letters.toReversed(), tail, widthOf);
  return `${start.join('')}${dots.slice(0, room)}${end.reverse().join('')}`;
}

/** The first letters, in at most so many columns. */
function taken(letters: readonly string[], room: number, widthOf: Measure): string[] {
  const found: string[] = [];
  for (const letter of letters) {
    // Two letters may be one picture, wider than both.
    if (widthOf([...found, letter].join('')) > room) break;
    found.push(letter);
  }
  return found;
}
