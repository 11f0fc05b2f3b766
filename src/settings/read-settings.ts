import type { Pin } from '../guard/pins.ts';
import { closest } from '../lib/closest.ts';
import { hasControl } from '../lib/text.ts';
import { maxAccountName } from '../selection/account-names.ts';
import { emptyFile, unreadable } from './defaults.ts';
import { type IniFile, parseIni } from './ini-file.ts';
import { nameOfKey, ownSections, settingKeys } from './keys.ts';
import { lineFaults } from './line-faults.ts';
import type { SettingsFile, SettingsProblem } from './types.ts';

/** What the text of a settings file says; `clean` is false if it is not UTF-8. What is wrong becomes a problem. */
export async function readSettings(text: string, clean: boolean, file: string): Promise<SettingsFile> {
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

function settingsFrom({ sections, lineOf }: IniFile, file: string): SettingsFile {
  const problems: SettingsProblem[] = [];
  const reportIn = (section: string): Report => {
    return (key, message) => problems.push({ file, line: lineOf(section, key), message });
  };
  let found: SettingsFile = { ...emptyFile(file), problems, lineOf };
  for (const [section, content] of Object.entries(sections)) {
    if (typeof content === 'object' && content !== null && !Array.isArray(content))
      found = { ...found, ...readContent(section, content, found, reportIn(section)) };
    else reportIn('')(section, `"${section}" is not in a section`);
  }
  return found;
}

/** What a section adds to what was found before. */
function readContent(
  section: string,
  content: object,
  { values }: Pick<SettingsFile, 'values'>,
  report: Report,
): Partial<SettingsFile> {
  if (section === 'alias') return { aliases: readAliases(content, report) };
  if (section === 'pin') return { pins: readPins(content, report) };
  if (section === 'accounts') return { accounts: readAccounts(content, report) };
  if (settingKeys.some((known) => known.section === section)) {
    if (section === 'guard' && Object.keys(content).length === 0) report(null, '"[guard]" says nothing');
    return { values: new Map([...values, ...readSection(section, content, report)]) };
  }
  const known = [...new Set(settingKeys.map((key) => key.section)), ...ownSections];
  report(null, `unknown section "${section}"${didYouMean(section, known, (name) => `[${name}]`)}`);
  return {};
}

function didYouMean(typed: string, known: readonly string[], shown: (name: string) => string): string {
  const [nearest] = closest(typed, known, 1);
  return nearest === undefined ? '' : `; did you mean ${shown(nearest)}?`;
}

/** Records a problem with a key, or with the section itself (`key` is null). */
type Report = (key: string | null, message: string) => void;

/** The good values of a section, by the names of their keys. */
function readSection(section: string, content: object, report: Report): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(content)) {
    const setting = settingKeys.find((known) => known.section === section && known.key === key);
    // `ini` returns `true` for a key without a value, an object for a section within a section.
    const written = typeof value === 'string' ? `${key} = ${value}` : key;
    if (setting === undefined) {
      const keys = settingKeys.flatMap((known) => (known.section === section ? [known.key] : []));
      report(key, `unknown setting "${section}.${key}"${didYouMean(key, keys, (name) => `"${name}"`)}`);
    } else if (typeof value !== 'string' || setting.read(value) === null) {
      report(key, `"${written}" is not a value such as ${setting.example}`);
    } else {
      found.set(nameOfKey(setting), value);
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
