import { displayPath, displayPlace } from '../aws-config/paths.ts';
import type { Problem } from '../aws-config/problems.ts';
import type { ProfileSet } from '../aws-config/types.ts';
import type { Context } from '../context.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { closest } from '../lib/closest.ts';
import { shortened } from '../lib/text.ts';
import type { Message } from '../outcome.ts';
import type { AccountNames } from '../selection/account-names.ts';
import { type FuzzyRank, filterByQuery, type Selection, select } from '../selection/match.ts';

/** The problems in the settings, each with its file and line; the defaults are used in their place. */
export function settingsMessages({ settings, world }: Context): readonly Message[] {
  return settings.problems.map(({ file, line, message }) => ({
    kind: 'warning',
    text: `${displayPlace({ file, line }, world.home)}: ${message}`,
  }));
}

/** The profiles that a query selects; see `select`. */
export async function selectIn(
  { profiles, settings, accounts }: Context,
  query: readonly string[],
): Promise<Selection> {
  const rank: FuzzyRank = async (typed, names) => {
    const { rankWithFuzzysort } = await import('../selection/fuzzy.ts');
    return rankWithFuzzysort(typed, names);
  };
  const selection = await select(query, profiles, settings.aliases, rank, accounts);
  // A name that is there, under a header that no tool reads, is not another one that resembles it.
  const isHidden =
    selection.kind !== 'none' && selection.by === 'fuzzy' && hiddenSection(profiles.hidingProblems(), query) !== null;
  return isHidden ? { kind: 'none' } : selection;
}

/**
 * The error for a query that matches nothing: which files were read, which word fits no profile, and which names are
 * similar. `commandMeant` is the command line that the query is like, if it is like one: that comes before the names.
 */
export function noMatch(
  { profiles, world, accounts }: Context,
  query: readonly string[],
  commandMeant: string | null = null,
): AwspError {
  const typed = query.join(' ');
  const files = profiles.paths.map((path) => displayPath(path, world.home)).join(' or ');
  if (profiles.names.length === 0 && commandMeant === null) return noProfiles({ profiles, world });
  const hidden = hiddenSection(profiles.problems(), query);
  if (hidden !== null) {
    return new AwspError(exitCodes.noProfile, `no profile matches "${typed}" in ${files}`, [
      `${displayPlace(hidden, world.home)}: ${hidden.message}`,
    ]);
  }
  const { fitting, stranger } = commandMeant === null ? strangerIn(query, profiles, accounts) : noStranger(profiles);
  const similar = closest(stranger ?? typed, fitting, 4).map((name) => `"${name}"`);
  const [nearest, ...others] = commandMeant === null ? similar : [undefined, ...similar];
  const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  const details = [
    ...(others.length === 0 ? [] : [`or: ${others.join(', ')}`]),
    ...wholeFileProblems(profiles).map((problem) => `${displayPlace(problem, world.home)}: ${problem.message}`),
    ...(nearest === undefined && commandMeant === null ? ['awsp list shows the profiles'] : []),
  ];
  const wrong = stranger === null ? '' : `: none that fits the other words has "${stranger}"`;
  const command = commandMeant === null ? '' : `; did you mean: ${commandMeant}`;
  const message = `no profile matches "${typed}" in ${files}${wrong}${hint}${command}`;
  return new AwspError(exitCodes.noProfile, message, details);
}

export function noProfiles({ profiles, world }: Pick<Context, 'profiles' | 'world'>): AwspError {
  const [unreadable] = profiles.problems().filter(({ line }) => line === null);
  if (unreadable !== undefined) {
    return new AwspError(exitCodes.failed, `${displayPath(unreadable.file, world.home)}: ${unreadable.message}`);
  }
  const files = profiles.paths.map((path) => displayPath(path, world.home)).join(' or ');
  const [hiding] = [...wholeFileProblems(profiles), ...hiddenSections(profiles.problems())];
  if (hiding !== undefined) {
    return new AwspError(exitCodes.noProfile, `${displayPlace(hiding, world.home)}: ${hiding.message}`, [
      `so there are no profiles in ${files}`,
    ]);
  }
  return new AwspError(exitCodes.noProfile, `no profiles in ${files}`, [
    'create one with: awsp new',
    'or one for every account and role of a portal, with: awsp import',
  ]);
}

/** The error for a query that matches several profiles or sign-ins, without a terminal to choose on. */
export function ambiguous(query: readonly string[], names: readonly string[], noun = 'profile'): AwspError {
  const message = `"${query.join(' ')}" fits ${names.length} ${noun}${names.length === 1 ? '' : 's'}`;
  return new AwspError(exitCodes.noProfile, message, shortened(names, 20));
}

// --- internal ---

interface Fitting {
  readonly stranger: string | null;
  readonly fitting: readonly string[];
}

/**
 * Of several words, the one because of which no profile fits, and the profiles that fit the others; null, and all profiles,
 * where it is not one word alone.
 */
function strangerIn(query: readonly string[], profiles: ProfileSet, accounts: AccountNames): Fitting {
  const words = query.flatMap((word) => word.split(/\s+/)).filter((word) => word !== '');
  if (words.length < 2) return noStranger(profiles);
  const all = profiles.all();
  for (const stranger of words) {
    const fitting = filterByQuery(
      all,
      words.filter((word) => word !== stranger),
      accounts,
    ).map(({ name }) => name);
    if (fitting.length > 0) return { stranger, fitting };
  }
  return noStranger(profiles);
}

function noStranger({ names }: ProfileSet): Fitting {
  return { stranger: null, fitting: names };
}

/** The problems because of which profiles may be in a file that awsp does not see: whole files, and lines in no section. */
function wholeFileProblems(profiles: ProfileSet): readonly Problem[] {
  return profiles
    .problems()
    .filter(({ id, line }) => line === null || id === 'before-sections')
    .slice(0, 1);
}

/** The headers that no tool reads as a profile's. */
function hiddenSections(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ id }) => id === 'no-prefix' || id === 'bad-header');
}

/** The section that a query would mean if its header were right; null if there is none. */
function hiddenSection(problems: readonly Problem[], query: readonly string[]): Problem | null {
  const typed = query.join(' ').toLowerCase();
  const found = hiddenSections(problems).find((problem) => {
    if (problem.id !== 'no-prefix' && problem.id !== 'bad-header') return false;
    const names = [problem.header, problem.id === 'bad-header' ? problem.prefix : problem.name];
    return names.some((name) => {
      const written = name.toLowerCase();
      return written.split(/[\s"]+/).includes(typed) || written.endsWith(` ${typed}`);
    });
  });
  return found ?? null;
}
