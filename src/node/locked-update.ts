import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname } from 'node:path';
// A signal must not come between the lock and the file; `Files` has no other way to ask for that.
import process from 'node:process';
import { setTimeout as pause, setImmediate as turnOfLoop } from 'node:timers/promises';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { FileRead } from '../world.ts';

/** Milliseconds. The lock is held for as long as the disk takes to write the file, a few of them. */
const timeoutMs = 5_000;
const maxHold = 60_000;

/** What the updating of files shares with the reading of them. */
export interface Disk {
  read(path: string): FileRead;
  /** What the system said, in plain words. */
  reasonOf(error: unknown): string;
}

/**
 * See `Files.update`. The lock is the new file itself, while it is being written: `config.awsp-<host>.<pid>.<random>`.
 * Who has made one, and finds no other in the folder that belongs to a running program, may go on; its renaming ends the
 * lock. What a dead program left is removed by the next, and should a program only seem to be dead (another container's,
 * one that was stopped for a minute), its renaming fails for want of the file, and it starts again: no change is lost.
 * That is also why it is not the package proper-lockfile, which cannot tell whether a lock's owner lives, and was last
 * released in 2021.
 *
 * Other programs know no lock: what they write is seen until the moment of the renaming, and the change is made again.
 */
export async function updateFile(
  path: string,
  change: (text: string | null) => string,
  disk: Disk,
): Promise<'written' | 'unchanged'> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const result = await undisturbed(() => attempt(path, change, disk));
    if (result === 'written' || result === 'unchanged') return result;
    if (performance.now() > deadline) throw busy(path, result);
    await pause(2 + Math.random() * 20);
  }
}

// --- internal ---

interface Claim {
  readonly path: string;
  readonly host: string;
  readonly pid: number;
}

const host = hostname().replace(/[^\w-]/g, '-');

const deadly = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ends the program as the signal would have, unless another listens to it too. */
function die(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  process.off(signal, die);
  process.kill(process.pid, signal);
}

/**
 * Runs to its end whatever signal comes; the program ends afterwards. The listeners stay: a signal that arrives while one
 * is taken off is dropped by Node. They come first, since one that listens `once` is gone when its turn is over.
 */
async function undisturbed<T>(work: () => T): Promise<T> {
  for (const signal of deadly) if (!process.listeners(signal).includes(die)) process.prependListener(signal, die);
  try {
    return work();
  } finally {
    // Node hands signals over when it polls, which the first of two turns of its loop may just have behind it.
    await turnOfLoop();
    await turnOfLoop();
  }
}

/** What was in the way: another's claim; or the file, or the own claim, is no longer what it was a moment ago. */
type Obstacle = Claim | 'disturbed';

function attempt(
  path: string,
  change: (text: string | null) => string,
  disk: Disk,
): 'written' | 'unchanged' | Obstacle {
  const refuse = (what: string, reason: string, cause?: unknown) =>
    new AwspError(exitCodes.failed, `"${path}" cannot be changed: ${what}${reason}`, [], cause);
  const trying = <T>(what: string, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw refuse(what, disk.reasonOf(error), error);
    }
  };

  const target = trying('', () => targetOf(path));
  const what = target === path ? '' : `"${target}", which it leads to: `;
  const found = trying(what, () => statSync(target, { throwIfNoEntry: false }));
  if (found?.isDirectory()) throw refuse(what, 'is a folder');
  if (found && !found.isFile()) throw refuse(what, 'is not a file');
  if (found) trying(what, () => accessSync(target, constants.W_OK));
  const folder = dirname(target);
  const ofFolder = `its folder "${folder}": `;
  trying(ofFolder, () => makeFolder(folder));

  const other = trying(ofFolder, () => claimOfOther(target, ''));
  if (other !== null) return other;
  const claim = newClaim(target);
  const fd = trying(ofFolder, () => openSync(claim.path, 'wx', 0o600));
  try {
    const rival = trying(ofFolder, () => claimOfOther(target, claim.path));
    if (rival !== null) return rival;
    const textNow = () => {
      const read = disk.read(target);
      if (read.kind === 'unreadable') throw refuse(what, read.reason);
      if (read.kind === 'text' && !read.clean) throw refuse(what, 'is not UTF-8, so that some of it would be lost');
      return read.kind === 'text' ? read.text : null;
    };
    const before = textNow();
    const after = change(before);
    if (after === before) return 'unchanged';
    trying(what, () => {
      const stat = statSync(target, { throwIfNoEntry: false });
      if (stat) keepOwnerAndMode(fd, stat);
      writeFileSync(fd, after);
      fsyncSync(fd);
    });
    if (textNow() !== before) return 'disturbed';
    return trying(what, () => commit(claim, target)) ? 'written' : 'disturbed';
  } finally {
    closeSync(fd);
    rmSync(claim.path, { force: true });
  }
}

