import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
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
import { basename, dirname } from 'node:path';
// For its signal listeners: a signal must not interrupt a change (see `undisturbed`).
import process from 'node:process';
import { setTimeout as pause, setImmediate as turnOfLoop } from 'node:timers/promises';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { FileRead } from '../world.ts';
import { hostName, isAlive, makeDirectory, type Owner, ownerIn, temporaryPath } from './temporary-files.ts';

/** How long to wait for the lock, which is normally held for a few milliseconds. */
const lockTimeoutMs = 5_000;

/** The functions that updating shares with reading. */
export interface Disk {
  read(path: string): FileRead;
  /** The message of a system error in plain words. */
  reasonOf(error: unknown): string;
}

/**
 * See `Files.update`. The lock is a claim file, which is also the new file while it is being written:
 * `config.awsp-<host>.<pid>.<random>`. A process holds the lock when it has created its claim and sees no other claim
 * of a live process. Renaming the claim to the target writes the file and releases the lock. Claims of dead processes
 * are deleted by the next one. If a live process is taken for dead (it runs in another container, or was stopped for a
 * minute), its rename fails with ENOENT and it retries, so no change is lost. The package proper-lockfile cannot tell
 * whether the owner of a lock lives, and was last released in 2021.
 *
 * Other programs do not use this lock: if the file differs just before the rename, the change is made again.
 */
export async function updateFile(
  path: string,
  change: (text: string | null) => string,
  disk: Disk,
): Promise<'written' | 'unchanged'> {
  const deadline = performance.now() + lockTimeoutMs;
  for (;;) {
    const result = await undisturbed(() => attempt(path, change, disk));
    if (result === 'written' || result === 'unchanged') return result;
    if (performance.now() > deadline) throw busy(path, result);
    await pause(2 + Math.random() * 20);
  }
}

// --- internal ---

interface Claim extends Owner {
  readonly path: string;
}

const deadly = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ends the process as the signal would have, unless there is another listener for it. */
function die(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  process.off(signal, die);
  process.kill(process.pid, signal);
}

/**
 * Runs `work` to its end; a signal ends the process only afterwards. The listeners stay, because Node drops a signal
 * that arrives while one is removed. They are called first, because a listener added with `once` is removed by its own
 * call.
 */
async function undisturbed<T>(work: () => T): Promise<T> {
  for (const signal of deadly) if (!process.listeners(signal).includes(die)) process.prependListener(signal, die);
  try {
    return work();
  } finally {
    // Node delivers signals when its event loop polls; the first turn may already be past that point.
    await turnOfLoop();
    await turnOfLoop();
  }
}

/** Why an attempt failed: the claim of another process; or the file or the own claim was changed meanwhile. */
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
  const directory = dirname(target);
  const inDirectory = `its folder "${directory}": `;
  trying(inDirectory, () => makeDirectory(directory));

  const other = trying(inDirectory, () => claimOfOther(target, ''));
  if (other !== null) return other;
  const claim = temporaryPath(`${directory}/${basename(target)}`);
  const fd = trying(inDirectory, () => openSync(claim, 'wx', 0o600));
  try {
    const rival = trying(inDirectory, () => claimOfOther(target, claim));
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
    release(fd, claim);
  }
}

/** A failing disk may keep the claim: the next awsp removes it. What is decided by then stays decided. */
function release(fd: number, claim: string): void {
  for (const step of [() => closeSync(fd), () => rmSync(claim, { force: true })]) {
    try {
      step();
    } catch {}
  }
}

/** The target of a path through its symbolic links; the file itself need not exist yet. */
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

/** A claim other than `own` whose process is alive; claims of dead processes are deleted. */
function claimOfOther(target: string, own: string): Claim | null {
  const prefix = `${basename(target)}.awsp-`;
  for (const name of readdirSync(dirname(target))) {
    const owner = name.startsWith(prefix) ? ownerIn(name) : null;
    const path = `${dirname(target)}/${name}`;
    if (owner === null || path === own) continue;
    if (isAlive(path, owner)) return { path, ...owner };
    rmSync(path, { force: true });
  }
  return null;
}

/**
 * If the group cannot be kept, the new group gets no rights. The owner comes first: changing it clears bits of the
 * mode.
 */
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

/** Renames the claim to the target; false if another process has deleted the claim. */
function commit(claim: string, target: string): boolean {
  try {
    renameSync(claim, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  try {
    const directory = openSync(dirname(target), 'r');
    fsyncSync(directory);
    closeSync(directory);
  } catch {
    // Not every file system supports it; the file is complete anyway.
  }
  return true;
}

function busy(path: string, obstacle: Obstacle): AwspError {
  if (obstacle === 'disturbed') {
    const message = `"${path}" cannot be changed: other programs keep changing it`;
    return new AwspError(exitCodes.failed, message, ['try again when they have ended']);
  }
  const where = obstacle.host === hostName() ? '' : ` on ${obstacle.host}`;
  return new AwspError(
    exitCodes.failed,
    `"${path}" is being changed by another awsp, process ${obstacle.pid}${where}, which holds "${obstacle.path}"`,
    ['if that process is not awsp, remove that file'],
  );
}
