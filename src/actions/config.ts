import { displayPath, displayPlace } from '../aws-config/paths.ts';
import type { Context } from '../context.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { agentOf } from '../guard/agent.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { listed, printable, toJsonText } from '../lib/text.ts';
import type { Message, Outcome } from '../outcome.ts';
import { loadSettingsEditor } from '../settings/edit-settings.ts';
import { type KeyName, keyNamed, listSettings, type SettingEntry, type SettingPlace } from '../settings/listing.ts';
import { readSettings } from '../settings/read-settings.ts';
import { settingsPath } from '../settings/settings.ts';
import { renderTable, stdoutStyle } from '../terminal/table.ts';
import { readConfig } from './config-change.ts';
import { type ChangeOptions, changeFiles, propose } from './file-changes.ts';
import { settingsMessages } from './query.ts';

export interface ConfigOptions extends ChangeOptions {
  /** `guard.confirm`; null: all of them. */
  readonly key: string | null;
  /** Null: show it. */
  readonly value: string | null;
  readonly unset: boolean;
  readonly json: boolean;
}

/** `awsp config`: shows the settings, or one of them, with where each comes from; sets one in the person's file, or takes it out. */
export async function config(context: Context, options: ConfigOptions): Promise<Outcome> {
  const { key, value, unset } = options;
  const name = key === null ? null : readKey(key);
  if (name !== null && (value !== null || unset)) return change(context, name, unset ? null : value, options);
  const all = await listSettings(context.world, context.settings);
  const shown = name === null ? all : all.filter(isOf(name));
  const messages = settingsMessages(context);
  if (name !== null && shown.length === 0)
    throw new AwspError(exitCodes.failed, `there is no "${printable(key ?? '')}" in the settings`, [
      `to set it: awsp config ${quoteWord(key ?? '')} ${wantedIn[name.section] ?? 'VALUE'}`,
    ]);
  if (options.json) return { code: exitCodes.done, stdout: toJsonText(toJson(context, shown)), messages };
  const [only] = shown;
  if (name !== null && only !== undefined) return showOne(context, only, messages);
  return { code: exitCodes.done, stdout: await settingsTable(context, shown), messages };
}

// --- internal ---

function isOf({ section, key }: KeyName): (entry: SettingEntry) => boolean {
  return (entry) => entry.section === section && entry.key === key;
}

/** What stands behind a name in the sections of a person's own names. */
const wantedIn: Readonly<Record<string, string>> = { accounts: 'NAME', alias: 'PROFILE', pin: 'ACCOUNT-ID' };

function readKey(written: string): KeyName {
  const found = keyNamed(written);
  if ('section' in found) return found;
  const [nearest, ...others] = found.similar;
  const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  throw new AwspError(exitCodes.usage, `there is no setting "${printable(written)}"${hint}`, [
    ...(others.length === 0 ? [] : [`or: ${others.join(', ')}`]),
    'awsp config shows all of them',
  ]);
}

function listedPlaces(places: readonly SettingPlace[], home: string | null): string {
  return listed(places.map((place) => displayPlace(place, home)));
}

function settingsTable({ world }: Context, entries: readonly SettingEntry[]): Promise<string> {
  const rows = entries.map((entry) => [
    { text: `${entry.section}.${entry.key}` },
    { text: entry.value ?? `(${entry.fallback})` },
    { text: entry.places.length === 0 ? '' : (entry.fallback ?? '') },
    { text: listedPlaces(entry.places, world.home) || 'default' },
  ]);
  const style = { ...stdoutStyle(world.terminal), spare: ['Default'], cutFirst: 24 };
  return renderTable(['Setting', 'Value', 'Default', 'From'], rows, style);
}

function showOne({ world }: Context, entry: SettingEntry, messages: readonly Message[]): Outcome {
  const { value, fallback, meaning, places, overruled } = entry;
  const from = places.length === 0 ? 'the default' : `from ${listedPlaces(places, world.home)}`;
  const otherwise = places.length === 0 || fallback === null ? '' : `; the default: ${fallback}`;
  const text = value === null ? `not set: ${fallback}` : `${from}${otherwise}`;
  const details = [
    ...(meaning === null ? [] : [inWords(meaning)]),
    ...overruled.map((place) => `${displayPlace(place, world.home)} sets it as well, and does not count`),
  ];
  return {
    code: exitCodes.done,
    stdout: value === null ? '' : `${printable(value)}\n`,
    messages: [...messages, { kind: 'note', text, details }],
  };
}

/** What a key means, for a terminal: the table has it in Markdown. */
function inWords(meaning: string): string {
  return meaning.replaceAll('`', '"');
}

