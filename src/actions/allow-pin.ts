import { displayPath } from '../aws-config/paths.ts';
import type { Profile } from '../aws-config/types.ts';
import type { Context } from '../context.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { type DirectoryPin, parsePin } from '../guard/directory-pin.ts';
import { pinFileIn, pinPath } from '../guard/trust.ts';
import { endOf, linesOf, withoutEnd } from '../lib/lines.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { printable } from '../lib/text.ts';
import type { Outcome } from '../outcome.ts';
import { allow } from './allow.ts';
import { type ChangeOptions, changeFiles, propose } from './file-changes.ts';
import { noMatch } from './query.ts';

export interface PinOptions extends ChangeOptions {
  /** Pins the account of the profile, not the profile. */
  readonly account: boolean;
}

/** `awsp allow --pin`: writes the `.awsp` of this folder, which pins the active profile or its account, and trusts it. */
export async function allowPin(context: Context, options: PinOptions): Promise<Outcome> {
  const { world } = context;
  const { cwd, home } = world;
  if (home !== null && world.files.isSame(cwd, home || '/'))
    throw new AwspError(exitCodes.refused, 'the home folder has no .awsp: it would be for nearly everything', [
      'go to a folder first: cd FOLDER',
    ]);
  const pin = pinFor(activeProfile(context), options.account);
  const path = pinPath(cwd);
  const shown = displayPath(path, home);
  const change = (text: string | null) => withPin(text ?? '', pin, shown);
  const proposal = await propose(world, [{ path, change }]);
  if (proposal.changes.length > 0) {
    const isNew = !world.files.isFile(path);
    const question = isNew ? `write ${shown}` : `change ${shown}`;
    const { stopped } = await changeFiles(world, proposal, options, { warnings: [], question, byDefault: isNew });
    if (stopped !== null) return stopped;
  }
  if (options.dryRun)
    return { code: exitCodes.done, messages: [{ kind: 'note', text: `nothing to write: ${shown} says so already` }] };
  const written = pinFileIn(world, cwd);
  const found = written === null ? null : parsePin(written.text);
  // Only what the person has seen is trusted.
  if (found === null || !('kind' in found) || found.kind !== pin.kind || found.value !== pin.value)
    throw new AwspError(exitCodes.failed, `${shown} was changed meanwhile`, ['read it, and then: awsp allow']);
  return allow(context);
}

// --- internal ---

function activeProfile(context: Context): Profile {
  const name = context.world.env.AWS_PROFILE;
  if (!name)
    throw new AwspError(exitCodes.noProfile, 'no profile is active, so none can be pinned', [
      'switch to one first: awsp <query>',
    ]);
  const profile = context.profiles.get(name);
  if (profile === null) throw noMatch(context, [name]);
  return profile;
}

/** The pin of a profile. Throws an `AwspError` where the file cannot hold it. */
function pinFor({ name, accountId }: Profile, isAccount: boolean): DirectoryPin {
  if (isAccount && accountId === null)
    throw new AwspError(exitCodes.failed, `the account of "${name}" is not in its properties`, [
      `to pin the profile: awsp allow --pin`,
    ]);
  const pin: DirectoryPin = isAccount ? { kind: 'account', value: accountId ?? '' } : { kind: 'profile', value: name };
  const read = parsePin(lineOf(pin));
  if ('kind' in read && read.kind === pin.kind && read.value === pin.value) return pin;
  throw new AwspError(exitCodes.failed, `"${printable(name)}" cannot be in a .awsp, which would read another name`, [
    `to pin its account: awsp allow --pin-account; to rename it: awsp rename ${quoteWord(name)} NAME`,
  ]);
}

function lineOf({ kind, value }: DirectoryPin): string {
  return `${kind} = ${value}`;
}

/** The text with another pin in the line of the old one, whose comment stays. Throws an `AwspError` for a text that pins nothing. */
function withPin(text: string, pin: DirectoryPin, shown: string): string {
  if (text.trim() === '') return `${lineOf(pin)}\n`;
  const old = parsePin(text);
  if (!('kind' in old))
    throw new AwspError(exitCodes.failed, `${shown}${old.line === null ? '' : `:${old.line}`} ${old.message}`, [
      'correct the file, or remove it first',
    ]);
  if (old.kind === pin.kind && old.value === pin.value) return text;
  return linesOf(text)
    .map((line) => {
      const [, mark = '', setting = '', comment = ''] =
        /^(\uFEFF?)(.*?)((?:^|\s+)#.*|\s*)$/s.exec(withoutEnd(line)) ?? [];
      const isPin = 'kind' in parsePin(setting);
      return isPin ? `${mark}${lineOf(pin)}${comment}${endOf(line)}` : line;
    })
    .join('');
}
