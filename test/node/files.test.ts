import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/node/files.ts';
import { outputOf } from '../../src/node/processes.ts';
import { makeSandbox, program } from '../support/program.ts';
import { runProgram } from '../support/run.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/awsp-test-files-`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const isRoot = process.getuid?.() === 0;
if (isRoot) console.warn('skipped: files that may not be read or written: root may do all of it');

/** Sizes and modes as a person writes them. */
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('reading', () => {
  it.each([
    ['text', Buffer.from('a\nø\u{1F600}'), { kind: 'text', text: 'a\nø\u{1F600}', clean: true }],
    ['nothing', Buffer.from(''), { kind: 'text', text: '', clean: true }],
    ['a BOM', Buffer.from('\uFEFFa'), { kind: 'text', text: '\uFEFFa', clean: true }],
    ['U+FFFD itself', Buffer.from('\uFFFD'), { kind: 'text', text: '\uFFFD', clean: true }],
    ['Latin-1', Buffer.from([0x61, 0xf8]), { kind: 'text', text: 'a\uFFFD', clean: false }],
    ['half a character', Buffer.from('ø').subarray(0, 1), { kind: 'text', text: '\uFFFD', clean: false }],
  ])('a file with %s', (_what, bytes, expected) => {
    writeFileSync(`${folder}/x`, bytes);
    expect(nodeFiles.read(`${folder}/x`)).toEqual(expected);
  });

  it.each([
    ['no file', 'no', { kind: 'missing' }],
    ['nothing in a file that is no folder', 'file/x', { kind: 'missing' }],
    ['a link to nowhere', 'dangling', { kind: 'missing' }],
    ['a link', 'link', { kind: 'text', text: 'text', clean: true }],
    ['a folder', 'folder', { kind: 'unreadable', reason: 'is a folder' }],
    ['a link to itself', 'loop', { kind: 'unreadable', reason: 'is a link to itself' }],
    ['a name that is too long', 'x'.repeat(300), { kind: 'unreadable', reason: 'its name is too long' }],
  ])('%s', (_what, name, expected) => {
    writeFileSync(`${folder}/file`, 'text');
    mkdirSync(`${folder}/folder`);
    symlinkSync(`${folder}/nowhere`, `${folder}/dangling`);
    symlinkSync(`${folder}/file`, `${folder}/link`);
    symlinkSync(`${folder}/loop`, `${folder}/loop`);
    expect(nodeFiles.read(`${folder}/${name}`)).toEqual(expected);
  });

  it.each([
    ['/dev/null', { kind: 'text', text: '', clean: true }],
    ['/dev/zero', { kind: 'unreadable', reason: 'is not a file' }],
    ['/dev/random', { kind: 'unreadable', reason: 'is not a file' }],
  ])('%s', (path, expected) => {
    expect(nodeFiles.read(path)).toEqual(expected);
  });

  it('a pipe, to its end', () => {
    execFileSync('sh', ['-c', 'mkfifo "$0"', `${folder}/pipe`]);
    spawn('sh', ['-c', `{ printf 'one\\n'; sleep 0.1; printf 'two\\n'; } > '${folder}/pipe'`], { stdio: 'ignore' });
    expect(nodeFiles.read(`${folder}/pipe`, 'read')).toEqual({ kind: 'text', text: 'one\ntwo\n', clean: true });
  });

  it('a pipe that a shell made, also an empty one', async () => {
    const sandbox = await makeSandbox();
    const more = '<(sleep 0.1; cat "$HOME/.aws/config"; yes "# more" | head -c 200000; echo; echo "[profile last]")';
    const script = `AWS_CONFIG_FILE=${more} "$0" list last; AWS_CONFIG_FILE=<(true) "$0" list builder`;
    const { stdout, stderr } = await runProgram('bash', ['-c', script, program], { env: sandbox.env });
    await sandbox.remove();
    expect(stdout).toMatch(/^last .*\n[\s\S]*^sandkasse-lab-Builder/m);
    expect(stderr).toBe('');
  });

  it('a pipe, which is refused where none is wanted, and never waited for', () => {
    execFileSync('mkfifo', [`${folder}/pipe`]);
    expect(nodeFiles.read(`${folder}/pipe`)).toEqual({ kind: 'unreadable', reason: 'is not a file' });
    expect(() => nodeFiles.appendPrivate(`${folder}/pipe`, 'x')).toThrow();
    expect(nodeFiles.read(`${folder}/pipe`, 'read')).toEqual({
      kind: 'unreadable',
      reason: 'nobody writes to this pipe',
    });
    const reader = openSync(`${folder}/pipe`, constants.O_RDONLY | constants.O_NONBLOCK);
    expect(() => nodeFiles.appendPrivate(`${folder}/pipe`, 'x')).toThrow('is not a file');
    closeSync(reader);
  });

  it('a pipe without end, up to 64 MB', () => {
    execFileSync('mkfifo', [`${folder}/pipe`]);
    spawn('sh', ['-c', `yes > '${folder}/pipe'`], { stdio: 'ignore' });
    expect(nodeFiles.read(`${folder}/pipe`, 'read')).toEqual({ kind: 'unreadable', reason: 'is larger than 64 MB' });
  });

  it('up to 64 MB', () => {
    writeFileSync(`${folder}/x`, '');
    truncateSync(`${folder}/x`, 64 * 1024 * 1024);
    expect(nodeFiles.read(`${folder}/x`).kind).toBe('text');
    truncateSync(`${folder}/x`, 64 * 1024 * 1024 + 1);
    expect(nodeFiles.read(`${folder}/x`)).toEqual({ kind: 'unreadable', reason: 'is larger than 64 MB' });
  });

  it.skipIf(isRoot)('a file that may not be read', () => {
    writeFileSync(`${folder}/x`, 'x', { mode: 0o200 });
    expect(nodeFiles.read(`${folder}/x`)).toEqual({ kind: 'unreadable', reason: 'permission denied' });
  });
});

