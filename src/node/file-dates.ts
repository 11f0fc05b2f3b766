import {
  closeSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import type { FileDate } from '../world.ts';
import { makeDirectory, replaceFile } from './temporary-files.ts';

/** See `Files`. */
export function changedAt(path: string): number | null {
  try {
    // None for ENOENT and ENOTDIR.
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return 0;
    return stat.isFile() ? stat.mtimeMs : null;
  } catch {
    return null;
  }
}

/** See `Files`. Every step may be repeated, by another awsp at the same time too. */
export function keepDates(directory: string, dates: readonly FileDate[], text: string): void {
  makeDirectory(directory);
  for (const { name, path, changedAt } of dates) {
    const link = `${directory}/${name}`;
    if (targetOf(link) !== path) {
      removeIfThere(link);
      symlinkSync(path, link);
    }
    // Node's times are less exact than those of files.
    if (changedAt === 0) removeIfThere(`${link}.since`);
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

/** Not `rmSync`, for which Node loads a module of its own. */
function removeIfThere(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
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
