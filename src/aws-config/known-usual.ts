import { xdgDirectory } from '../lib/xdg-directory.ts';
import type { World } from '../world.ts';
import { isUsualText } from './usual-text.ts';

/** In characters. Looking through a shorter text takes no longer than finding out what is known of it. */
const minLength = 100_000;

/**
 * `isUsualText` of a file that has been read. For a large file the result `true` is kept in awsp's cache folder, with what
 * tells the file's state, and the next start does not look through the text again until the file is changed.
 */
export function isUsualFile(world: World, file: 'config' | 'credentials', path: string, text: string): boolean {
  const folder = text.length < minLength ? null : xdgDirectory(world, 'cache');
  const state = folder === null ? null : world.files.state(path);
  if (folder === null || state === null) return isUsualText(text);
  const record = `${folder}/usual-${file}`;
  // Another version of awsp may find other texts usual.
  const known = JSON.stringify([world.version, path, state]);
  const read = world.files.read(record);
  if (read.kind === 'text' && read.text === known) return true;
  const isUsual = isUsualText(text);
  if (isUsual) keep(world, record, known);
  return isUsual;
}

// --- internal ---

/** Without a place to keep it, the next start looks again. */
function keep({ files }: World, path: string, text: string): void {
  try {
    files.writePrivate(path, text);
  } catch {}
}
