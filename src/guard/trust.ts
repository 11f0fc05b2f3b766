import { xdgDirectory } from '../lib/xdg-directory.ts';
import type { World } from '../world.ts';
import { ancestorDirectories, type DirectoryPin, parsePin } from './directory-pin.ts';

/** A `.awsp` file. */
export interface PinFile {
  /** The directory that it is in. */
  readonly directory: string;
  readonly path: string;
  readonly text: string;
}

/** The path of a directory's `.awsp` file. */
export function pinPath(directory: string): string {
  return `${directory === '/' ? '' : directory}/.awsp`;
}

/**
 * The `.awsp` file of a directory, or null. One in the home directory is ignored: it would apply to nearly everything.
 */
export function pinFileIn({ files, home }: World, directory: string): PinFile | null {
  const path = pinPath(directory);
  // HOME may lead to the directory through a symbolic link.
  if (!files.isFile(path) || (home !== null && files.isSame(directory, home || '/'))) return null;
  const read = files.read(path);
  return read.kind === 'text' ? { directory, path, text: read.clean ? read.text : `${read.text}\uFFFD` } : null;
}

/**
 * The record of a `.awsp` file that was allowed: what is pinned, on a line of its own, and then the text of the file.
 * The file is trusted as long as its text is the same as in the record; the shims make the same comparison.
 */
export function recordOf({ kind, value }: DirectoryPin, text: string): string {
  return `${kind} ${value}\n${text}`;
}

/** The path of that record, which has the directory's own path in it; null when there is no home directory. */
export function recordPath(world: Pick<World, 'env' | 'home'>, directory: string): string | null {
  const state = xdgDirectory(world, 'state');
  return state === null ? null : `${state}/allowed${pinPath(directory)}`;
}

/** The pin in a `.awsp` file, if the file was allowed with this text; else null. */
export function trustedPin(world: World, { directory, text }: PinFile): DirectoryPin | null {
  const path = recordPath(world, directory);
  // A record of another user, in a directory that several share, is no consent of this one.
  const record = path === null || world.files.otherOwner(path) !== null ? null : world.files.read(path);
  const pin = parsePin(text);
  return record?.kind === 'text' && 'kind' in pin && record.text === recordOf(pin, text) ? pin : null;
}

/**
 * The pin for the working directory: that of the nearest trusted file, and a file that is nearer and not trusted, if
 * any.
 */
export function pinHere(world: World): { readonly pin: DirectoryPin | null; readonly untrusted: PinFile | null } {
  let untrusted: PinFile | null = null;
  for (const directory of ancestorDirectories(world.cwd)) {
    const file = pinFileIn(world, directory);
    const pin = file && trustedPin(world, file);
    if (pin !== null) return { pin, untrusted };
    untrusted ??= file;
  }
  return { pin: null, untrusted };
}

/**
 * The paths of the working directory or one above it: the real one, and, if the shell has come there through a symbolic
 * link, the one in `PWD`.
 */
export function namesOf({ cwd, env }: Pick<World, 'cwd' | 'env'>, directory: string): readonly string[] {
  const shown = env.PWD ?? '';
  const isPath = shown.startsWith('/') && !/\/\.\.?(\/|$)/.test(shown);
  const other = isPath ? ancestorDirectories(shown)[ancestorDirectories(cwd).indexOf(directory)] : undefined;
  return other === undefined || other === directory ? [directory] : [directory, other];
}
