import type { Profile } from '../aws-config/types.ts';
import { readBashLine, readBashWord, writeBashWord } from '../cli/bash-line.ts';
import type { Command, Grammar, Slot } from '../cli/command.ts';
import { type Expected, expectedAfter } from '../cli/expected.ts';
import { type Context, loadContext } from '../context.ts';
import { changesName, localeOf } from '../environment/locale.ts';
import type { ShellName } from '../environment/shells.ts';
import { exitCodes } from '../exit-codes.ts';
import { hasControl, isPrintableAscii, printable } from '../lib/text.ts';
import type { Outcome } from '../outcome.ts';
import { type AccountNames, nameUntold } from '../selection/account-names.ts';
import { filterByQuery, namesAround, wordsOf } from '../selection/match.ts';
import type { World } from '../world.ts';
import { type Candidate, hasFragment } from './candidates.ts';

/**
 * What a shell offers at the Tab key, one candidate a line, for its shim alone:
 * - bash gives its line up to the cursor, the end of it that readline is going to replace, and its locale; it gets what to put there.
 * - zsh, fish and nu give the words up to the cursor, the program's name first, and do the quoting themselves. zsh gets
 *   `group TAB value:meaning`, as its `_describe` wants it, and before these a line with a TAB alone where those that begin
 *   with the word are not all that is meant; fish and nu get `value TAB meaning`; fish always prefers what begins with the word.
 */
export async function complete(
  world: World,
  grammar: Grammar,
  shell: ShellName,
  words: readonly string[],
): Promise<Outcome> {
  const lines =
    shell === 'bash' ? await linesForBash(world, grammar, words) : await linesFor(shell, world, grammar, words);
  return { code: exitCodes.done, stdout: lines.map((line) => `${line}\n`).join('') };
}

// --- internal ---

async function linesFor(
  shell: Exclude<ShellName, 'bash'>,
  world: World,
  grammar: Grammar,
  words: readonly string[],
): Promise<readonly string[]> {
  const typed = words.at(-1) ?? '';
  const locale = localeOf(world.env);
  const isKept = (value: string) => (shell === 'zsh' ? keepsName(locale, value) : !changesName(shell, locale, value));
  const all = await candidatesAfter(world, grammar, words.slice(0, -1), typed);
  const candidates = all.filter(({ value }) => isKept(value));
  const lines = candidates.map(({ group, value, meaning }) => {
    const said = printable(meaning());
    if (shell !== 'zsh') return `${value}\t${said}`;
    return `${group}\t${value.replace(/[\\:]/g, '\\$&')}${said === '' ? '' : `:${said}`}`;
  });
  return shell === 'zsh' && hidesProfiles(candidates, typed) ? ['\t', ...lines] : lines;
}

/**
 * Whether a word is the beginning of commands alone, and a fragment of others: who types `awsp de` and has a profile
 * `shop-dev` means that rather than `awsp demo`.
 */
function hidesProfiles(candidates: readonly Candidate[], typed: string): boolean {
  const beginning = candidates.filter(({ value }) => value.startsWith(typed));
  return (
    beginning.length > 0 && beginning.length < candidates.length && beginning.every(({ group }) => group === 'commands')
  );
}

/**
 * bash replaces the text by what all candidates begin with, so they are those that begin with it. A fragment is replaced
 * only where nothing is lost: by the one candidate that has it, or by a common beginning that has it. Before several
 * others comes an empty candidate: they have no common beginning then, and bash lists them and leaves the text.
 */
async function linesForBash(
  world: World,
  grammar: Grammar,
  [line = '', replaced = '', locale = '']: readonly string[],
): Promise<readonly string[]> {
  const { words, last } = readBashLine(line);
  if (!last.endsWith(replaced)) return [];
  // What stays in front: to readline a quote begins a word, and so do `:` and `=` unless told otherwise.
  const kept = readBashWord(last.slice(0, last.length - replaced.length));
  const typed = readBashWord(last).value;
  const all = await candidatesAfter(world, grammar, words, typed);
  const candidates = all.filter(({ value }) => keepsName(locale, value));
  const values = candidates.map(({ value }) => value);
  const write = (value: string) => writeBashWord(value.slice(kept.value.length), kept.quote);
  if (hidesProfiles(candidates, typed)) return ['', ...values.map(write)];
  const beginning = values.filter((value) => value.startsWith(typed));
  if (beginning.length > 0 || kept.value !== '') return beginning.map(write);
  const losesNothing = values.length < 2 || hasFragment(commonBeginning(values), typed);
  return losesNothing ? values.map(write) : ['', ...values.map(write)];
}