/** The shape of `config --json`; stable, see docs/schema/config.json. */
function toJson({ world, settings }: Context, entries: readonly SettingEntry[]): object {
  return {
    file: settingsPath(world),
    settings: entries.map(({ section, key, value, fallback, places }) => {
      const { file, line } = places[0] ?? { file: null, line: null };
      return { section, key, value, default: fallback, file, line, places };
    }),
    problems: settings.problems,
  };
}

async function change(context: Context, name: KeyName, value: string | null, options: ConfigOptions): Promise<Outcome> {
  const { world } = context;
  const { section, key } = name;
  const shownName = `${section}.${key}`;
  const line = [
    'awsp config',
    ...(value === null ? ['--unset', quoteWord(shownName)] : [quoteWord(shownName), quoteWord(value)]),
  ];
  const agent = agentOf(world.env);
  // What holds an agent is in this file.
  if (agent !== null)
    throw new AwspError(exitCodes.refused, 'an AI agent does not change the settings', [
      `a person can, in a shell of their own: ${line.join(' ')}`,
    ]);
  const path = settingsPath(world);
  if (path === null) throw new AwspError(exitCodes.failed, 'HOME is not set, so there is no place for settings');
  const file = displayPath(path, world.home);
  if (value !== null) refuseValue(name, value);
  const edit = await loadSettingsEditor();
  const change = (text: string | null) =>
    text === null && value === null ? '' : edit(text ?? '', [{ section, key, value }]);
  const before = readConfig(world, path);
  await refuseNewProblems(before ?? '', change(before), path);
  if ((before ?? '') === change(before)) {
    const text = value === null ? `"${shownName}" is not in ${file}` : `"${shownName}" is so already in ${file}`;
    const held = await heldByTeam(context, name, value, path);
    return { code: exitCodes.done, messages: [...settingsMessages(context), { kind: 'done', text }, ...held] };
  }
  const proposal = await propose(world, [{ path, change }]);
  const question = value === null ? `remove "${shownName}"` : `set "${shownName}"`;
  const words = { warnings: warningsOf(context, name, value), question, byDefault: true };
  const { stopped, told } = await changeFiles(world, proposal, options, words);
  if (stopped !== null) return stopped;
  const text =
    value === null ? `"${shownName}" is removed from ${file}` : `"${shownName}" is "${value}" now, in ${file}`;
  const held = await heldByTeam(proposal.after, name, value, path);
  return { code: exitCodes.done, messages: [{ kind: 'done', text }, ...told, ...held] };
}

/** What is said where a value in the person's file does not hold beside a team's, or where a team's holds without one. */
async function heldByTeam(
  { world, settings }: Context,
  name: KeyName,
  value: string | null,
  path: string,
): Promise<readonly Message[]> {
  const entry = (await listSettings(world, settings)).find(isOf(name));
  const places = entry?.places ?? [];
  const isOwn = places.some(({ file }) => file === path);
  // Without a place it is the team's to say, or something wrong in the person's file, which is told.
  const isSilent = places.length === 0 && (value === null || settings.loosenedIn.includes(path));
  if (isOwn || isSilent) return [];
  const text =
    places.length > 0
      ? `${listedPlaces(places, world.home)} holds all the same: "${entry?.value}"`
      : `it does not count: what takes from a guard has to be in ${listed(settings.loosenedIn.map((file) => displayPath(file, world.home)))}`;
  return [{ kind: 'warning', text }];
}

function refuseValue({ section, key, known }: KeyName, value: string): void {
  if (known === null || known.read(value) !== null) return;
  const { choices = [] } = known;
  const wanted = choices.length > 0 ? `one of ${choices.join(', ')}` : `one such as ${known.example}`;
  const message = `"${printable(value)}" is no value of "${section}.${key}"; it takes ${wanted}`;
  throw new AwspError(exitCodes.usage, message, [inWords(known.meaning)]);
}

/** Refuses a change after which something is wrong in the file that was not before: the guards would be at their strictest. */
async function refuseNewProblems(before: string, after: string, path: string): Promise<void> {
  const [old, now] = await Promise.all([before, after].map((text) => readSettings(text, true, path)));
  const known = new Set(old?.problems.map(({ message }) => message));
  const found = now?.problems.find(({ message }) => !known.has(message));
  if (found !== undefined) throw new AwspError(exitCodes.usage, `it would not be read: ${found.message}`);
}

/** What may not be meant so. */
function warningsOf(context: Context, { section, key, known }: KeyName, value: string | null): readonly Message[] {
  const messages = settingsMessages(context);
  if (known !== null || section !== 'alias' || value === null) return messages;
  const isProfile = context.profiles.get(value) !== null;
  const isHidden = context.profiles.get(key) !== null;
  return [
    ...messages,
    ...(isProfile ? [] : [{ kind: 'warning', text: `there is no profile "${value}"` } as const]),
    ...(isHidden ? [{ kind: 'warning', text: `"${key}" is also a profile, which comes first` } as const] : []),
  ];
}
