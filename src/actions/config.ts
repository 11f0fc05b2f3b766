import { displayPath, displayPlace } from '../aws-config/paths.ts';
import type { Context } from '../context.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { agentOf } from '../guard/agent.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { printable, toJsonText } from '../lib/text.ts';
import type { Message, Outcome } from '../outcome.ts';
import { loadSettingsEditor } from '../settings/edit-settings.ts';
import { type KeyName, keyNamed, listSettings, type SettingEntry, settingChoices } from '../settings/listing.ts';
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
  const shown = name === null ? all : all.filter((one) => one.section === name.section && one.key === name.key);
  const messages = settingsMessages(context);
  if (name !== null && shown.length === 0)
    throw new AwspError(exitCodes.failed, `there is no "${printable(key ?? '')}" in the settings`, [
      `to set it: awsp config ${quoteWord(key ?? '')} ${name.section === 'pin' ? 'ACCOUNT-ID' : 'PROFILE'}`,
    ]);
  if (options.json) return { code: exitCodes.done, stdout: toJsonText(toJson(context, shown)), messages };
  const [only] = shown;
  if (name !== null && only !== undefined) return showOne(context, only, messages);
  return { code: exitCodes.done, stdout: await settingsTable(context, shown), messages };
}

// --- internal ---

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

function placeOf({ file, line }: SettingEntry, home: string | null): string {
  return file === null ? 'default' : displayPlace({ file, line }, home);
}

function settingsTable({ world }: Context, entries: readonly SettingEntry[]): Promise<string> {
  const rows = entries.map((entry) => [
    { text: `${entry.section}.${entry.key}` },
    { text: entry.value ?? `(${entry.fallback})` },
    { text: entry.file === null ? '' : (entry.fallback ?? '') },
    { text: placeOf(entry, world.home) },
  ]);
  const style = { ...stdoutStyle(world.terminal), spare: ['Default'], cutFirst: 24 };
  return renderTable(['Setting', 'Value', 'Default', 'From'], rows, style);
}

function showOne({ world }: Context, entry: SettingEntry, messages: readonly Message[]): Outcome {
  const { value, fallback, meaning, file } = entry;
  const from = file === null ? 'the default' : `from ${placeOf(entry, world.home)}`;
  const otherwise = file === null || fallback === null ? '' : `; the default: ${fallback}`;
  const text = value === null ? `not set: ${fallback}` : `${from}${otherwise}`;
  return {
    code: exitCodes.done,
    stdout: value === null ? '' : `${printable(value)}\n`,
    messages: [...messages, { kind: 'note', text, details: meaning === null ? [] : [inWords(meaning)] }],
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
    settings: entries.map(({ section, key, value, fallback, file, line }) => {
      return { section, key, value, default: fallback, file, line };
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
    return { code: exitCodes.done, messages: [...settingsMessages(context), { kind: 'done', text }] };
  }
  const proposal = await propose(world, [{ path, change }]);
  const question = value === null ? `remove "${shownName}"` : `set "${shownName}"`;
  const words = { warnings: warningsOf(context, name, value), question, byDefault: true };
  const { stopped, told } = await changeFiles(world, proposal, options, words);
  if (stopped !== null) return stopped;
  const text =
    value === null ? `"${shownName}" is removed from ${file}` : `"${shownName}" is "${value}" now, in ${file}`;
  return { code: exitCodes.done, messages: [{ kind: 'done', text }, ...told] };
}

function refuseValue({ section, key, known }: KeyName, value: string): void {
  if (known === null || known.read(value) !== null) return;
  const choices = settingChoices(known);
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
