import type { World } from '../world.ts';

/**
 * Appends lines to a file for its owner only; concurrent appends each are one write. When the file is larger than
 * `maxBytes` its older half is dropped. Throws the file system's error.
 */
export function appendBounded({ files }: Pick<World, 'files'>, path: string, text: string, maxBytes: number): void {
  if (files.appendPrivate(path, text) <= maxBytes) return;
  const read = files.read(path);
  if (read.kind !== 'text') return;
  const newer = read.text.slice(read.text.length >> 1);
  files.writePrivate(path, newer.slice(newer.indexOf('\n') + 1));
}
