import { displayPath } from '../aws-config/paths.ts';
import { copyProfile } from '../aws-config/rename.ts';
import type { Context } from '../context.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { listed } from '../lib/text.ts';
import type { Outcome } from '../outcome.ts';
import { importMark } from '../sso/sso-profile.ts';
import { awsFiles, type ChangeOptions, changeFiles, type FileChange, propose } from './file-changes.ts';
import { hasProfile, levelWarnings, nameNotes, profileMeant, refuseName } from './profile-changes.ts';
import { settingsMessages } from './query.ts';

export interface CopyOptions extends ChangeOptions {
  readonly from: string;
  readonly to: string;
}

/** `awsp copy`: adds a profile with the properties of another one, in each of AWS's files that has it. */
export async function copy(context: Context, options: CopyOptions): Promise<Outcome> {
  const { world } = context;
  const { name } = await profileMeant(context, [options.from]);
  const { to } = options;
  refuseName(context, to);
  const changes = awsFiles(world).map(
    ({ path, role }): FileChange => ({
      path,
      change: (text) => {
        const content = text ?? '';
        if (hasProfile({ path, role, text: content }, to))
          throw new AwspError(exitCodes.refused, `"${to}" exists in ${displayPath(path, world.home)} now`);
        return copyProfile(content, role, name, to, [importMark]);
      },
    }),
  );
  const proposal = await propose(world, changes);
  const warnings = [
    ...settingsMessages(context),
    ...nameNotes(to),
    ...levelWarnings(context, proposal.after, new Map([[name, to]])),
  ];
  const question = `copy "${name}" to "${to}"`;
  const { stopped, told } = await changeFiles(world, proposal, options, { warnings, question, byDefault: true });
  if (stopped !== null) return stopped;
  const places = listed(proposal.changes.map(({ path }) => displayPath(path, world.home)));
  return {
    code: exitCodes.done,
    messages: [
      {
        kind: 'done',
        text: `"${to}" is a copy of "${name}" in ${places}`,
        details: [`to change it: awsp set ${quoteWord(to)} KEY=VALUE`],
      },
      ...told,
    ],
  };
}
