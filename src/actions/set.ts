import { writeSection } from '../aws-config/edit.ts';
import { displayPath, displayPlace } from '../aws-config/paths.ts';
import type { Problem } from '../aws-config/problems.ts';
import { isAwsProperty, meantProperty, otherToolOf, referenceKeys } from '../aws-config/property-names.ts';
import { isSecret } from '../aws-config/secrets.ts';
import { IndexedFile } from '../aws-config/sections.ts';
import { choicesOf, isAcceptedValue } from '../aws-config/setting-values.ts';
import type { Profile } from '../aws-config/types.ts';
import type { Context } from '../context.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { listed, printable } from '../lib/text.ts';
import type { Message, Outcome } from '../outcome.ts';
import { importMark } from '../sso/sso-profile.ts';
import { configFile } from './config-change.ts';
import { awsFiles, type ChangeOptions, changeFiles, type FileChange, propose } from './file-changes.ts';
import { levelWarnings, profileMeant } from './profile-changes.ts';
import { settingsMessages } from './query.ts';
import { regionMeant } from './region-meant.ts';

export interface SetOptions extends ChangeOptions {
  readonly profile: string;
  /** The properties, and their new values; an empty one removes the property. */
  readonly properties: readonly (readonly [key: string, value: string])[];
  /** Takes keys and values that awsp does not know, or finds wrong. */
  readonly force: boolean;
}

/** `awsp set`: changes properties of a profile, each in the file in which it takes effect. */
export async function set(context: Context, options: SetOptions): Promise<Outcome> {
  const { world } = context;
  const { force } = options;
  const profile = await profileMeant(context, [options.profile]);
  const properties = new Map<string, string | null>();
  for (const [key, value] of options.properties) {
    const [name, read] = await readProperty(context, key, value, profile, force);
    properties.set(name, read);
  }
  refuseValueOfParent(properties, profile, world.home, force);
  const proposal = await propose(world, changesFor(context, profile.name, properties));
  const problems = newProblems(context, proposal.after, profile.name);
  const refused = force ? [] : problems.filter(({ id }) => wrong.has(id));
  if (refused.length > 0)
    throw new AwspError(
      exitCodes.usage,
      `"${profile.name}" could not be used then: ${refused.map(({ message }) => message).join('; ')}`,
      ['to write it all the same: --force'],
    );
  if (proposal.changes.length === 0) {
    const text = `nothing to change: "${profile.name}" is so already`;
    return { code: exitCodes.done, messages: [...settingsMessages(context), { kind: 'done', text }] };
  }
  const warnings: Message[] = [
    ...settingsMessages(context),
    ...[...properties].flatMap(unknownProperty),
    ...problems.map(({ message }): Message => ({ kind: 'warning', text: message })),
    ...levelWarnings(context, proposal.after),
  ];
  const question = `change "${profile.name}"`;
  const { stopped, told } = await changeFiles(world, proposal, options, { warnings, question, byDefault: true });
  if (stopped !== null) return stopped;
  const places = listed(proposal.changes.map(({ path }) => displayPath(path, world.home)));
  return {
    code: exitCodes.done,
    messages: [{ kind: 'done', text: `"${profile.name}" is changed in ${places}` }, ...told],
  };
}

// --- internal ---

/** Problems with which a profile cannot be used, or means something else than is written. */
const wrong: ReadonlySet<string> = new Set(['bad-value', 'misspelt', 'dangling', 'cycle', 'sso-differs']);

