import { createHash } from 'node:crypto';
import { AwspError } from '../../src/errors.ts';
import { exitCodes } from '../../src/exit-codes.ts';
import type { FileRead, World } from '../../src/world.ts';

/** A world whose files are in memory; what a test does not give, it must not use. */
export interface FakeWorld extends World {
  /** The texts of the files, by path; `null` is a file that may not be read. */
  readonly disk: Map<string, string | null>;
}

export function fakeWorld(
  given: {
    readonly disk?: Readonly<Record<string, string | null>>;
    readonly env?: Readonly<Record<string, string>>;
    readonly home?: string | null;
    /** Milliseconds since 1970. */
    readonly now?: () => number;
  } = {},
): FakeWorld {
  const disk = new Map(Object.entries(given.disk ?? {}));
  const unused = () => {
    throw new Error('not a part of this test');
  };
  const read = (path: string): FileRead => {
    const text = disk.get(path);
    if (text === undefined) return { kind: 'missing' };
    return text === null
      ? { kind: 'unreadable', reason: 'permission denied' }
      : { kind: 'text', text, clean: !text.includes('\uFFFD') };
  };
  return {
    disk,
    env: given.env ?? {},
    home: given.home === undefined ? '/home/kari' : given.home,
    userHome: () => (given.home === undefined ? '/home/kari' : given.home),
    sharedConfig: '/etc/xdg',
    cwd: '/',
    now: given.now ?? (() => Date.UTC(2026, 0, 1)),
    wait: unused,
    terminal: {
      interactive: false,
      colour: { stdout: false, stderr: false },
      columns: 80,
      stdoutIsTerminal: false,
      stderrIsTerminal: false,
      device: () => null,
      write: unused,
      copy: unused,
      ask: unused,
      canDraw: false,
      takeOver: unused,
    },
    files: {
      read,
      isFile: (path) => disk.has(path),
      isThere: (path) => [...disk.keys()].some((file) => file === path || file.startsWith(`${path}/`)),
      changedAt: (path) => (disk.has(path) ? 1 : 0),
      keepDates: unused,
      writePrivate: (path, text) => disk.set(path, text),
      appendPrivate: (path, text) => {
        const after = (disk.get(path) ?? '') + text;
        disk.set(path, after);
        return Buffer.byteLength(after);
      },
      update: async (path, change) => {
        const before = disk.get(path);
        if (before === null) throw new AwspError(exitCodes.failed, `"${path}" cannot be changed: permission denied`);
        const after = change(before ?? null);
        disk.set(path, after);
        return after === before ? 'unchanged' : 'written';
      },
      isSame: (path, other) => path === other,
      otherOwner: () => null,
      state: () => null,
      mode: (path) => ([...disk.keys()].some((file) => file === path || file.startsWith(`${path}/`)) ? 0o700 : null),
      setMode: unused,
      list: (path) => {
        const inside = [...disk.keys()].filter((file) => file.startsWith(`${path}/`));
        return [...new Set(inside.map((file) => file.slice(path.length + 1).split('/')[0] ?? ''))].sort();
      },
      remove: (path) => disk.delete(path),
      leftovers: async () => [],
      makeTemporaryFolder: unused,
      findProgram: unused,
    },
    digest: (algorithm, text) => createHash(algorithm).update(text).digest('hex'),
    random: unused,
    challenge: unused,
    platform: 'linux',
    controllingTerminal: unused,
    writeBytes: unused,
    launch: unused,
    onInterrupt: unused,
    programFolder: '/opt/awsp',
    node: '/usr/bin/node',
    nodeVersion: '20.19.0',
    version: '0.0.0-test',
    adoptEnvironment: unused,
    run: unused,
    output: unused,
    runLine: unused,
    filter: unused,
  };
}
