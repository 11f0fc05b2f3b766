import { removeSection } from '../aws-config/edit.ts';
import { displayPath } from '../aws-config/paths.ts';
import type { Context } from '../context.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { listed } from '../lib/text.ts';
import type { Message, Outcome } from '../outcome.ts';
import { readSettingsFiles } from '../settings/settings.ts';
import { awsFiles, type ChangeOptions, changeFiles, type FileChange, propose } from './file-changes.ts';
import {
  dependents,
  levelWarnings,
  pinnedFolders,
  profileMeant,
  type Reference,
  referenceWarning,
} from './profile-changes.ts';
import { settingsMessages } from './query.ts';

export interface RemoveOptions extends ChangeOptions {
  readonly query: readonly string[];
}

/** `awsp rm`: removes a profile from AWS's files. What still names it is told, and not changed. */
export async function remove(context: Context, options: RemoveOptions): Promise<Outcome> {
  const { world } = context;
  const { name } = await profileMeant(context, options.query);
  if (world.env.AWS_PROFILE === name)
    throw new AwspError(
      exitCodes.refused,
      `"${name}" is active in this shell, whose commands would all fail without it`,
      [`leave it first: awsp --unset; then: awsp rm ${quoteWord(name)}`],
    );
  const files = awsFiles(world);
  const changes = files.map(({ path, role }): FileChange => {
    return { path, change: (text) => removeSection(text ?? '', role, { type: 'profile', name }) };
  });
  const proposal = await propose(world, changes);
  const needing = dependents(files, name, world.home);
  const warnings: Message[] = [
    ...settingsMessages(context),
    ...referenceWarning(`other profiles need "${name}", and do not work without it`, needing),
    ...referenceWarning(`these will name a profile that is gone`, [
      ...(await namedIn(context, name)),
      ...pinnedFolders(context, name),
    ]),
    ...levelWarnings(context, proposal.after),
  ];
  const question = `remove "${name}"${needing.length > 0 ? ' all the same' : ''}`;
  const { stopped, told } = await changeFiles(world, proposal, options, { warnings, question, byDefault: false });
  if (stopped !== null) return stopped;
  const places = listed(proposal.changes.map(({ path }) => displayPath(path, world.home)));
  return { code: exitCodes.done, messages: [{ kind: 'done', text: `"${name}" is removed from ${places}` }, ...told] };
}

// --- internal ---

/** The aliases of the settings that name a profile. */
async function namedIn({ world }: Context, name: string): Promise<readonly Reference[]> {
  return (await readSettingsFiles(world)).flatMap(({ path, aliases }) =>
    [...aliases].flatMap(([alias, meant]) =>
      meant === name ? [{ place: displayPath(path, world.home), what: `alias "${alias}"` }] : [],
    ),
  );
}