describe('writing a private file', () => {
  it('with a relative path, as where HOME is relative, makes only the folders of the path', () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      nodeFiles.writePrivate('home/state/x', '1');
      nodeFiles.appendPrivate('other/log', '2');
      nodeFiles.writePrivate('bare', '3');
    } finally {
      process.chdir(before);
    }
    expect(readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()).toEqual([
      'bare',
      'home',
      'home/state',
      'home/state/x',
      'other',
      'other/log',
    ]);
  });

  it('creates its directories, for the owner only', () => {
    nodeFiles.writePrivate(`${folder}/a/b/c`, 'text');
    expect(readFileSync(`${folder}/a/b/c`, 'utf8')).toBe('text');
    expect([modeOf(`${folder}/a`), modeOf(`${folder}/a/b`), modeOf(`${folder}/a/b/c`)]).toEqual(['700', '700', '600']);
  });

  it('does not change an existing directory', () => {
    mkdirSync(`${folder}/a`);
    chmodSync(`${folder}/a`, 0o755);
    nodeFiles.writePrivate(`${folder}/a/x`, '');
    expect(modeOf(`${folder}/a`)).toBe('755');
  });

  it('replaces a file that others can read, and leaves nothing else', () => {
    writeFileSync(`${folder}/x`, 'a longer old text');
    chmodSync(`${folder}/x`, 0o644);
    nodeFiles.writePrivate(`${folder}/x`, 'new');
    expect(readFileSync(`${folder}/x`, 'utf8')).toBe('new');
    expect(modeOf(`${folder}/x`)).toBe('600');
    expect(readdirSync(folder)).toEqual(['x']);
  });

  it('writes all of a large text', () => {
    const text = 'ø'.repeat(3_000_000);
    nodeFiles.writePrivate(`${folder}/x`, text);
    expect(readFileSync(`${folder}/x`, 'utf8') === text).toBe(true);
  });

  it('replaces a link, and does not write to its target', () => {
    writeFileSync(`${folder}/elsewhere`, 'mine');
    symlinkSync(`${folder}/elsewhere`, `${folder}/x`);
    nodeFiles.writePrivate(`${folder}/x`, 'secret');
    expect(readFileSync(`${folder}/elsewhere`, 'utf8')).toBe('mine');
    expect(readFileSync(`${folder}/x`, 'utf8')).toBe('secret');
  });

  it('leaves nothing behind if it cannot replace the target', () => {
    mkdirSync(`${folder}/x`);
    expect(() => nodeFiles.writePrivate(`${folder}/x`, 'text')).toThrow(/x" cannot be written: is a folder/);
    expect(readdirSync(folder)).toEqual(['x']);
  });

  it('throws the reason, and the old file is unchanged', () => {
    writeFileSync(`${folder}/x`, 'old');
    expect(() => nodeFiles.writePrivate(`${folder}/x/y`, 'new')).toThrow(
      /x\/y" cannot be written: a part of its path is not a folder/,
    );
    expect(readFileSync(`${folder}/x`, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['x']);
  });

  // The limit on the size of files stands in for a full disk; with the signal ignored it is an error.
  it('leaves the old file unchanged, and nothing beside it, on a full disk', async () => {
    const place = await makeSandbox();
    try {
      const kept = `${place.home}/.cache/awsp/verified`;
      await place.switchVia(['builder']);
      const before = readdirSync(kept).map((name) => [name, readFileSync(`${kept}/${name}`, 'utf8')]);
      const command = 'trap "" XFSZ; ulimit -f 0; exec "$0" --shell bash builder --verify';
      const { code } = await runProgram('/bin/sh', ['-c', command, program], { env: place.env });
      expect(code).toBe(0);
      expect(before).toHaveLength(1);
      expect(readdirSync(kept).map((name) => [name, readFileSync(`${kept}/${name}`, 'utf8')])).toEqual(before);
    } finally {
      await place.remove();
    }
  });

  it.skipIf(isRoot)('in a folder that may not be written', () => {
    mkdirSync(`${folder}/a`, { mode: 0o500 });
    expect(() => nodeFiles.writePrivate(`${folder}/a/x`, '')).toThrow('permission denied');
  });
});

