import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import './aws-cli.ts';

/** Vitest's global setup: the tests run the program as it is built now. Returns what is to be done after them. */
export default function build(): () => void {
  const memory = folderInMemory();
  if (memory !== null) process.env.TMPDIR = memory;
  execFileSync(process.execPath, [fileURLToPath(new URL('../../scripts/build.mjs', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return () => {
    if (memory !== null) rmSync(memory, { recursive: true, force: true });
  };
}

// --- internal ---

/** What the temporary files of all tests take by far: the packages that install.sh downloads, and the browsers' profiles. */
const bytesNeeded = 3e9;
const magicOfTmpfs = 0x01021994;

/**
 * A folder for temporary files that is in memory, or null where this machine has no room there, or runs no programs from
 * there. The tests make and remove thousands of small files, and awsp writes each to the disk before it goes on. A TMPDIR
 * that is set already stays.
 */
function folderInMemory(): string | null {
  if (process.env.TMPDIR || freemem() < bytesNeeded) return null;
  try {
    const { type, bsize, bavail } = statfsSync('/dev/shm');
    if (type !== magicOfTmpfs || bsize * bavail < bytesNeeded) return null;
    removeThoseOfDead();
    const folder = mkdtempSync(`/dev/shm/awsp-tests-${process.pid}-`);
    // Some tests are another user.
    chmodSync(folder, 0o1777);
    const program = join(folder, 'program');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
    if (spawnSync(program).status === 0) return folder;
    rmSync(folder, { recursive: true });
    return null;
  } catch {
    return null;
  }
}

/** Removes what runs that were killed have left in memory. */
function removeThoseOfDead(): void {
  if (!existsSync('/proc/self')) return;
  for (const name of readdirSync('/dev/shm')) {
    const [, pid] = /^awsp-tests-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) rmSync(`/dev/shm/${name}`, { recursive: true, force: true });
  }
}
