import { ownFolder } from '../lib/own-folders.ts';
import type { World } from '../world.ts';
import { ancestorDirectories, type FolderPin, parsePin } from './directory-pin.ts';

/** A `.awsp` file. */
export interface PinFile {
  /** The folder that it is in. */
  readonly folder: string;
  readonly path: string;
  readonly text: string;
}

/** Where the `.awsp` file of a folder is. */
export function pinPath(folder: string): string {
  return `${folder === '/' ? '' : folder}/.awsp`;
}

/** The `.awsp` file of a folder; null when it has none that counts. The home folder's own would be above everything. */
export function pinFileIn({ files, home }: World, folder: string): PinFile | null {
  const path = pinPath(folder);
  if (path === `${home}/.awsp` || !files.isFile(path)) return null;
  const read = files.read(path);
  return read.kind === 'text' ? { folder, path, text: read.clean ? read.text : `${read.text}\uFFFD` } : null;
}

/**
 * The copy that awsp keeps of a `.awsp` file that was allowed: what is pinned, on a line of its own, and then the file as it
 * is. The file is trusted while the two agree; the shims compare them as well, as text.
 */
export function recordOf({ kind, value }: FolderPin, text: string): string {
  return `${kind} ${value}\n${text}`;
}

/** Where that copy is: under the folder's own path; null when there is no place for it. */
export function recordPath(world: Pick<World, 'env' | 'home'>, folder: string): string | null {
  const state = ownFolder(world, 'state');
  return state === null ? null : `${state}/allowed${pinPath(folder)}`;
}

/** The pin in a `.awsp` file, if the file was allowed as it is; else null. */
export function trustedPin(world: World, { folder, text }: PinFile): FolderPin | null {
  const path = recordPath(world, folder);
  const record = path === null ? null : world.files.read(path);
  const pin = parsePin(text);
  return record?.kind === 'text' && 'kind' in pin && record.text === recordOf(pin, text) ? pin : null;
}

/** What is pinned where awsp runs: the nearest trusted file's pin, and the nearest file that is not trusted, if it is nearer. */
export function pinHere(world: World): { readonly pin: FolderPin | null; readonly untrusted: PinFile | null } {
  let untrusted: PinFile | null = null;
  for (const folder of ancestorDirectories(world.cwd)) {
    const file = pinFileIn(world, folder);
    const pin = file && trustedPin(world, file);
    if (pin !== null) return { pin, untrusted };
    untrusted ??= file;
  }
  return { pin: null, untrusted };
}

/**
 * The path of a folder at or above the one where awsp runs, and the path by which the shell knows it, where that is another
 * one because a link leads there.
 */
export function namesOf({ cwd, env }: Pick<World, 'cwd' | 'env'>, folder: string): readonly string[] {
  const shown = env.PWD ?? '';
  const isPath = shown.startsWith('/') && !/\/\.\.?(\/|$)/.test(shown);
  const other = isPath ? ancestorDirectories(shown)[ancestorDirectories(cwd).indexOf(folder)] : undefined;
  return other === undefined || other === folder ? [folder] : [folder, other];
}
