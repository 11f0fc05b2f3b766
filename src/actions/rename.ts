import { displayPath } from '../aws-config/paths.ts';
import { accountIn, nameBy, templateFault } from '../aws-config/profile-name.ts';
import { renameProfiles } from '../aws-config/rename.ts';
import type { Profile } from '../aws-config/types.ts';
import type { Context } from '../context.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { pinnedAccount } from '../guard/pins.ts';
import { globExpression } from '../lib/glob.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { listed, shortened } from '../lib/text.ts';
import type { Message, Outcome } from '../outcome.ts';
import { renameUses } from '../selection/order-of-use.ts';
import { loadSettingsEditor, type SettingEdit } from '../settings/edit-settings.ts';
import { readOwnFile, settingsPath } from '../settings/settings.ts';
import { portalName } from '../sso/start-url.ts';
import { type AwsFile, awsFiles, type ChangeOptions, changeFiles, type FileChange, propose } from './file-changes.ts';
import {
  hasProfile,
  levelWarnings,
  nameNotes,
  pinnedFolders,
  profileMeant,
  referenceWarning,
  refuseName,
} from './profile-changes.ts';
import { settingsMessages } from './query.ts';

export interface RenameOptions extends ChangeOptions {
  /** The profile and its new name; with a template the globs of the profiles. */
  readonly words: readonly string[];
  readonly template: string | null;
}

/**
 * `awsp rename`: gives profiles other names in AWS's files. What names them follows: `source_profile`, aliases and pins in the
 * settings, and the order of use. `.awsp` files and shells are told.
 */
export async function rename(context: Context, options: RenameOptions): Promise<Outcome> {
  const { world } = context;
  const { names, skipped } =
    options.template === null
      ? await oneName(context, options.words)
      : namesByTemplate(context, options.template, options.words);
  if (names.size === 0) {
    const note: Message = { kind: 'done', text: 'nothing to rename: the profiles have these names' };
    return { code: exitCodes.done, messages: [...settingsMessages(context), ...skipped, note] };
  }
  const files = awsFiles(world);
  const changes = [
    ...files.map((file) => changeOf(file, names, world.home)),
    ...(await settingsChange(context, names)),
  ];
  const proposal = await propose(world, changes);
  const warnings = [
    ...settingsMessages(context),
    ...skipped,
    ...[...names.values()].flatMap(nameNotes).slice(0, 1),
    ...levelWarnings(context, proposal.after, names),
    ...lostPins(context, proposal.after, names),
    ...lostAliases(context, proposal.after, names),
  ];
  const [[only, fresh] = ['', '']] = names;
  const question = names.size === 1 ? `rename "${only}" to "${fresh}"` : `rename these ${names.size} profiles`;
  const { stopped, told } = await changeFiles(world, proposal, options, { warnings, question, byDefault: true });
  if (stopped !== null) return stopped;
  const places = listed(proposal.changes.map(({ path }) => displayPath(path, world.home)));
  const text =
    names.size === 1 ? `"${only}" is "${fresh}" now, in ${places}` : `${names.size} profiles renamed in ${places}`;
  // The order of the picker is no reason to fail.
  await renameUses(world, names).catch(() => {});
  const inUse = [...names].flatMap(([old, name]) => afterwards(context, old, name));
  return { code: exitCodes.done, messages: [{ kind: 'done', text }, ...told, ...inUse] };
}

// --- internal ---

interface Names {
  /** The new names by the old ones. */
  readonly names: ReadonlyMap<string, string>;
  readonly skipped: readonly Message[];
}

async function oneName(context: Context, [old = '', fresh = '']: readonly string[]): Promise<Names> {
  const { name } = await profileMeant(context, [old]);
  if (name === fresh) return { names: new Map(), skipped: [] };
  refuseName(context, fresh);
  return { names: new Map([[name, fresh]]), skipped: [] };
}

/** The names that a template makes for the profiles that fit one of the globs. Several that come to one name keep theirs. */
function namesByTemplate(context: Context, template: string, globs: readonly string[]): Names {
  const fault = templateFault(template);
  if (fault !== null) throw new AwspError(exitCodes.usage, `"--template ${template}": ${fault}`);
  const expressions = globs.map(globExpression);
  const fitting = context.profiles.all().filter(({ name }) => expressions.some((expression) => expression.test(name)));
  if (fitting.length === 0)
    throw new AwspError(exitCodes.noProfile, `no profile fits "${globs.join(' ')}"`, ['awsp list shows the profiles']);
  const named = fitting.map((profile) => [profile.name, nameOf(context, profile, template)] as const);
  const { names, unknown, taken } = freeNames(context, named);
  for (const fresh of names.values()) refuseName(context, fresh, (one) => names.has(one));
  const skipped = [
    ...skippedOnes('their account or role is not known', unknown),
    ...skippedOnes('another profile has, or would get, the same name', taken),
  ];
  return { names, skipped };
}