describe('removing', () => {
  it('removes a file, a directory with its contents, or nothing', () => {
    mkdirSync(`${folder}/a/b`, { recursive: true });
    writeFileSync(`${folder}/a/b/c`, '');
    writeFileSync(`${folder}/x`, '');
    for (const name of ['a', 'x', 'no']) nodeFiles.remove(`${folder}/${name}`);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('removes a link, but not its target', () => {
    mkdirSync(`${folder}/a`);
    symlinkSync(`${folder}/a`, `${folder}/link`);
    nodeFiles.remove(`${folder}/link`);
    expect(readdirSync(folder)).toEqual(['a']);
  });
});

it('a temporary folder is new, private and empty', () => {
  const made = [nodeFiles.makeTemporaryFolder(`${folder}/x-`), nodeFiles.makeTemporaryFolder(`${folder}/x-`)];
  expect(new Set(made).size).toBe(2);
  for (const path of made) {
    expect(path.startsWith(`${folder}/x-`)).toBe(true);
    expect({ mode: modeOf(path), holds: readdirSync(path) }).toEqual({ mode: '700', holds: [] });
  }
});

describe('finding a program', () => {
  beforeEach(() => {
    for (const name of ['a', 'b']) mkdirSync(`${folder}/${name}`);
    writeFileSync(`${folder}/a/data`, '', { mode: 0o644 });
    writeFileSync(`${folder}/b/data`, '', { mode: 0o755 });
    writeFileSync(`${folder}/a/both`, '', { mode: 0o755 });
    writeFileSync(`${folder}/b/both`, '', { mode: 0o755 });
    mkdirSync(`${folder}/a/sub`);
    symlinkSync('both', `${folder}/b/link`);
    symlinkSync('nowhere', `${folder}/b/dangling`);
  });

  it.each([
    ['both', 'a'],
    // Not a program in the first folder, one in the second.
    ['data', 'b'],
    ['link', 'b'],
    ['sub', null],
    ['dangling', null],
    ['no', null],
  ])('%s is in %s', (name, expected) => {
    const found = nodeFiles.findProgram(name, `${folder}/nowhere:${folder}/a:${folder}/b`);
    expect(found).toBe(expected === null ? null : `${folder}/${expected}/${name}`);
  });

  it('without a PATH finds none, not even in the working directory', () => {
    expect(existsSync('package.json')).toBe(true);
    expect(nodeFiles.findProgram('install.sh', undefined)).toBeNull();
  });

  it('an empty part of PATH is the working directory, as in shells', () => {
    expect(nodeFiles.findProgram('install.sh', '')).toBe('./install.sh');
    expect(nodeFiles.findProgram('install.sh', '/nowhere:')).toBe('./install.sh');
  });
});

describe('modes', () => {
  it('are read and set, through a link', () => {
    writeFileSync(`${folder}/x`, '', { mode: 0o644 });
    chmodSync(`${folder}/x`, 0o644);
    symlinkSync(`${folder}/x`, `${folder}/link`);
    expect(nodeFiles.mode(`${folder}/link`)).toBe(0o644);
    nodeFiles.setMode(`${folder}/link`, 0o600);
    expect(modeOf(`${folder}/x`)).toBe('600');
  });

  it('are null for a missing file', () => {
    expect(nodeFiles.mode(`${folder}/no`)).toBeNull();
    // As root awsp could take the device from everybody.
    symlinkSync('/dev/null', `${folder}/null`);
    expect(nodeFiles.mode(`${folder}/null`)).toBeNull();
    expect(() => nodeFiles.setMode(`${folder}/null`, 0o666)).toThrow(
      `the mode of "${folder}/null" cannot be set to 666: it is no file`,
    );
    expect(nodeFiles.mode(`${folder}/no/x`)).toBeNull();
    expect(() => nodeFiles.setMode(`${folder}/no`, 0o600)).toThrow(`the mode of "${folder}/no" cannot be set to 600: `);
  });
});

describe('a list', () => {
  it('is of the names in a folder, sorted', () => {
    for (const name of ['b', 'a', '.c']) writeFileSync(`${folder}/${name}`, '');
    expect(nodeFiles.list(folder)).toEqual(['.c', 'a', 'b']);
  });

  it.each(['no', 'file'])('of %s is empty', (name) => {
    writeFileSync(`${folder}/file`, '');
    expect(nodeFiles.list(`${folder}/${name}`, () => expect.fail('it is not unreadable'))).toEqual([]);
  });

  it('of a folder that cannot be read is empty, with the reason', () => {
    symlinkSync('loop', `${folder}/loop`);
    const reasons: string[] = [];
    expect(nodeFiles.list(`${folder}/loop`, (reason) => reasons.push(reason))).toEqual([]);
    expect(reasons).toEqual(['is a link to itself']);
  });
});

describe('what a program prints', () => {
  const env = { PATH: process.env.PATH ?? '', WORD: 'it' };

  it.each<[string, readonly string[], number, string | null]>([
    ['sh', ['-c', 'echo "$WORD"; echo no >&2'], 5_000, 'it\n'],
    ['sh', ['-c', 'cat; echo end'], 5_000, 'end\n'],
    ['sh', ['-c', 'echo it; exit 1'], 5_000, null],
    ['sh', ['-c', 'exec sleep 5'], 100, null],
    ['/no/such/program', [], 5_000, null],
  ])('%s %j within %i ms: %j', async (program, args, milliseconds, expected) => {
    expect(await outputOf(program, args, milliseconds, env)).toBe(expected);
  });
});

describe('removing', () => {
  it('a file of a folder that is missing, or is a file, does nothing', () => {
    writeFileSync(`${folder}/x`, '');
    for (const path of ['no', 'no/a', 'x/a']) nodeFiles.remove(`${folder}/${path}`);
    expect(readdirSync(folder)).toEqual(['x']);
  });

  it.skipIf(!existsSync('/proc/version'))('says why it cannot', () => {
    // Not even root may remove a file of /proc.
    expect(() => nodeFiles.remove('/proc/version')).toThrow(
      expect.objectContaining({ name: 'AwspError', message: '"/proc/version" cannot be removed: permission denied' }),
    );
  });
});