/**
 * Whether a bash or zsh of that locale reads the backslashes that protect a name where they have been put. In GBK or Big5 a
 * backslash after a byte of another character is a part of that, and a name could run code, or arrive as another one; in C
 * each byte is a character of its own.
 */
function keepsName(locale: string, name: string): boolean {
  return isPrintableAscii(name) || /^$|^(C|POSIX)$|utf-?8/i.test(locale);
}

function commonBeginning([first = '', ...others]: readonly string[]): string {
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}

async function candidatesAfter(
  world: World,
  grammar: Grammar,
  line: readonly string[],
  typed: string,
): Promise<readonly Candidate[]> {
  const expected = expectedAfter(line.slice(1), typed, grammar);
  const fixed = [
    ...(expected.command ? grammar.commands.map(commandCandidate) : []),
    ...expected.options.map(({ name, describe }) => ({
      group: 'options',
      value: `--${name}`,
      meaning: () => describe,
    })),
  ].filter(({ value }) => value.startsWith(typed));
  const all = expected.slot === null ? [] : await valuesOf(expected.slot, world, grammar, expected);
  const commands = new Set(grammar.commands.map(({ name }) => name));
  const values = all.filter(({ value }) => isPossible(value, expected, commands));
  const { before } = expected;
  return [
    ...fixed,
    ...(before === '' ? values : values.map((known) => ({ ...known, value: `${before}${known.value}` }))),
  ];
}

function commandCandidate({ name, usage }: Command): Candidate {
  const [, meaning = ''] = usage.find(([line]) => line.startsWith(`awsp ${name}`)) ?? [];
  return { group: 'commands', value: name, meaning: () => meaning };
}

/** Whether the value would be read as a value, and can be shown. */
function isPossible(
  value: string,
  { command, isPastOptions, words }: Expected,
  commands: ReadonlySet<string>,
): boolean {
  if (value === '' || hasControl(value) || words.includes(value)) return false;
  return isPastOptions || !(value.startsWith('-') || (command && commands.has(value)));
}

async function valuesOf(
  { value, choices }: Slot,
  world: World,
  grammar: Grammar,
  expected: Expected,
): Promise<readonly Candidate[]> {
  if (choices !== undefined)
    return choices.map((choice) => ({ group: 'choices', value: choice, meaning: () => '' })).filter(fits(expected));
  if (value === 'TOPIC') return grammar.commands.map(commandCandidate).filter(startsWith(expected));
  const source = value === undefined ? undefined : sources[value];
  return source === undefined ? [] : source(await loadContext(world), expected);
}

type Source = (context: Context, expected: Expected) => readonly Candidate[] | Promise<readonly Candidate[]>;

/** The candidates for the words and values that the grammar has these names for. */
const sources: Readonly<Record<string, Source>> = {
  PROFILE: profileWords,
  // A name that there is not yet cannot be completed.
  'PROFILE-THEN-NAME': (context, expected) => (expected.words.length === 0 ? profileWords(context, expected) : []),
  'PROFILE-THEN-PROPERTIES': (context, expected) =>
    expected.words.length === 0 ? profileWords(context, expected) : lateValues('propertyCandidates', context, expected),
  'SETTING-THEN-VALUE': (context, expected) => lateValues('settingCandidates', context, expected),
  'SIGN-IN': (context, expected) => [...wholeQueries(sessions(context), expected), ...profilesFor(context, expected)],
  CONSOLE: async (context, expected) => {
    const { servicePages } = await import('../console/services.ts');
    return [
      ...profileWords(context, expected),
      ...Object.keys(servicePages)
        .map((value) => ({ group: 'services', value, meaning: () => 'a service' }))
        .filter(startsWith(expected)),
    ];
  },
  SESSION: (context, expected) => sessions(context).filter(fits(expected)),
  URL: ({ profiles }, expected) =>
    distinct('portals', profiles.all(), ({ ssoStartUrl }) => ssoStartUrl).filter(fits(expected)),
  REGION: async (_context, expected) => {
    const { regions } = await import('../network/regions.ts');
    return Object.entries(regions)
      .map(([value, place]) => ({ group: 'regions', value, meaning: () => place }))
      .filter(fits(expected));
  },
  TIME: (_context, expected) =>
    ['15m', '30m', '1h', '1h30m', '4h', '8h', '12h']
      .map((value) => ({ group: 'times', value, meaning: () => '' }))
      .filter(startsWith(expected)),
  ACCOUNT: ({ profiles, accounts }, expected) =>
    distinct('accounts', profiles.all(), ({ accountId }) => accountId)
      .map((known) => ({ ...known, meaning: () => accounts.nameOf(known.value) ?? known.meaning() }))
      .filter(fits(expected)),
  ROLE: ({ profiles }, expected) =>
    distinct('roles', profiles.all(), ({ roleName }) => roleName).filter(fits(expected)),
};