/** Where a path leads by its links; the last of them may lead to a file that is not there yet. */
function targetOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const link = linkAt(path);
  if (link === null) return path;
  return targetOf(link.startsWith('/') ? link : `${dirname(path)}/${link}`);
}

function linkAt(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** Not by mkdir's own recursion, which takes a read-only file system for a missing folder. */
function makeFolder(path: string): void {
  const isThere = () => statSync(path, { throwIfNoEntry: false }) !== undefined;
  if (isThere()) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!isThere()) throw error;
  }
}

function newClaim(target: string): Claim {
  const random = Math.random().toString(36).slice(2, 10);
  const name = `${basename(target)}.awsp-${host}.${process.pid}.${random}`;
  return { path: `${dirname(target)}/${name}`, host, pid: process.pid };
}

/** A claim to the file other than `own` whose program runs; those of programs that do not are removed. */
function claimOfOther(target: string, own: string): Claim | null {
  const prefix = `${basename(target)}.awsp-`;
  for (const name of readdirSync(dirname(target))) {
    const [, claimant, pid] =
      /^([\w-]*)\.(\d+)\.\w+$/.exec(name.startsWith(prefix) ? name.slice(prefix.length) : '') ?? [];
    const path = `${dirname(target)}/${name}`;
    if (claimant === undefined || path === own) continue;
    const claim = { path, host: claimant, pid: Number(pid) };
    if (isAlive(claim)) return claim;
    rmSync(path, { force: true });
  }
  return null;
}

/** A claim of this very process that it is not in the middle of is one of an earlier process with its number. */
function isAlive({ path, host: claimant, pid }: Claim): boolean {
  if (claimant === host && (pid === process.pid || !isRunning(pid))) return false;
  const stat = statSync(path, { throwIfNoEntry: false });
  // The clock of another machine may be ahead.
  return stat !== undefined && Math.abs(Date.now() - stat.mtimeMs) < maxHold;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Where the group may not be kept, no other gets its rights. The owner first: a change of it takes bits from the mode. */
function keepOwnerAndMode(fd: number, { uid, gid, mode }: Stats): void {
  const own = fstatSync(fd);
  let kept = mode & 0o7777;
  try {
    if (own.uid !== uid || own.gid !== gid) fchownSync(fd, uid, gid);
  } catch (error) {
    if (own.uid !== uid) throw error;
    kept &= ~0o070;
  }
  fchmodSync(fd, kept);
}

/** False when someone has taken the claim away. */
function commit(claim: Claim, target: string): boolean {
  try {
    renameSync(claim.path, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  try {
    const folder = openSync(dirname(target), 'r');
    fsyncSync(folder);
    closeSync(folder);
  } catch {
    // Not every file system can; the file is whole either way.
  }
  return true;
}

function busy(path: string, obstacle: Obstacle): AwspError {
  if (obstacle === 'disturbed') {
    const message = `"${path}" cannot be changed: other programs keep changing it`;
    return new AwspError(exitCodes.failed, message, ['try again when they have ended']);
  }
  const where = obstacle.host === host ? '' : ` on ${obstacle.host}`;
  return new AwspError(
    exitCodes.failed,
    `"${path}" is being changed by another awsp, process ${obstacle.pid}${where}, which holds "${obstacle.path}"`,
    ['if that process is no awsp, remove that file'],
  );
}
