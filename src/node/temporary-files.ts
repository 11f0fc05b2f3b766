import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
// By name: of a default import the bundler copies every property of `process`, at each start.
import { getBuiltinModule, kill, pid as ownPid } from 'node:process';

/** The process that a temporary file of awsp belongs to, as its name says. */
export interface Owner {
  readonly host: string;
  readonly pid: number;
}

/** A temporary file whose owner's host is another one, or cannot be told, counts as abandoned when it is older. */
const maxAgeMs = 60_000;

/** The name of this machine as it is in the names of temporary files. Loaded late: a switch writes no such file. */
export function hostName(): string {
  return getBuiltinModule('node:os')
    .hostname()
    .replace(/[^\w-]/g, '-');
}

/** A new path beside `path`, for its next content: `config.awsp-<host>.<pid>.<random>`. */
export function temporaryPath(path: string): string {
  const random = Math.random().toString(36).slice(2, 10).padEnd(1, '0');
  return `${path}.awsp-${hostName()}.${ownPid}.${random}`;
}

/** The owner that the name of a temporary file gives; null for any other name. */
export function ownerIn(name: string): Owner | null {
  const [, host, pid] = /\.awsp-([\w-]*)\.(\d+)\.\w+$/.exec(name) ?? [];
  return host === undefined ? null : { host, pid: Number(pid) };
}

/** Whether the owner of a temporary file is alive. One with this process's id is of an earlier process with that id. */
export function isAlive(path: string, { host, pid }: Owner): boolean {
  if (host === hostName() && (pid === ownPid || !isRunning(pid))) return false;
  const stat = statSync(path, { throwIfNoEntry: false });
  // `abs`, because the clock of another machine may be ahead.
  return stat !== undefined && Math.abs(Date.now() - stat.mtimeMs) < maxAgeMs;
}

/**
 * Creates a directory and those above it, for their owner only. Does not use mkdir's own recursion, which reports a
 * read-only file system as a missing directory.
 */
export function makeDirectory(path: string): void {
  const exists = () => statSync(path, { throwIfNoEntry: false }) !== undefined;
  if (exists()) return;
  makeParent(path);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!exists()) throw error;
  }
}

/** Creates the directory of a file, as `makeDirectory` does. */
export function makeParent(path: string): void {
  makeDirectory(directoryOf(path));
}

/**
 * Replaces a file by one with this text, for its owner only (0600), atomically, and, unless `isCheap`, so that it outlasts
 * a power cut. Throws the file system's error.
 */
export function replaceFile(path: string, text: string, isCheap = false): void {
  makeParent(path);
  removeAbandoned(path);
  const temporary = temporaryPath(path);
  const fd = openSync(temporary, 'wx', 0o600);
  try {
    try {
      writeFileSync(fd, text);
      if (!isCheap) fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // The next write in this folder tries again.
    }
    throw error;
  }
}

// --- internal ---

/** The path is relative where HOME is. */
function directoryOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end < 0 ? '.' : path.slice(0, end) || '/';
}

/** Removes the temporary files that a killed awsp has left beside a file: there may be tokens in them. */
function removeAbandoned(path: string): void {
  const directory = directoryOf(path);
  for (const name of namesIn(directory)) {
    const owner = name.includes('.awsp-') ? ownerIn(name) : null;
    if (owner === null || isAlive(`${directory}/${name}`, owner)) continue;
    try {
      rmSync(`${directory}/${name}`);
    } catch {
      // Another awsp may have removed it, or the directory is not for this user to change.
    }
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function isRunning(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
