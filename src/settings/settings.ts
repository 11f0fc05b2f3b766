import type { Problem } from '../aws-config/types.ts';
import type { Pin } from '../guard/pins.ts';
import { xdgDirectory } from '../lib/xdg-directory.ts';
import type { World } from '../world.ts';
import { type IniFile, parseIni } from './ini-file.ts';
import { defaults, settingKeys, whenUnreadable } from './keys.ts';
import type { Settings } from './types.ts';

/** The path of the settings file: `$XDG_CONFIG_HOME/awsp/config`; null without a home directory. */
export function settingsPath(world: Pick<World, 'env' | 'home'>): string | null {
  const folder = xdgDirectory(world, 'config');
  return folder === null ? null : `${folder}/config`;
}

/**
 * Reads the settings. A file that cannot be read, or a bad value in it, becomes a problem, and the default is used (for
 * `guard.confirm` see `whenUnreadable`).
 */
export async function loadSettings(world: World): Promise<Settings> {
  const path = settingsPath(world);
  if (path === null) return defaults;
  const read = world.files.read(path);
  if (read.kind === 'missing') return defaults;
  if (read.kind === 'unreadable') return unreadable(path, read.reason);
  const file = await parseIni(read.text);
  return file === null ? unreadable(path, 'it is not INI') : settingsFrom(file, path);
}

// --- internal ---

function unreadable(file: string, reason: string): Settings {
  return { ...defaults, ...whenUnreadable, problems: [{ file, line: null, message: `cannot be read: ${reason}` }] };
}

function settingsFrom({ sections, lineOf }: IniFile, file: string): Settings {
  const problems: Problem[] = [];
  const reportIn = (section: string): Report => {
    return (key, message) => problems.push({ file, line: lineOf(section, key), message });
  };
  let settings: Settings = { ...defaults, problems };
  for (const [section, content] of Object.entries(sections)) {
    if (typeof content !== 'object' || content === null || Array.isArray(content)) {
      reportIn('')(section, `"${section}" is not in a section`);
    } else if (section === 'alias') {
      settings = { ...settings, aliases: readAliases(content, reportIn(section)) };
    } else if (section === 'pin') {
      settings = { ...settings, pins: readPins(content, reportIn(section)) };
    } else if (settingKeys.some((known) => known.section === section)) {
      settings = { ...settings, ...readSection(section, content, reportIn(section)) };
    } else {
      reportIn(section)(null, `unknown section "${section}"`);
    }
  }
  return settings;
}

/** Records a problem with a key, or with the section itself (`key` is null). */
type Report = (key: string | null, message: string) => void;

function readSection(section: string, content: object, report: Report): Partial<Settings> {
  let found: Partial<Settings> = {};
  for (const [key, value] of Object.entries(content)) {
    const setting = settingKeys.find((known) => known.section === section && known.key === key);
    // `ini` returns `true` for a key without a value, an object for a section within a section.
    const read = typeof value === 'string' ? setting?.read(value) : null;
    const written = typeof value === 'string' ? `${key} = ${value}` : key;
    if (setting === undefined) {
      report(key, `unknown setting "${section}.${key}"`);
    } else {
      if (!read) report(key, `"${written}" is not a value such as ${setting.example}`);
      found = { ...found, ...(read ?? setting.whenBad) };
    }
  }
  return found;
}

function readAliases(content: object, report: Report): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  for (const [alias, name] of Object.entries(content)) {
    if (typeof name === 'string' && name !== '') aliases.set(alias, name);
    else report(alias, `alias "${alias}" names no profile`);
  }
  return aliases;
}

function readPins(content: object, report: Report): readonly Pin[] {
  const pins: Pin[] = [];
  for (const [glob, accountId] of Object.entries(content)) {
    if (typeof accountId === 'string' && /^\d{12}$/.test(accountId)) pins.push({ glob, accountId });
    else report(glob, `"${glob}" is pinned to no account id: twelve digits`);
  }
  return pins;
}
