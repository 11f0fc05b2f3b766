import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { geteuid } from 'node:process';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { FileRead, Files } from '../world.ts';
import { changedAt, keepDates } from './file-dates.ts';
import { makeParent, replaceFile } from './temporary-files.ts';

/** The maximum size of a file to read. */
const maxBytes = 64 * 1024 * 1024;
const tooLarge = 'is larger than 64 MB';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a folder',
  ELOOP: 'is a link to itself',
  ENAMETOOLONG: 'its name is too long',
  ENOTDIR: 'a part of its path is not a folder',
  EEXIST: 'a part of its path is not a folder',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'larger than the file size limit',
  EBUSY: 'is a mount point, so it cannot be replaced',
  EMFILE: 'too many open files',
  EIO: 'the disk failed',
  ESTALE: 'the network disk is not there any more',
  ENXIO: 'is not a file',
  ENOENT: 'its folder cannot be made',
};

/** The file system of this machine. */
export const nodeFiles: Files = {
  read,
  isFile,
  isThere,
  changedAt,
  keepDates,
  writePrivate,
  appendPrivate,
  update,
  isSame,
  otherOwner,
  mode,
  state,
  setMode,
  list,
  remove,
  leftovers,
  makeTemporaryFolder,
  findProgram,
};

function read(path: string, pipes: 'refused' | 'read' = 'refused'): FileRead {
  try {
    // Not to be kept waiting by a pipe that nobody has opened for writing.
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(fd);
      const isPipe = pipes === 'read' && stat.isFIFO();
      const refusal = isPipe ? null : reasonNotToRead(stat);
      if (refusal !== null) return { kind: 'unreadable', reason: refusal };
      const bytes = isPipe ? readPipe(fd, path) : readFileSync(fd);
      // Without an argument it does the same, and takes less time.
      const text = bytes.toString();
      return { kind: 'text', text, clean: !text.includes('\uFFFD') || bytes.equals(Buffer.from(text)) };
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
    return { kind: 'unreadable', reason: reasonOf(error) };
  }
}

