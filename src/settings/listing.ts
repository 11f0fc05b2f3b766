import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { closest } from '../lib/closest.ts';
import type { World } from '../world.ts';
import { type IniFile, parseIni } from './ini-file.ts';
import { ownSections, type SettingKey, settingKeys } from './keys.ts';
import { settingsPath } from './settings.ts';
import type { Settings } from './types.ts';

/** A setting as it is now. */
export interface SettingEntry {
  readonly section: string;
  readonly key: string;
  /** What holds: the value in the file or the default; null where the default is not a value but words. */
  readonly value: string | null;
  /** The default, as a value or in words; null for a name that a person has chosen. */
  readonly fallback: string | null;
  readonly meaning: string | null;
  /** Where the value is set; null where the default holds, or what the problems in the file ask for. */
  readonly file: string | null;
  readonly line: number | null;
}

/**
 * All settings: the keys that there are, then the names in the sections that have names of a person's own. Throws an
 * `AwspError` if the file cannot be read, unless that is among the problems already.
 */
export async function listSettings(world: World, settings: Settings): Promise<readonly SettingEntry[]> {
  const path = settingsPath(world);
  const read = path === null ? null : world.files.read(path);
  if (read?.kind === 'unreadable' && settings.problems.length === 0)
    throw new AwspError(exitCodes.failed, `"${path}" cannot be read: ${read.reason}`);
  const ini = read?.kind === 'text' ? await parseIni(read.text) : null;
  const known = settingKeys.map((setting) => entryOf(setting, ini, path, settings));
  const own = ownSections.flatMap((section) =>
    Object.entries(contentOf(ini, section)).flatMap(([key, value]): SettingEntry[] => {
      if (typeof value !== 'string') return [];
      return [
        { section, key, value, fallback: null, meaning: null, file: path, line: ini?.lineOf(section, key) ?? null },
      ];
    }),
  );
  return [...known, ...own];
}

/** A key as a person names it: `guard.confirm`, `alias.d`. */
export interface KeyName {
  readonly section: string;
  readonly key: string;
  /** Null in a section of names of a person's own. */
  readonly known: SettingKey | null;
}

/** The key that a name means; for another name those that are like it. */
export function keyNamed(name: string): KeyName | { readonly similar: readonly string[] } {
  const end = name.indexOf('.');
  const [section, key] = [name.slice(0, Math.max(end, 0)).toLowerCase(), name.slice(end + 1)];
  if (end > 0 && key !== '' && ownSections.some((own) => own === section)) return { section, key, known: null };
  const known = settingKeys.find((setting) => setting.section === section && setting.key === key.toLowerCase());
  if (known !== undefined) return { section, key: known.key, known };
  const names = settingKeys.map((setting) => `${setting.section}.${setting.key}`);
  const byKey = names.filter(
    (one) => one.endsWith(`.${name.toLowerCase()}`) || one.startsWith(`${name.toLowerCase()}.`),
  );
  return {
    similar: byKey.length > 0 ? byKey : closest(name, [...names, ...ownSections.map((own) => `${own}.NAME`)], 3),
  };
}

/** The values that a key may have, where it is one of a few words; empty for all others. */
export function settingChoices({ read }: SettingKey): readonly string[] {
  return read('no such value') === null ? words.filter((word) => read(word) !== null) : [];
}

// --- internal ---

/** The words that are values of some key. */
const words = ['on', 'off', 'yes', 'typed', 'ask', 'always', 'never', 'asked', 'free', 'awsp', 'fzf'];

function entryOf(setting: SettingKey, ini: IniFile | null, path: string | null, settings: Settings): SettingEntry {
  const { section, key, meaning, read } = setting;
  const written = contentOf(ini, section)[key];
  const isGood = typeof written === 'string' && read(written) !== null;
  const fallback = setting.fallback.replace(/^`(.*)`$/, '$1');
  const usual = { section, key, fallback, meaning, file: null, line: null };
  // Whatever is wrong in the file leaves production asked for.
  if (section === 'guard' && key === 'confirm' && settings.problems.length > 0 && written !== settings.confirm)
    return { ...usual, value: settings.confirm };
  if (isGood) return { ...usual, value: written, file: path, line: ini?.lineOf(section, key) ?? null };
  return { ...usual, value: fallback === setting.fallback ? null : fallback };
}

function contentOf(ini: IniFile | null, section: string): Readonly<Record<string, unknown>> {
  const content = ini?.sections[section];
  return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : {};
}
