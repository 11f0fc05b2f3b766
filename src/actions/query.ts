import { displayPath, displayPlace } from '../aws-config/paths.ts';
import type { Context } from '../context.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { closest } from '../lib/closest.ts';
import type { Message } from '../outcome.ts';
import { type Selection, select } from '../selection/match.ts';

/** The problems in the settings, each with its file and line; the defaults are used in their place. */
export function settingsMessages({ settings, world }: Context): readonly Message[] {
  return settings.problems.map(({ file, line, message }) => ({
    kind: 'warning',
    text: `${displayPlace({ file, line }, world.home)}: ${message}`,
  }));
}

/** The profiles that a query selects; see `select`. */
export function selectIn({ profiles, settings }: Context, query: readonly string[]): Promise<Selection> {
  return select(query, profiles, settings.aliases, async (typed, names) => {
    const { rankWithFuzzysort } = await import('../selection/fuzzy.ts');
    return rankWithFuzzysort(typed, names);
  });
}

/** The error for a query that matches nothing: which files were read, and which names are similar. */
export function noMatch({ profiles, world }: Context, query: readonly string[]): AwspError {
  const typed = query.join(' ');
  const files = profiles.paths.map((path) => displayPath(path, world.home)).join(' or ');
  if (profiles.names.length === 0) return noProfiles({ profiles, world });
  const [nearest, ...others] = closest(typed, profiles.names, 4);
  const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  const details = others.length === 0 ? [] : [`or: ${others.map((name) => `"${name}"`).join(', ')}`];
  return new AwspError(exitCodes.noProfile, `no profile matches "${typed}" in ${files}${hint}`, details);
}

export function noProfiles({ profiles, world }: Pick<Context, 'profiles' | 'world'>): AwspError {
  const [unreadable] = profiles.problems().filter(({ line }) => line === null);
  if (unreadable !== undefined) {
    return new AwspError(exitCodes.failed, `${displayPath(unreadable.file, world.home)}: ${unreadable.message}`);
  }
  const files = profiles.paths.map((path) => displayPath(path, world.home)).join(' or ');
  return new AwspError(exitCodes.noProfile, `no profiles in ${files}`, ['create one with: awsp new']);
}

/** The error for a query that matches several profiles or sign-ins, without a terminal to choose on. */
export function ambiguous(query: readonly string[], names: readonly string[], noun = 'profile'): AwspError {
  const shown = names.slice(0, 20);
  const more = names.length > shown.length ? [`… and ${names.length - shown.length} more`] : [];
  const message = `"${query.join(' ')}" fits ${names.length} ${noun}${names.length === 1 ? '' : 's'}`;
  return new AwspError(exitCodes.noProfile, message, [...shown, ...more]);
}