/** A property and its value as they are written to the file; null removes it. Throws an `AwspError` (usage) for a wrong one. */
async function readProperty(
  context: Context,
  written: string,
  value: string,
  profile: Profile,
  force: boolean,
): Promise<readonly [string, string | null]> {
  const { profiles } = context;
  const key = written.toLowerCase();
  const refuse = (message: string, details: readonly string[] = []): never => {
    throw new AwspError(exitCodes.usage, message, details);
  };
  const forced = ['to write it all the same: --force'];
  if (value === '') return [key, null];
  if (isSecret(key))
    refuse(`"${key}" is not taken from the command line, which the shell keeps in its history`, [
      `to set it: aws configure --profile ${quoteWord(profile.name)}`,
    ]);
  const meant = meantProperty(key, 'profile');
  if (meant !== null && !force) refuse(`AWS's tools know no "${printable(written)}"; did you mean "${meant}"?`, forced);
  if (referenceKeys.has(key) && profiles.get(value) === null && !force)
    refuse(`there is no profile "${printable(value)}"`, ['awsp list shows the profiles', ...forced]);
  if (key === 'sso_session' && profiles.ssoSession(value) === null && !force)
    refuse(`there is no [sso-session ${printable(value)}]`, ['awsp sessions shows those that there are', ...forced]);
  if (key === 'region' || key === 'sso_region') return [key, await regionMeant(context, value, force)];
  if (!isAcceptedValue(key, value) && !force) {
    const choices = choicesOf(key);
    const known = choices.length === 0 ? '' : `: it takes ${choices.join(', ')}`;
    refuse(`the AWS CLI and boto3 do not take "${printable(value)}" for "${key}"${known}`, forced);
  }
  return [key, value];
}

/** Refuses a property below one that has a value, which would be lost; with `force` it is. */
function refuseValueOfParent(
  properties: ReadonlyMap<string, string | null>,
  profile: Profile,
  home: string | null,
  force: boolean,
): void {
  for (const [key, value] of properties) {
    const parent = rootOf(key);
    if (parent === key || value === null) continue;
    if (properties.get(parent))
      throw new AwspError(exitCodes.usage, `"${parent}" has either a value or "${key}" below it`);
    const own = profile.properties.get(parent);
    if (own === undefined || own.value === '' || properties.has(parent) || force) continue;
    throw new AwspError(
      exitCodes.usage,
      `"${parent}" has a value, at ${displayPlace(own.location, home)}: "${key}" cannot be below it`,
      [`to remove the value: awsp set ${quoteWord(profile.name)} ${parent}= ${key}=${quoteWord(value)}`],
    );
  }
}

/** A property as a whole, with what is below it. */
function rootOf(key: string): string {
  return key.split('.')[0] ?? key;
}

/** Where a property is set: in the credentials file if it is there, which comes first; otherwise in the config file. */
function changesFor(
  { world }: Context,
  name: string,
  properties: ReadonlyMap<string, string | null>,
): readonly FileChange[] {
  const files = awsFiles(world);
  const inCredentials = new Set(
    files.flatMap(({ role, text, path }) => {
      if (role !== 'credentials') return [];
      const file = new IndexedFile({ path, text }, role);
      const entries = file.sections('profile', name).flatMap((section) => file.document.entries(section));
      return entries.map(({ key }) => rootOf(key));
    }),
  );
  const target = { type: 'profile', name } as const;
  const pick = (isHere: (key: string, value: string | null) => boolean) =>
    new Map([...properties].filter(([key, value]) => isHere(key, value)));
  const ofCredentials = pick((key) => inCredentials.has(rootOf(key)));
  const ofConfig = pick((key, value) => value === null || !inCredentials.has(rootOf(key)));
  const credentials = files.find(({ role }) => role === 'credentials');
  const config = files.find(({ role }) => role === 'config');
  const isNew = config === undefined && [...ofConfig.values()].some((value) => value !== null);
  const changes: FileChange[] = [];
  if (ofConfig.size > 0 && (config !== undefined || isNew)) {
    const path = config?.path ?? configFile(world);
    changes.push({ path, change: (text) => writeSection(text ?? '', 'config', target, ofConfig) });
  }
  if (ofCredentials.size > 0 && credentials !== undefined) {
    const { path } = credentials;
    changes.push({ path, change: (text) => writeSection(text ?? '', 'credentials', target, ofCredentials) });
  }
  return changes;
}

/** What will be wrong with the profile, and is not now. */
function newProblems(before: Context, after: Context, name: string): readonly Problem[] {
  const known = new Set(before.profiles.problemsOf(name).map(({ id, message }) => `${id} ${message}`));
  return after.profiles.problemsOf(name).filter(({ id, message }) => !known.has(`${id} ${message}`));
}

function unknownProperty([key, value]: readonly [string, string | null]): readonly Message[] {
  if (value === null || isAwsProperty(rootOf(key)) || otherToolOf(key) !== null || key === importMark) return [];
  return [{ kind: 'note', text: `AWS's tools know no property "${key}", and ignore it` }];
}