function isFile(path: string): boolean {
  return statOf(path)?.isFile() ?? false;
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** In milliseconds: the times of a file are in steps, on some file systems of two seconds. */
const timeStep = 2_500;

function state(path: string): string | null {
  try {
    const stat = statSync(path, { bigint: true });
    if (!stat.isFile() || Math.abs(Date.now() - Number(stat.ctimeMs)) < timeStep) return null;
    return [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(' ');
  } catch {
    return null;
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ''] ?? code ?? message;
}

/** Null for a regular file and /dev/null; other devices may never end. */
function reasonNotToRead(stat: Stats): string | null {
  if (stat.isDirectory()) return 'is a folder';
  if (stat.isFile() && stat.size > maxBytes) return tooLarge;
  return stat.isFile() || isNullDevice(stat) ? null : 'is not a file';
}

/** How long a pipe is waited for, in milliseconds: until somebody writes to it, and until the writer goes on. */
const pipeWaits = { forWriter: 3_000, forMore: 60_000 };

/** Reads an open pipe (`AWS_CONFIG_FILE=<(…)`), which must not block, to its end. */
function readPipe(fd: number, path: string): Buffer {
  // What a shell makes has its writer from the start: the end of its input is the end.
  const isOfShell = /^\/(?:dev|proc\/[^/]+)\/fd\//.test(path);
  const pieces: Buffer[] = [];
  const buffer = Buffer.alloc(64 * 1024);
  for (let [bytes, waited] = [0, 0]; ; ) {
    const length = readNow(fd, buffer);
    if (length !== null && length > 0) {
      pieces.push(Buffer.from(buffer.subarray(0, length)));
      bytes += length;
      waited = 0;
      if (bytes > maxBytes) throw new Error(tooLarge);
      continue;
    }
    if (length === 0 && (isOfShell || bytes > 0)) return Buffer.concat(pieces);
    if (waited >= (length === 0 ? pipeWaits.forWriter : pipeWaits.forMore))
      throw new Error('nobody writes to this pipe');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    waited += 5;
  }
}

/** Reads what there is; null if a writer has not written yet, 0 if there is no writer. */
function readNow(fd: number, buffer: Buffer): number | null {
  try {
    return readSync(fd, buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return null;
    throw error;
  }
}

/** Whether an open file is /dev/null. */
export function isNullDevice(stat: Stats): boolean {
  return stat.isCharacterDevice() && stat.rdev === statSync('/dev/null').rdev;
}

function writePrivate(path: string, text: string, isCheap = false): void {
  try {
    // Another awsp may take this one for dead, where it cannot see its process, and remove its temporary file.
    retried(() => replaceFile(path, text, isCheap));
  } catch (error) {
    throw new AwspError(exitCodes.failed, `"${path}" cannot be written: ${reasonOf(error)}`, [], error);
  }
}

/** Does something again, once, if a file or directory went missing meanwhile. */
function retried(work: () => void): void {
  try {
    work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    work();
  }
}

function appendPrivate(path: string, text: string): number {
  makeParent(path);
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
  // Not through a link: in a directory that several users share it may lead to any file of this one. Not to a pipe either,
  // which may have no reader.
  const fd = openSync(path, O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_WRONLY, 0o600);
  try {
    if (!fstatSync(fd).isFile()) throw new Error('is not a file');
    writeSync(fd, text);
    return fstatSync(fd).size;
  } finally {
    closeSync(fd);
  }
}

/** Loaded late: a switch changes none of AWS's files. */
async function update(path: string, change: (text: string | null) => string): Promise<'written' | 'unchanged'> {
  const { updateFile } = await import('./locked-update.ts');
  return updateFile(path, change, { read, reasonOf });
}

function isSame(path: string, other: string): boolean {
  const [one, two] = [statOf(path), statOf(other)];
  return one !== null && two !== null && one.ino === two.ino && one.dev === two.dev;
}

function otherOwner(path: string): string | null {
  const [owner, user] = [statOf(path)?.uid, geteuid?.()];
  if (owner === undefined || user === undefined || user === 0 || owner === user) return null;
  return owner === 0 ? 'root' : `user ${owner}`;
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

function mode(path: string): number | null {
  const stat = statOf(path);
  return stat !== null && (stat.isFile() || stat.isDirectory()) ? stat.mode & 0o7777 : null;
}

function setMode(path: string, mode: number): void {
  try {
    // The mode of a device, to which a link may lead, is everybody's.
    const stat = statOf(path);
    if (stat !== null && !stat.isFile() && !stat.isDirectory()) throw new Error('it is no file');
    chmodSync(path, mode);
  } catch (error) {
    const bits = mode.toString(8);
    throw new AwspError(exitCodes.failed, `the mode of "${path}" cannot be set to ${bits}: ${reasonOf(error)}`);
  }
}

function list(path: string, onUnreadable?: (reason: string) => void): readonly string[] {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') onUnreadable?.(reasonOf(error));
    return [];
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    // Some versions of Node report no error with `force`.
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return;
    throw new AwspError(exitCodes.failed, `"${path}" cannot be removed: ${reasonOf(error)}`, [], error);
  }
  throw new AwspError(exitCodes.failed, `"${path}" cannot be removed`);
}

/** Loaded late: only a sign-in or its end looks for them. */
async function leftovers(directory: string, names: readonly string[]): Promise<readonly string[]> {
  const { leftoversIn } = await import('./leftovers.ts');
  return leftoversIn(directory, names);
}

function makeTemporaryFolder(prefix: string): string {
  return mkdtempSync(prefix);
}

function findProgram(name: string, searchPath: string | undefined): string | null {
  if (searchPath === undefined) return null;
  for (const directory of searchPath.split(':')) {
    const path = `${directory === '' ? '.' : directory}/${name}`;
    // Asked first, because an exception takes ten times as long as the question.
    if (!statOf(path)?.isFile()) continue;
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not for this user to run.
    }
  }
  return null;
}
