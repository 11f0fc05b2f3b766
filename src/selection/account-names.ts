import { excerpt, isPlainWord, letterClasses } from '../lib/text.ts';
import { xdgDirectory } from '../lib/xdg-directory.ts';
import type { World } from '../world.ts';

/** The names of accounts. Nothing is read before the first question that the settings do not answer. */
export interface AccountNames {
  /** The name of an account; null where none is known, and for no account. */
  nameOf(accountId: string | null): string | null;
  /** All known names by account id. */
  all(): ReadonlyMap<string, string>;
  /** Has them read again: a portal has told more. */
  renew(): void;
}

/** In characters. AWS Organizations allows 50 for the name of an account. */
export const maxAccountName = 128;

/** The names that the settings give, and for all other accounts those that a portal has told. */
export function readAccountNames(world: World, given: ReadonlyMap<string, string>): AccountNames {
  let kept: string | undefined;
  let all: ReadonlyMap<string, string> | undefined;
  const text = (): string => {
    kept ??= readKept(world);
    return kept;
  };
  const readAll = () => {
    all ??= new Map([...namesIn(text()), ...given]);
    return all;
  };
  let searches = 0;
  return {
    nameOf(accountId) {
      if (accountId === null) return null;
      // A switch asks for one or two accounts, a list for hundreds.
      if (all !== undefined || ++searches > maxSearches) return readAll().get(accountId) ?? null;
      return given.get(accountId) ?? nameIn(text(), accountId);
    },
    all: readAll,
    renew() {
      kept = undefined;
      all = undefined;
    },
  };
}

/** For a place in which no names are known. */
export const noAccountNames: AccountNames = { nameOf: () => null, all: () => new Map(), renew() {} };

/**
 * Keeps the names of accounts as a portal tells them, beside those that are kept already. Where that fails nothing is kept: the
 * next sign-in tells them again.
 */
export async function keepAccountNames(
  world: World,
  accounts: readonly { readonly id: string; readonly name: string }[],
): Promise<void> {
  const path = keptPath(world);
  const told = accounts.flatMap(({ id, name }): (readonly [string, string])[] => {
    const safe = asAccountName(name);
    return safe === null ? [] : [[id, safe]];
  });
  if (path === null || told.length === 0 || world.files.otherOwner(path) !== null) return;
  try {
    await world.files.update(path, (text) => {
      const known = new Map(told);
      for (const [id, name] of namesIn(text ?? '')) if (!known.has(id) && known.size < maxKept) known.set(id, name);
      return [...known]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([id, name]) => `${id} ${name}\n`)
        .join('');
    });
  } catch {
    // They are told again.
  }
}

/** The ids of the accounts in whose names one of the words (in lower case) occurs. */
export function accountsNamed(accounts: AccountNames, words: readonly string[]): readonly string[] {
  return [...accounts.all()].flatMap(([id, name]) => {
    const lower = name.toLowerCase();
    return words.some((word) => lower.includes(word)) ? [id] : [];
  });
}

/** An account as a message names it: `account 123456789012`, with its name where one is known. */
export function accountInWords(accountId: string, name: string | null): string {
  return name === null ? `account ${accountId}` : `account ${accountId} "${name}"`;
}

/** The name of an account that a name, such as that of its profile, does not tell already; null if it does. */
export function nameUntold(accountName: string | null, told: string): string | null {
  return accountName === null || isTold(accountName, told) ? null : accountName;
}

/** Whether a text holds a name, whatever stands between the words of both: `shop-dev-Admin` tells "Shop Dev". */
export function isTold(name: string, text: string): boolean {
  return `-${wordsAlone(text)}-`.includes(`-${wordsAlone(name)}-`);
}

// --- internal ---

/** So many names are looked for in the text; for more of them all of it is read once. */
const maxSearches = 4;

/** A portal gives a person as many accounts at most; each switch reads them. */
const maxKept = 20_000;

function keptPath(world: World): string | null {
  const directory = xdgDirectory(world, 'cache');
  return directory === null ? null : `${directory}/accounts`;
}

/** One account a line: its id and its name. A file of another user, in a directory that several share, tells nothing. */
function readKept(world: World): string {
  const path = keptPath(world);
  const read = path === null ? null : world.files.read(path);
  return read?.kind === 'text' && path !== null && world.files.otherOwner(path) === null ? read.text : '';
}

/** Without reading the other lines: there may be thousands. */
function nameIn(text: string, accountId: string): string | null {
  const start = `${accountId} `;
  const at = text.startsWith(start) ? 0 : text.indexOf(`\n${start}`) + 1;
  if (at === 0 && !text.startsWith(start)) return null;
  const end = text.indexOf('\n', at);
  return asAccountName(text.slice(at + start.length, end < 0 ? undefined : end));
}

function namesIn(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, id = '', written = ''] of text.matchAll(/^(\d{12}) (.+)$/gm)) {
    const name = asAccountName(written);
    // As in `nameIn`, the first line counts.
    if (name !== null && !found.has(id)) found.set(id, name);
  }
  return found;
}

/** A name as one printable line; null for an empty one. What a terminal must not get becomes U+FFFD. */
function asAccountName(text: string): string | null {
  const name = excerpt(text, maxAccountName);
  return name === '' ? null : name;
}

function wordsAlone(text: string): string {
  const lower = text.toLowerCase();
  if (isPlainWord(lower)) return lower;
  const words = lower.replace(new RegExp(`[^${letterClasses(lower).alphanumeric}]+`, 'gu'), '-').replace(/^-|-$/g, '');
  return words === '' ? lower : words;
}
