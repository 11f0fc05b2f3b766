import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { closest } from '../lib/closest.ts';
import type { World } from '../world.ts';
import { defaultOf, nameOfKey, ownSections, readGlobs, type SettingKey, settingKeys } from './keys.ts';
import { readSettingsFiles } from './settings.ts';
import type { Settings, SettingsFile } from './types.ts';
import { withTeam } from './with-team.ts';

/** Where a setting is written. */
export interface SettingPlace {
  readonly file: string;
  /** Null for what the problems in the file ask for. */
  readonly line: number | null;
}

/** A setting as it is now. */
export interface SettingEntry {
  readonly section: string;
  readonly key: string;
  /** What holds: a value or the default; null where the default is not a value but words. */
  readonly value: string | null;
  /** The default, as a value or in words; null for a name that a person has chosen. */
  readonly fallback: string | null;
  readonly meaning: string | null;
  /** Where the value is from, the person's own file first; empty where the default holds. */
  readonly places: readonly SettingPlace[];
  /** Where there is a value that does not hold beside that of a team's file. */
  readonly overruled: readonly SettingPlace[];
}

/**
 * All settings: the keys that there are, then the names in the sections that have names of a person's own. Throws an
 * `AwspError` if a file cannot be read, unless there are problems already, which `known` has.
 */
export async function listSettings(
  world: World,
  { problems: known }: Pick<Settings, 'problems'>,
): Promise<readonly SettingEntry[]> {
  const files = await readSettingsFiles(world);
  const unread = files.flatMap(({ problems }) => problems).find(({ line }) => line === null);
  if (unread !== undefined && known.length === 0)
    throw new AwspError(exitCodes.failed, `"${unread.file}" ${unread.message}`);
  const held = files.reduce((team, own) => withTeam(own, team));
  const ownFirst = files.toReversed();
  return [
    ...settingKeys.map((setting) => entryOf(setting, held, ownFirst)),
    ...ownSections.flatMap((section) =>
      [...namesIn(held, section)].map(([key, value]): SettingEntry => {
        const places = placesOf(ownFirst, section, key, (file) => namesIn(file, section).get(key));
        return { section, key, value, fallback: null, meaning: null, ...sorted(places, (one) => one === value) };
      }),
    ),
  ];
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

// --- internal ---

function entryOf(setting: SettingKey, held: SettingsFile, ownFirst: readonly SettingsFile[]): SettingEntry {
  const { section, key, meaning, besideTeam } = setting;
  const name = nameOfKey(setting);
  // What a spoiled file does not allow is empty.
  const value = held.values.get(name) || null;
  const usual = defaultOf(setting);
  const places = placesOf(ownFirst, section, key, (file) => file.values.get(name) || undefined);
  const globs = readGlobs(value ?? '');
  const holds = (written: string) =>
    written === value || (besideTeam !== undefined && readGlobs(written).some((glob) => globs.includes(glob)));
  return {
    ...{ section, key, meaning, value: value ?? usual, fallback: usual ?? setting.fallback },
    ...sorted(places, holds),
  };
}

function placesOf(
  files: readonly SettingsFile[],
  section: string,
  key: string,
  valueIn: (file: SettingsFile) => string | undefined,
): readonly (readonly [value: string, place: SettingPlace])[] {
  return files.flatMap((file) => {
    const value = valueIn(file);
    return value === undefined ? [] : [[value, { file: file.path, line: file.lineOf(section, key) }] as const];
  });
}

function sorted(
  places: readonly (readonly [value: string, place: SettingPlace])[],
  holds: (value: string) => boolean,
): Pick<SettingEntry, 'places' | 'overruled'> {
  const of = (isHeld: boolean) => places.filter(([value]) => holds(value) === isHeld).map(([, place]) => place);
  return { places: of(true), overruled: of(false) };
}

function namesIn({ aliases, accounts, pins }: SettingsFile, section: (typeof ownSections)[number]) {
  if (section === 'pin') return new Map(pins.map(({ glob, accountId }) => [glob, accountId]));
  return section === 'alias' ? aliases : accounts;
}
