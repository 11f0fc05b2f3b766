import { displayPath } from '../aws-config/paths.ts';
import type { Context } from '../context.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { ancestorDirectories, describeMissing, describePin, parsePin, profilesOf } from '../guard/directory-pin.ts';
import { namesOf, pinFileIn, pinPath, recordOf, recordPath, trustedPin } from '../guard/trust.ts';
import type { Message, Outcome } from '../outcome.ts';
import type { World } from '../world.ts';
import { settingsMessages } from './query.ts';

/** `awsp allow`: trusts the `.awsp` file of this folder, or of the nearest one above, as it is now. */
export function allow(context: Context): Outcome {
  const { world, profiles } = context;
  const [file] = ancestorDirectories(world.cwd).flatMap((folder) => pinFileIn(world, folder) ?? []);
  if (file === undefined) {
    const isHomes = ancestorDirectories(world.cwd).some(
      (folder) => world.files.isFile(pinPath(folder)) && world.files.isSame(folder, world.home ?? ''),
    );
    const what = isHomes
      ? 'no .awsp here, nor in a folder above, but your home folder'
      : 'there is no .awsp here, nor in a folder above';
    throw new AwspError(exitCodes.failed, what, [
      'it holds one line: account = 123456789012, or profile = name',
      'to write one that names the active profile: awsp allow --pin',
    ]);
  }
  const shown = displayPath(file.path, world.home);
  const pin = parsePin(file.text);
  if ('message' in pin) {
    throw new AwspError(exitCodes.failed, `${shown}${pin.line === null ? '' : `:${pin.line}`} ${pin.message}`);
  }
  const isNews = trustedPin(world, file) === null;
  for (const folder of namesOf(world, file.directory)) {
    // By another name it may be another file.
    if (pinFileIn(world, folder)?.text === file.text) keep(world, folder, recordOf(pin, file.text));
  }
  const done: Message = {
    kind: 'done',
    text: `${shown} is trusted${isNews ? '' : ' already'}: ${describePin(pin)} belongs here`,
    details: isNews ? ['until the file changes, or: awsp deny'] : [],
  };
  const lack: Message = { kind: 'warning', text: describeMissing(pin) };
  const lacks = profilesOf(profiles, pin).length === 0;
  return { code: exitCodes.done, messages: [...settingsMessages(context), done, ...(lacks ? [lack] : [])] };
}

/** `awsp deny`: no longer trusts the `.awsp` file of this folder, or of the nearest one above that is trusted. */
export function deny(world: World): Outcome {
  const recordsOf = (folder: string) =>
    namesOf(world, folder)
      .flatMap((name) => recordPath(world, name) ?? [])
      .filter((path) => mayBeRecord(world, path));
  const folder = ancestorDirectories(world.cwd).find((some) => recordsOf(some).length > 0);
  if (folder === undefined) {
    const note: Message = { kind: 'note', text: 'no .awsp is trusted here, nor in a folder above' };
    return { code: exitCodes.done, messages: [note] };
  }
  const failures = recordsOf(folder).flatMap((path): Message[] => {
    try {
      world.files.remove(path);
      return [];
    } catch (error) {
      if (!(error instanceof AwspError)) throw error;
      return [{ kind: 'error', text: error.message, details: error.details }];
    }
  });
  const shown = displayPath(pinPath(folder), world.home);
  if (failures.length > 0) {
    const note: Message = { kind: 'note', text: `${shown} is still trusted` };
    return { code: exitCodes.failed, messages: [...failures, note] };
  }
  return { code: exitCodes.done, messages: [{ kind: 'done', text: `${shown} is not trusted any more` }] };
}

// --- internal ---

/** A record that cannot be read now may be read the next time. A folder has the records of folders below one named `.awsp`. */
function mayBeRecord({ files }: World, path: string): boolean {
  const read = files.read(path);
  return read.kind === 'text' || (read.kind === 'unreadable' && read.reason !== 'is a folder');
}

function keep(world: World, folder: string, record: string): void {
  const path = recordPath(world, folder);
  if (path === null) throw new AwspError(exitCodes.failed, 'HOME is not set, so there is no place to remember it');
  world.files.writePrivate(path, record);
}