/** What the commands complete that change something; loaded for them alone. */
async function lateValues(
  which: 'propertyCandidates' | 'settingCandidates',
  context: Context,
  expected: Expected,
): Promise<readonly Candidate[]> {
  return (await import('./complete-changes.ts'))[which](context, expected);
}

function profileWords(context: Context, expected: Expected): readonly Candidate[] {
  return [...wholeQueries(aliases(context), expected), ...profilesFor(context, expected)];
}

/** A longer list has no descriptions: each takes a parse of its profile, and such a list is not read line by line. */
const maxDescribed = 100;

/**
 * The profiles in whose names all words of the query are found, the one at the cursor among them; where there are none,
 * those that it fits by account (its id or name), role or session.
 */
function profilesFor({ profiles, accounts }: Context, { words, typed }: Expected): readonly Candidate[] {
  const query = wordsOf([...words, typed].join(' '));
  const around = profiles.namesAround(query);
  const byName = around.filter((name) => query.every((word) => hasFragment(name, word)));
  const found = byName.length > 0 ? byName : byAnything();
  return found.map((name) => ({
    group: 'profiles',
    value: name,
    meaning: () => (found.length > maxDescribed ? '' : accountAndRole(profiles.get(name), accounts)),
  }));

  function byAnything(): readonly string[] {
    const nearby = namesAround(profiles, query, accounts).flatMap((name) => profiles.get(name) ?? []);
    return filterByQuery(nearby, query, accounts).map(({ name }) => name);
  }
}

function accountAndRole(profile: Profile | null, accounts: AccountNames): string {
  if (profile === null) return '';
  const { name, accountId, roleName } = profile;
  return [accountId, nameUntold(accounts.nameOf(accountId), name), roleName].filter(Boolean).join(' ');
}

/** Candidates that must be the whole query: aliases and sessions mean nothing next to other words. */
function wholeQueries(candidates: readonly Candidate[], { words, typed }: Expected): readonly Candidate[] {
  return words.length === 0 ? candidates.filter(({ value }) => hasFragment(value, typed)) : [];
}

function startsWith({ typed }: Expected): (candidate: Candidate) => boolean {
  return ({ value }) => value.startsWith(typed);
}

function fits({ typed }: Expected): (candidate: Candidate) => boolean {
  return ({ value, meaning }) => hasFragment(`${value}\n${meaning()}`, typed);
}

/** An alias that is also the name of a profile is left out: the profile's name wins. */
function aliases({ profiles, settings }: Context): readonly Candidate[] {
  return [...settings.aliases]
    .filter(([alias]) => profiles.get(alias) === null)
    .map(([value, name]) => ({ group: 'aliases', value, meaning: () => name }));
}

function sessions({ profiles }: Context): readonly Candidate[] {
  return profiles.sessionNames.map((value) => ({ group: 'sessions', value, meaning: () => '' }));
}

/** The distinct values of a property of the profiles, each with the first profile that has it. */
function distinct(
  group: string,
  profiles: readonly Profile[],
  property: (profile: Profile) => string | null,
): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  for (const profile of profiles) {
    const value = property(profile);
    if (value !== null && !found.has(value)) found.set(value, { group, value, meaning: () => profile.name });
  }
  return [...found.values()];
}
