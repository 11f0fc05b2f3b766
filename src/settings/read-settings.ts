import type { Pin } from '../guard/pins.ts';
import { closest } from '../lib/closest.ts';
import { hasControl } from '../lib/text.ts';
import { maxAccountName } from '../selection/account-names.ts';
import { defaults, unreadable } from './defaults.ts';
import { type IniFile, parseIni } from './ini-file.ts';
import { ownSections, settingKeys } from './keys.ts';
import { lineFaults } from './line-faults.ts';
import type { Settings, SettingsProblem } from './types.ts';

/** The settings in the text of a settings file; `clean` is false if it is not UTF-8. What is wrong becomes a problem. */
export async function readSettings(text: string, clean: boolean, file: string): Promise<Settings> {
  // Bytes of UTF-16, or of no text at all.
  if (text.includes('\0')) return unreadable(file, 'it is not UTF-8');
  const ini = await parseIni(text);
  if (ini === null) return unreadable(file, 'it is not INI');
  const settings = settingsFrom(ini, file);
  const faults = [
    ...(clean ? [] : [{ line: null, message: 'is not UTF-8 throughout' }]),
    ...lineFaults(text.replace(/^\uFEFF/, '')),
  ];
  return { ...settings, problems: [...settings.problems, ...faults.map((fault) => ({ file, ...fault }))] };
}

// --- internal ---

function settingsFrom({ sections, lineOf }: IniFile, file: string): Settings {
  const problems: SettingsProblem[] = [];
  const reportIn = (section: string): Report => {
    return (key, message) => problems.push({ file, line: lineOf(section, key), message });
  };
  let settings: Settings = { ...defaults, problems };
  for (const [section, content] of Object.entries(sections)) {
    const report = reportIn(section);
    if (typeof content !== 'object' || content === null || Array.isArray(content)) {
      reportIn('')(section, `"${section}" is not in a section`);
    } else if (section === 'alias') {
      settings = { ...settings, aliases: readAliases(content, report) };
    } else if (section === 'pin') {
      settings = { ...settings, pins: readPins(content, report) };
    } else if (section === 'accounts') {
      settings = { ...settings, accounts: readAccounts(content, report) };
    } else if (settingKeys.some((known) => known.section === section)) {
      settings = { ...settings, ...readSection(section, content, report) };
      if (section === 'guard' && Object.keys(content).length === 0) report(null, '"[guard]" says nothing');
    } else {
      const known = [...new Set(settingKeys.map((key) => key.section)), ...ownSections];
      report(null, `unknown section "${section}"${didYouMean(section, known, (name) => `[${name}]`)}`);
    }
  }
  return settings;
}

function didYouMean(typed: string, known: readonly string[], shown: (name: string) => string): string {
  const [nearest] = closest(typed, known, 1);
  return nearest === undefined ? '' : `; did you mean ${shown(nearest)}?`;
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
      const keys = settingKeys.flatMap((known) => (known.section === section ? [known.key] : []));
      report(key, `unknown setting "${section}.${key}"${didYouMean(key, keys, (name) => `"${name}"`)}`);
    } else {
      if (!read) report(key, `"${written}" is not a value such as ${setting.example}`);
      found = { ...found, ...read };
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

function readAccounts(content: object, report: Report): ReadonlyMap<string, string> {
  const accounts = new Map<string, string>();
  for (const [id, written] of Object.entries(content)) {
    const name = typeof written === 'string' ? written.trim() : '';
    // A control character is reported with its line already.
    if (hasControl(name)) continue;
    if (!/^\d{12}$/.test(id)) report(id, `"${id}" is not an account id: twelve digits`);
    else if (name === '' || name.length > maxAccountName)
      report(id, `"${id}" has no name of at most ${maxAccountName} characters`);
    else accounts.set(id, name);
  }
  return accounts;
}

function readPins(content: object, report: Report): readonly Pin[] {
  const pins: Pin[] = [];
  for (const [glob, accountId] of Object.entries(content)) {
    if (typeof accountId === 'string' && /^\d{12}$/.test(accountId)) pins.push({ glob, accountId });
    else report(glob, `"${glob}" is pinned to no account id: twelve digits`);
  }
  return pins;
}
