import { closeSync, openSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import type { FileDate } from '../world.ts';
import { makeDirectory, replaceFile } from './temporary-files.ts';

/** See `Files`. */
export function changedAt(path: string): number | null {
  try {
    const stat = statSync(path);
    return stat.isFile() ? stat.mtimeMs : null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 0 : null;
  }
}

/** See `Files`. Every step may be repeated, by another awsp at the same time too. */
export function keepDates(directory: string, dates: readonly FileDate[], text: string): void {
  makeDirectory(directory);
  for (const { name, path, changedAt } of dates) {
    const link = `${directory}/${name}`;
    if (targetOf(link) !== path) {
      rmSync(link, { force: true });
      symlinkSync(path, link);
    }
    // Node's times are less exact than those of files.
    if (changedAt === 0) rmSync(`${link}.since`, { force: true });
    else setDate(`${link}.since`, changedAt - 1);
    setDate(`${link}.until`, changedAt + 1);
  }
  const facts = `${directory}/facts`;
  // After a power cut it may be another text, and then is written again.
  if (textOf(facts) !== text) replaceFile(facts, text, true);
}

// --- internal ---

function setDate(path: string, milliseconds: number): void {
  const seconds = milliseconds / 1_000;
  try {
    utimesSync(path, seconds, seconds);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    closeSync(openSync(path, 'a', 0o600));
    utimesSync(path, seconds, seconds);
  }
}

function targetOf(link: string): string | null {
  try {
    return readlinkSync(link);
  } catch {
    return null;
  }
}

function textOf(path: string): string | null {
  try {
    return statSync(path).isFile() ? readFileSync(path, 'utf8') : null;
  } catch {
    return null;
  }
}
