import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { endOf, linesOf, withoutEnd } from '../lib/lines.ts';
import { printable } from '../lib/text.ts';

/** A change of one key of the settings; null removes it. */
export interface SettingEdit {
  readonly section: string;
  readonly key: string;
  readonly value: string | null;
}

export type SettingsEditor = (text: string, edits: readonly SettingEdit[]) => string;

/**
 * Loads what changes keys in the text of a settings file, and only the lines that it has to: blanks, comments and line ends
 * stay. Of a key that is there several times the last is changed, whose value counts, and all are removed. A new key comes
 * after the last of its section, a new section at the end. The header of a section that has no key left goes, too: an empty
 * `[guard]` is a problem.
 *
 * What it returns is read back by the package `ini` as it was, but for the keys that are meant; where that cannot be, it throws
 * an `AwspError` (usage), and the text has to be changed by hand.
 */
export async function loadSettingsEditor(): Promise<SettingsEditor> {
  const { parse, safe } = await import('ini');
  return (text, edits) => {
    const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
    return mark + edits.reduce((changed, edit) => withSetting(changed, edit, { parse, safe }), text.slice(mark.length));
  };
}

// --- internal ---

interface Ini {
  parse(text: string): Record<string, unknown>;
  safe(value: string): string;
}

function withSetting(text: string, edit: SettingEdit, ini: Ini): string {
  const { section, key, value } = edit;
  const refused = (reason: string) =>
    new AwspError(exitCodes.usage, `"${printable(`${section}.${key}`)}" cannot be changed by awsp: ${reason}`);
  if (key === '__proto__') throw refused('that is not a name');
  if (/[\r\n]/.test(key + (value ?? ''))) throw refused('a line cannot hold a line end');
  const lines = linesOf(text);
  const places = placesOf(lines, section, key);
  const fresh = value === null ? null : ini.safe(value);
  const changed = fresh === null ? withoutKey(lines, places) : withLine(lines, places, edit, fresh, ini);
  const after = changed.join('');
  try {
    if (sorted(ini.parse(after)) === sorted(expected(ini.parse(text), edit))) return after;
  } catch {
    // `ini` throws for a name such as 'null' in quotes.
  }
  throw refused('its line would not be read back as it is');
}

interface Places {
  /** The indices of the lines that set the key, and of the section's headers. */
  readonly keys: readonly number[];
  readonly headers: readonly number[];
  /** Whether the section has other keys. */
  readonly hasOthers: boolean;
  /** The index after the last line of the section that is neither blank nor a comment; null if there is no such section. */
  readonly end: number | null;
}

function placesOf(lines: readonly string[], section: string, key: string): Places {
  const [keys, headers]: [number[], number[]] = [[], []];
  let hasOthers = false;
  let end: number | null = null;
  let isHere = false;
  for (const [index, line] of lines.entries()) {
    const text = withoutEnd(line);
    const header = /^\[([^\]]*)\]\s*$/.exec(text)?.[1]?.trim();
    if (header !== undefined) isHere = header === section;
    if (!isHere || /^\s*([#;].*)?$/.test(text)) continue;
    end = index + 1;
    if (header !== undefined) headers.push(index);
    else if (keyOn(text) === key) keys.push(index);
    else hasOthers = true;
  }
  return { keys, headers, hasOthers, end };
}

function keyOn(line: string): string {
  return (line.split('=')[0] ?? '').trim().replace(/^(["'])(.*)\1$/, '$2');
}

function withoutKey(lines: readonly string[], { keys, headers, hasOthers }: Places): readonly string[] {
  if (keys.length === 0 || hasOthers) return lines.filter((_, index) => !keys.includes(index));
  const isBlank = (index: number) => /^\s*$/.test(lines[index] ?? '');
  // The blank line above goes with the section.
  const blanks = headers.flatMap((index) => (index > 0 && isBlank(index - 1) ? [index - 1] : []));
  const removed = [...keys, ...headers, ...blanks];
  return lines.filter((_, index) => !removed.includes(index));
}

function withLine(
  lines: readonly string[],
  { keys, end }: Places,
  { section, key }: SettingEdit,
  value: string,
  ini: Ini,
): readonly string[] {
  const last = keys.at(-1);
  if (last !== undefined) return lines.toSpliced(last, 1, withValue(lines[last] ?? '', value));
  const lineEnd = endOf(lines.findLast((line) => endOf(line) !== '') ?? '\n');
  const line = `${ini.safe(key)} = ${value}${lineEnd}`;
  const closed = lines.map((one, index) => (index === lines.length - 1 && endOf(one) === '' ? one + lineEnd : one));
  if (end !== null) return closed.toSpliced(end, 0, line);
  const isEmpty = closed.length === 0;
  return [...closed, ...(isEmpty ? [] : [lineEnd]), `[${section}]${lineEnd}`, line];
}

/** The line with another value; its indentation, the blanks around `=` and a comment behind the value stay. */
function withValue(line: string, value: string): string {
  const [, front = '', rest = ''] = /^([^=]*=[ \t]*)(.*)$/.exec(withoutEnd(line)) ?? [];
  if (front === '') return `${withoutEnd(line)} = ${value}${endOf(line)}`;
  const isQuoted = /^(["']).*\1\s*$/.test(rest);
  const comment = isQuoted ? '' : (/^(?:\\.|[^;#\\])*?(\s*[;#].*)$/.exec(rest)?.[1] ?? '');
  return `${front}${value}${comment}${endOf(line)}`;
}

/** What `ini` should read after the change. */
function expected(before: Record<string, unknown>, { section, key, value }: SettingEdit): Record<string, unknown> {
  const old = before[section];
  const content: Record<string, unknown> = { ...(typeof old === 'object' && old !== null ? old : {}) };
  if (value === null) delete content[key];
  else content[key] = value;
  const { [section]: _old, ...others } = before;
  const isGone = value === null && Object.keys(content).length === 0 && (old === undefined || hadKey(old, key));
  return isGone ? others : { ...others, [section]: content };
}

function hadKey(content: unknown, key: string): boolean {
  return typeof content === 'object' && content !== null && key in content;
}

/** As JSON in which the order of keys does not matter. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