/** The new names that can be given; the profiles whose new name is not known, or is that of another one. */
function freeNames({ profiles }: Context, named: readonly (readonly [name: string, fresh: string | null])[]) {
  const counts = new Map<string | null, number>();
  for (const [, fresh] of named) counts.set(fresh, (counts.get(fresh) ?? 0) + 1);
  const names = new Map<string, string>();
  const [unknown, taken]: [string[], string[]] = [[], []];
  for (const [name, fresh] of named) {
    if (fresh === null) unknown.push(`"${name}"`);
    else if (counts.get(fresh) !== 1) taken.push(`"${name}": "${fresh}"`);
    else if (fresh !== name) names.set(name, fresh);
  }
  // A profile that keeps its name keeps others from getting it, which then keep theirs.
  for (let isStill = false; !isStill; ) {
    isStill = true;
    for (const [name, fresh] of names) {
      if (profiles.get(fresh) === null || names.has(fresh)) continue;
      names.delete(name);
      taken.push(`"${name}": "${fresh}"`);
      isStill = false;
    }
  }
  return { names, unknown, taken };
}

function skippedOnes(reason: string, names: readonly string[]): readonly Message[] {
  if (names.length === 0) return [];
  const text = `${names.length} ${names.length === 1 ? 'profile keeps its name' : 'profiles keep their names'}: ${reason}`;
  return [{ kind: 'warning', text, details: shortened(names, 10) }];
}

/** The name by a template; null where the profile does not tell what the template asks for. */
function nameOf({ settings, accounts }: Context, profile: Profile, template: string): string | null {
  const { accountId, roleName, ssoSession, ssoStartUrl } = profile;
  if (accountId === null || roleName === null) return null;
  const session = ssoSession ?? (ssoStartUrl === null ? null : portalName(ssoStartUrl));
  const account = accounts.nameOf(accountId) ?? accountIn(profile, settings.nameTemplate);
  if (template.includes('{session}') && session === null) return null;
  if (template.includes('{account}') && account === null) return null;
  return nameBy(template, { account: account ?? '', accountId, role: roleName, session: session ?? '' });
}

function changeOf({ path, role, text }: AwsFile, names: ReadonlyMap<string, string>, home: string | null): FileChange {
  const shown = displayPath(path, home);
  const refuseChanged = (content: string) => {
    const has = (name: string) => hasProfile({ path, role, text: content }, name);
    const gone = [...names.keys()].find((name) => hasProfile({ path, role, text }, name) && !has(name));
    if (gone !== undefined) throw new AwspError(exitCodes.failed, `"${gone}" is not in ${shown} any more`);
    const taken = [...names.values()].find((fresh) => !names.has(fresh) && has(fresh));
    if (taken !== undefined) throw new AwspError(exitCodes.refused, `"${taken}" exists in ${shown} now`);
  };
  return {
    path,
    change: (now) => {
      const content = now ?? '';
      if (content !== text) refuseChanged(content);
      return renameProfiles(content, role, names);
    },
  };
}

/** The aliases and the pins of the settings that name a profile follow it. */
async function settingsChange({ world }: Context, names: ReadonlyMap<string, string>): Promise<readonly FileChange[]> {
  const path = settingsPath(world);
  const { aliases, pins } = await readOwnFile(world);
  const edits = [
    ...[...aliases].flatMap(([key, name]): SettingEdit[] => {
      const value = names.get(name);
      return value === undefined ? [] : [{ section: 'alias', key, value }];
    }),
    ...pins.flatMap(({ glob, accountId }): SettingEdit[] => {
      const fresh = names.get(glob);
      if (fresh === undefined) return [];
      return [
        { section: 'pin', key: fresh, value: accountId },
        { section: 'pin', key: glob, value: null },
      ];
    }),
  ];
  if (path === null || edits.length === 0) return [];
  const edit = await loadSettingsEditor();
  return [{ path, change: (text) => edit(text ?? '', edits) }];
}

/** A profile that a pin of the settings does not hold any more. */
function lostPins(before: Context, after: Context, names: ReadonlyMap<string, string>): readonly Message[] {
  return [...names].flatMap(([old, fresh]): Message[] => {
    const [was, is] = [pinnedAccount(old, before.settings.pins), pinnedAccount(fresh, after.settings.pins)];
    if (was === null || was === is) return [];
    const text = `"${old}" is pinned to account ${was} in the settings, and "${fresh}" ${is === null ? 'is not' : `to ${is}`}`;
    return [{ kind: 'warning', text, details: [`to pin it: awsp config ${quoteWord(`pin.${fresh}`)} ${was}`] }];
  });
}

/** Aliases of a team's settings, which name a profile by its old name still. */
function lostAliases(before: Context, after: Context, names: ReadonlyMap<string, string>): readonly Message[] {
  return [...before.settings.aliases].flatMap(([alias, name]): Message[] => {
    const fresh = names.get(name);
    if (fresh === undefined || after.settings.aliases.get(alias) !== name) return [];
    const details = [`to set your own: awsp config ${quoteWord(`alias.${alias}`)} ${quoteWord(fresh)}`];
    return [{ kind: 'warning', text: `the alias "${alias}" of the team's settings names "${name}"`, details }];
  });
}

/** What the person has to do where a profile's old name is in use. */
function afterwards(context: Context, old: string, fresh: string): readonly Message[] {
  const { env } = context.world;
  const line = `awsp ${quoteWord(fresh)}`;
  const shell: Message = {
    kind: 'warning',
    text: `this shell uses "${old}", a name that is gone; to go on with it: ${line}`,
  };
  const folders = `these files name "${old}"; to change one: profile = ${fresh}, and then awsp allow in its folder`;
  return [...(env.AWS_PROFILE === old ? [shell] : []), ...referenceWarning(folders, pinnedFolders(context, old))];
}
