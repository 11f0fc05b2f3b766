import { displayPath, displayPlace } from '../aws-config/paths.ts';
import { referencesTo } from '../aws-config/rename.ts';
import { IndexedFile } from '../aws-config/sections.ts';
import type { Profile } from '../aws-config/types.ts';
import type { Context } from '../context.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { agentOf } from '../guard/agent.ts';
import { trustedFilesNaming } from '../guard/trusted-folders.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { listed, printable, shortened } from '../lib/text.ts';
import type { Message } from '../outcome.ts';
import { riskReader } from '../selection/risk-level.ts';
import type { AwsFile } from './file-changes.ts';
import { profileNameFault } from './profile-name-fault.ts';
import { ambiguous, noMatch, selectIn } from './query.ts';

/**
 * The profile that a query means, for a command that changes it: never one that the query only resembles. A person picks one of
 * several. Throws an `AwspError` where there is none.
 */
export async function profileMeant(context: Context, query: readonly string[]): Promise<Profile> {
  const selection = await selectIn(context, query);
  if (selection.kind === 'none' || selection.by === 'fuzzy') throw noMatch(context, query);
  if (selection.kind === 'ambiguous' && !context.world.terminal.interactive) throw ambiguous(query, selection.names);
  const name = selection.kind === 'one' ? selection.name : await (await import('./pick.ts')).pick(context, query);
  const profile = context.profiles.get(name);
  if (profile === null) throw noMatch(context, [name]);
  return profile;
}

/**
 * Refuses a name for a profile that exists, and one that awsp could not switch to. What the files can hold is refused where they
 * are changed; see `editSections`.
 */
export function refuseName({ world, profiles }: Context, name: string, isFree = (_name: string) => false): void {
  const reason = profileNameFault(name);
  if (reason !== null)
    throw new AwspError(exitCodes.usage, `"${printable(name.slice(0, 60))}" is no name for a profile: ${reason}`);
  const existing = profiles.get(name);
  if (existing === null || isFree(name)) return;
  const places = existing.definedIn.map((place) => displayPlace(place, world.home));
  throw new AwspError(exitCodes.refused, `"${name}" exists, at ${listed(places)}`, [
    `choose another name, or remove that one: awsp rm ${quoteWord(name)}`,
  ]);
}

/** What is said of names that AWS's tools, or awsp, treat differently from others. */
export function nameNotes(name: string): readonly Message[] {
  const notes: (Message | false)[] = [
    !/^[\w\-@+.%:/]+$/.test(name) && {
      kind: 'warning',
      text: `not all of AWS's tools see a profile whose name has other characters than letters, digits and -_@+.%:/`,
    },
    name === 'default' && {
      kind: 'warning',
      text: '"default" is the profile that commands use where none is active',
    },
  ];
  return notes.filter((note) => note !== false);
}

/** Whether a text of one of AWS's files has a section of a profile. */
export function hasProfile({ path, role, text }: AwsFile, name: string): boolean {
  return new IndexedFile({ path, text }, role).sameNamed('profile', name).length > 0;
}

/** A property or a file that names a profile, and where. */
export interface Reference {
  readonly place: string;
  /** `alias "d"`, `source_profile of "b"`. */
  readonly what: string;
}

/** The profiles of AWS's files that need a profile, without the profile itself. */
export function dependents(files: readonly AwsFile[], name: string, home: string | null): readonly Reference[] {
  return files.flatMap(({ path, role, text }) =>
    referencesTo(text, role, new Set([name]))
      .filter(({ profile }) => profile !== name)
      .map(({ profile, key, line }) => {
        return { place: displayPlace({ file: path, line }, home), what: `${key} of "${profile}"` };
      }),
  );
}

/** The `.awsp` files that pin a profile by its name, which no command changes: others may share them. */
export function pinnedFolders({ world }: Context, name: string): readonly Reference[] {
  return trustedFilesNaming(world, name).map((path) => {
    return { place: displayPath(path, world.home), what: 'the profile that belongs there' };
  });
}

/** A warning that names references, one a line; nothing without any. */
export function referenceWarning(text: string, references: readonly Reference[]): readonly Message[] {
  const lines = references.map(({ place, what }) => `${place}: ${what}`);
  return lines.length === 0 ? [] : [{ kind: 'warning', text, details: shortened(lines, maxReferences) }];
}

/** What is said of profiles that are production before a change and not after it. `names` are the new names of profiles. */
export function levelWarnings(
  before: Context,
  after: Context,
  names: ReadonlyMap<string, string> = new Map(),
): readonly Message[] {
  const [levelBefore, levelAfter] = [before, after].map(({ profiles, settings, accounts }) =>
    riskReader(profiles, settings, accounts),
  );
  const lost = before.profiles.names.flatMap((name) => {
    const [old, fresh] = [before.profiles.get(name), after.profiles.get(names.get(name) ?? name)];
    if (old === null || fresh === null || levelBefore?.(old) !== 'production') return [];
    return levelAfter?.(fresh) === 'production' ? [] : [fresh.name];
  });
  if (lost.length === 0) return [];
  // An agent is held by what is production.
  if (agentOf(before.world.env) !== null)
    throw new AwspError(exitCodes.refused, `"${lost[0]}" would not count as production any more`, [
      'an AI agent does not change that; a person can, in a shell of their own',
    ]);
  const shown = [
    ...lost.slice(0, 3).map((name) => `"${name}"`),
    ...(lost.length > 3 ? [`${lost.length - 3} more`] : []),
  ];
  return [
    {
      kind: 'warning',
      text: `${listed(shown)} will not count as production any more`,
      details: ['to keep that, add the account or a pattern to [production] match in the settings'],
    },
  ];
}

// --- internal ---

const maxReferences = 10;
