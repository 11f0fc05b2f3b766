import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { rolldown } from 'rolldown';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { nodeFiles } from '../../src/node/files.ts';
import { runs } from '../support/runs.ts';

/** A program that adds lines `id n` to a file, one an update, and says on stdout which of them are written. */
const worker = `
import { writeSync } from 'node:fs';
import { nodeFiles } from './files.js';
const [path, id, count, action] = process.argv.slice(2);
if (action === 'nobody' && process.getuid() === 0) {
  process.setgid(65534);
  process.setuid(65534);
}
if (action?.startsWith('own ')) process.once(action.slice(4), () => writeSync(1, 'own handler\\n'));
for (let n = 0; n < Number(count); n++) {
  try {
    await nodeFiles.update(path, (text) => {
      const signal = action?.replace('own ', '');
      if (signal?.startsWith('SIG')) process.kill(process.pid, signal);
      return (text ?? '') + id + ' ' + n + '\\n';
    });
    writeSync(1, n + '\\n');
  } catch (error) {
    writeSync(2, error.name + ' ' + error.code + ': ' + [error.message, ...error.details].join('\\n') + '\\n');
    process.exitCode = 1;
  }
}
`;

let programs: string;
beforeAll(async () => {
  programs = mkdtempSync(`${tmpdir()}/awsp-test-update-program-`);
  chmodSync(programs, 0o755);
  const source = new URL('../../src/node/files.ts', import.meta.url).pathname;
  const build = await rolldown({ input: source, platform: 'node' });
  await build.write({ dir: programs, format: 'esm' });
  await build.close();
  writeFileSync(`${programs}/package.json`, '{"type":"module"}');
  writeFileSync(`${programs}/worker.js`, worker);
});
afterAll(() => rmSync(programs, { recursive: true, force: true }));

let folder: string;
let config: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(`${tmpdir()}/awsp-test-update-`));
  config = `${folder}/config`;
});
/** Mounted in the folder; what else is left there must not be removed through it. */
let mounts: string[] = [];
afterEach(() => {
  for (const place of mounts) execFileSync('umount', ['-l', place]);
  mounts = [];
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The numbers of the lines that are written, as the program saw it. */
  readonly confirmed: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `kill` ends it so many milliseconds after its first line. */
function work(
  id: string,
  count: number,
  options: {
    path?: string;
    action?: string;
    kill?: { signal: NodeJS.Signals; after: number };
    /** A program, and its arguments, that runs it. */
    via?: readonly string[];
  } = {},
): Promise<Ended> {
  const { path = config, action = '', kill, via = [] } = options;
  return new Promise((resolve, reject) => {
    const command = [...via, process.execPath, `${programs}/worker.js`, path, id, String(count), action];
    const child = spawn(command[0] ?? '', command.slice(1), { cwd: folder });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout === '' && kill) setTimeout(() => child.kill(kill.signal), kill.after);
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({ code, signal, confirmed: stdout.match(/\d+\n/g)?.length ?? 0, stdout, stderr }),
    );
  });
}

/** The lines `id n` of a file by id, each as it was found. */
function numbersOf(text: string): Map<string, number[]> {
  const numbers = new Map<string, number[]>();
  for (const line of text.split('\n').slice(0, -1)) {
    const [, id = '', number] = /^([a-z]\d*) (\d+)$/.exec(line) ?? [];
    expect(line).toBe(`${id} ${number}`);
    numbers.set(id, [...(numbers.get(id) ?? []), Number(number)]);
  }
  return numbers;
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);
const host = hostname().replace(/[^\w-]/g, '-');
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped in test/node/locked-update.test.ts: owners and mounts, which only root may change');

/** False where this machine permits no mount, as in most containers. */
function mount(place: string, ...args: string[]): boolean {
  const isMounted = spawnSync('mount', [...args, place]).status === 0;
  if (isMounted) mounts.push(place);
  else
    console.warn('skipped in test/node/locked-update.test.ts: a test that mounts, which this machine does not permit');
  return isMounted;
}

/** A file system of its own in a new folder, or null where this machine permits none. */
function mountTemporary(size: string): string | null {
  const place = `${folder}/mounted`;
  mkdirSync(place);
  return mount(place, '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs') ? place : null;
}

describe('a file', () => {
  it('has the changed text and its old mode', async () => {
    writeFileSync(config, 'one\n');
    for (const mode of [0o600, 0o644, 0o660, 0o640]) {
      chmodSync(config, mode);
      const before = readFileSync(config, 'utf8');
      expect(await nodeFiles.update(config, (text) => `${text}two\n`)).toBe('written');
      expect({ text: readFileSync(config, 'utf8'), mode: modeOf(config) }).toEqual({
        text: `${before}two\n`,
        mode: mode.toString(8),
      });
    }
    expect(readdirSync(folder)).toEqual(['config']);
  });

  it('that is new is private, and so are its directories', async () => {
    const path = `${folder}/home/.aws/config`;
    const umask = process.umask(0);
    onTestFinished(() => void process.umask(umask));
    expect(await nodeFiles.update(path, (text) => `${text}`)).toBe('written');
    expect(readFileSync(path, 'utf8')).toBe('null');
    const modes = [path, `${folder}/home/.aws`, `${folder}/home`].map(modeOf);
    expect(modes).toEqual(['600', '700', '700']);
  });

  it('is not written if nothing changes', async () => {
    writeFileSync(config, '\ufeffone\r\n');
    const before = statSync(config);
    expect(await nodeFiles.update(config, (text) => `${text}`)).toBe('unchanged');
    expect({ ino: statSync(config).ino, time: statSync(config).mtimeMs }).toEqual({
      ino: before.ino,
      time: before.mtimeMs,
    });
    expect(readdirSync(folder)).toEqual(['config']);
  });

  it('is unchanged if the change cannot be made', async () => {
    writeFileSync(config, 'one\n');
    const update = nodeFiles.update(config, () => {
      throw new RangeError('no');
    });
    await expect(update).rejects.toThrow(new RangeError('no'));
    expect(readFileSync(config, 'utf8')).toBe('one\n');
    expect(readdirSync(folder)).toEqual(['config']);
  });

  it('is found by a relative path', async () => {
    expect(await work('a', 2, { path: 'config' })).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(config, 'utf8')).toBe('a 0\na 1\n');
  });

  it.skipIf(!isRoot)('keeps its owner and its group', async () => {
    writeFileSync(config, 'one\n');
    chownSync(config, 1234, 5678);
    chmodSync(config, 0o640);
    await nodeFiles.update(config, (text) => `${text}two\n`);
    const { uid, gid } = statSync(config);
    expect({ uid, gid, mode: modeOf(config) }).toEqual({ uid: 1234, gid: 5678, mode: '640' });
  });

  it.skipIf(!isRoot)('of a group that its owner is not in gives no other group any rights', async () => {
    chownSync(folder, 65534, 65534);
    writeFileSync(config, 'one\n');
    chownSync(config, 65534, 5678);
    chmodSync(config, 0o664);
    expect(await work('a', 1, { action: 'nobody' })).toMatchObject({ code: 0, stderr: '' });
    const { uid, gid } = statSync(config);
    expect({ uid, gid, mode: modeOf(config) }).toEqual({ uid: 65534, gid: 65534, mode: '604' });
  });
});

describe('a link', () => {
  it.each<[string, Record<string, string>]>([
    ['to a path', { config: '$/real/file' }],
    ['to a relative path', { config: 'real/file' }],
    ['to a link', { config: 'real/other', 'real/other': '../third', third: '$/real/file' }],
    ['out of a linked folder', { 'real/sub/config': '../file', config: 'real/sub/config' }],
    ['through a linked folder', { elsewhere: 'real/sub', 'real/sub/config': '../file', config: 'elsewhere/config' }],
    ['through a linked folder, and up from there', { elsewhere: 'real/sub', config: 'elsewhere/../file' }],
  ])('%s stays, and the file it leads to changes', async (_what, links) => {
    const targets = Object.entries(links).map(([name, to]) => [`${folder}/${name}`, to.replace('$', folder)] as const);
    mkdirSync(`${folder}/real/sub`, { recursive: true });
    for (const [link, to] of targets) symlinkSync(to, link);
    expect(await nodeFiles.update(config, (text) => `${text} one\n`)).toBe('written');
    expect(modeOf(`${folder}/real/file`)).toBe('600');
    chmodSync(`${folder}/real/file`, 0o640);
    expect(await nodeFiles.update(config, (text) => `${text}two\n`)).toBe('written');
    expect(modeOf(`${folder}/real/file`)).toBe('640');
    expect(lstatSync(`${folder}/real/file`).isFile()).toBe(true);
    expect(readFileSync(config, 'utf8')).toBe('null one\ntwo\n');
    for (const [link, to] of targets) expect(readlinkSync(link)).toBe(to);
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => name.includes('.awsp-'))).toEqual([]);
  });

  it('to a folder that is not there makes it, for its owner alone', async () => {
    symlinkSync('new/sub/file', config);
    expect(await nodeFiles.update(config, () => 'one\n')).toBe('written');
    expect(readlinkSync(config)).toBe('new/sub/file');
    expect([`${folder}/new`, `${folder}/new/sub`, config].map(modeOf)).toEqual(['700', '700', '600']);
  });

  it.skipIf(!isRoot)('to another file system stays, and the file is replaced there', async ({ skip }) => {
    const place = mountTemporary('1m');
    if (place === null) return skip('this machine permits no mount');
    symlinkSync('mounted/link', config);
    symlinkSync(`${place}/file`, `${place}/link`);
    for (const text of ['one\n', 'two\n']) {
      expect(await nodeFiles.update(config, () => text)).toBe('written');
      expect(readFileSync(`${place}/file`, 'utf8')).toBe(text);
      expect(lstatSync(`${place}/file`).dev).toBe(statSync(place).dev);
    }
    expect([readlinkSync(config), readlinkSync(`${place}/link`)]).toEqual(['mounted/link', `${place}/file`]);
    expect(readdirSync(place).sort()).toEqual(['file', 'link']);
  });

  it('and the file it leads to have one lock', async () => {
    mkdirSync(`${folder}/real`);
    symlinkSync('real/file', config);
    const both = await Promise.all([work('a', 40), work('b', 40, { path: `${folder}/real/file` })]);
    expect(both.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(2).fill({ code: 0, stderr: '' }));
    const expected = { a: upTo(40), b: upTo(40) };
    expect(Object.fromEntries(numbersOf(readFileSync(config, 'utf8')))).toEqual(expected);
  });
});

describe('is refused, and nothing changes:', () => {
  const refusal = (path: string, reason: string | RegExp) => ({
    name: 'AwspError',
    code: 1,
    message: expect.stringMatching(
      typeof reason === 'string' ? new RegExp(`^"${path}" cannot be changed: .*${reason}$`) : reason,
    ),
  });
  const unused = () => {
    throw new Error('must not be asked');
  };
  const refuses = async (reason: string) => {
    await expect(nodeFiles.update(config, unused)).rejects.toMatchObject(refusal(config, reason));
    expect(readdirSync(folder).filter((name) => name.includes('.awsp-'))).toEqual([]);
  };

  it('a folder', async () => {
    mkdirSync(config);
    await refuses('is a folder');
  });

  it('a pipe', async () => {
    execFileSync('mkfifo', [config]);
    await refuses('is not a file');
  });

  it('a device', async () => {
    symlinkSync('/dev/null', config);
    await refuses('"/dev/null", which it leads to: is not a file');
  });

  it('a link to itself', async () => {
    symlinkSync('config', config);
    await refuses('is a link to itself');
  });

  it('a name that is too long', async () => {
    config = `${folder}/${'x'.repeat(250)}`;
    await refuses('its name is too long');
  });

  it.each(['file/config', 'file/sub/config'])('a file in a file: %s', async (path) => {
    writeFileSync(`${folder}/file`, '');
    config = `${folder}/${path}`;
    await expect(nodeFiles.update(config, unused)).rejects.toMatchObject(
      refusal(config, 'a part of its path is not a folder'),
    );
  });

  it('bytes that are not UTF-8', async () => {
    const bytes = Buffer.from([0x5b, 0x61, 0xf8, 0x5d, 0x0a]);
    writeFileSync(config, bytes);
    await refuses('is not UTF-8, so that some of it would be lost');
    expect(readFileSync(config)).toEqual(bytes);
  });

  it('a file larger than awsp reads', async () => {
    writeFileSync(config, '');
    truncateSync(config, 64 * 1024 * 1024 + 1);
    await refuses('is larger than 64 MB');
  });

  /** As a user who is not root, for whom modes count. */
  const asNobody = async (reason: string) => {
    const before = existsSync(config) ? readFileSync(config, 'utf8') : null;
    const names = readdirSync(folder);
    const { code, stderr } = await work('a', 1, { action: 'nobody' });
    expect({ code, stderr: stderr.trimEnd() }).toEqual({
      code: 1,
      stderr: `AwspError 1: "${config}" cannot be changed: ${reason}`,
    });
    expect(existsSync(config) ? readFileSync(config, 'utf8') : null).toBe(before);
    expect(readdirSync(folder)).toEqual(names);
  };

  it('a file that may not be written', async () => {
    chmodSync(folder, 0o777);
    writeFileSync(config, 'one\n');
    chmodSync(config, 0o444);
    await asNobody('permission denied');
  });

  it('a file that may not be read', async () => {
    chmodSync(folder, 0o777);
    writeFileSync(config, 'one\n');
    chmodSync(config, 0o222);
    await asNobody('permission denied');
  });

  it('a folder that may not be written', async () => {
    writeFileSync(config, 'one\n');
    chmodSync(config, 0o666);
    chmodSync(folder, 0o555);
    await asNobody(`its folder "${folder}": permission denied`);
  });

  it.skipIf(!isRoot)('a file of another owner', async () => {
    chmodSync(folder, 0o777);
    writeFileSync(config, 'one\n');
    chownSync(config, 1234, 5678);
    chmodSync(config, 0o666);
    await asNobody('permission denied');
  });

  it.skipIf(!isRoot)('a file system that is read-only', async ({ skip }) => {
    const place = mountTemporary('1m');
    if (place === null) return skip('this machine permits no mount');
    config = `${place}/config`;
    writeFileSync(config, 'one\n');
    execFileSync('mount', ['-o', 'remount,ro', place]);
    await refuses('the file system is read-only');
    config = `${place}/new/config`;
    await refuses('the file system is read-only');
    // The same for the files that only awsp writes.
    for (const path of [`${place}/config`, `${place}/new/config`]) {
      const message = `"${path}" cannot be written: the file system is read-only`;
      expect(() => nodeFiles.writePrivate(path, '')).toThrow(expect.objectContaining({ message }));
    }
  });

  it.skipIf(!isRoot)('a full disk', async ({ skip }) => {
    const place = mountTemporary('256k');
    if (place === null) return skip('this machine permits no mount');
    config = `${place}/config`;
    const text = '[profile a]\nregion = eu-west-1\n'.repeat(4000);
    writeFileSync(config, text);
    const before = statSync(config);
    for (const more of ['', text, text.repeat(20)]) {
      const update = nodeFiles.update(config, (old) => `${old}${more}x`);
      if (more === '') await update;
      else await expect(update).rejects.toMatchObject(refusal(config, 'the disk is full'));
      expect(readFileSync(config, 'utf8')).toBe(`${text}x`);
      expect(readdirSync(place)).toEqual(['config']);
    }
    expect(modeOf(config)).toBe((before.mode & 0o7777).toString(8));
  });

  it.skipIf(!isRoot)('a file that is a mount point', async ({ skip }) => {
    writeFileSync(config, 'one\n');
    writeFileSync(`${folder}/source`, 'two\n');
    if (!mount(config, '--bind', `${folder}/source`)) return skip('this machine permits no mount');
    await expect(nodeFiles.update(config, (text) => `${text}three\n`)).rejects.toMatchObject(
      refusal(config, 'is a mount point, so it cannot be replaced'),
    );
    expect(readFileSync(config, 'utf8')).toBe('two\n');
    expect(readdirSync(folder).sort()).toEqual(['config', 'source']);
  });
});

describe('the lock', () => {
  const lines = (names: readonly string[]) => names.filter((name) => name.includes('.awsp-'));
  const claim = (owner: string, pid: number | undefined) => {
    const path = `${config}.awsp-${owner}.${pid}.abc`;
    writeFileSync(path, 'half of a fi');
    return path;
  };
  const deadPid = () => spawnSync('true').pid;
  const add = () => nodeFiles.update(config, (text) => `${text ?? ''}x\n`);

  it('of a program that is dead is taken over at once', async () => {
    claim(host, deadPid());
    claim(host, deadPid());
    expect(await add()).toBe('written');
    expect(readdirSync(folder)).toEqual(['config']);
  });

  it('of an earlier program with the same number is taken over', async () => {
    claim(host, process.pid);
    expect(await add()).toBe('written');
    expect(readdirSync(folder)).toEqual(['config']);
  });

  it.each([host, 'another-machine'])('of a minute ago, by %s, is taken over', async (owner) => {
    const path = claim(owner, process.ppid);
    utimesSync(path, Date.now() / 1000 - 61, Date.now() / 1000 - 61);
    expect(await add()).toBe('written');
    expect(readdirSync(folder)).toEqual(['config']);
  });

  it('of another machine whose clock is ahead is taken over', async () => {
    const path = claim('another-machine', process.ppid);
    utimesSync(path, Date.now() / 1000 + 3600, Date.now() / 1000 + 3600);
    expect(await add()).toBe('written');
    expect(readdirSync(folder)).toEqual(['config']);
  });

  it.each([
    [host, () => process.ppid],
    ['another-machine', deadPid],
  ])('of a program that may be alive, on %s, is waited for', async (owner, pid) => {
    const path = claim(owner, pid());
    let isFree = false;
    setTimeout(() => {
      isFree = true;
      rmSync(path);
    }, 300);
    expect(await nodeFiles.update(config, () => String(isFree))).toBe('written');
    expect(readFileSync(config, 'utf8')).toBe('true');
  });

  it('of a process that keeps it is named after some seconds', async () => {
    const start = performance.now();
    const refusals = [host, 'another-machine'].map(async (owner) => {
      const path = `${folder}/of-${owner}`;
      const held = `${path}.awsp-${owner}.${process.ppid}.abc`;
      writeFileSync(path, 'one\n');
      writeFileSync(held, 'half of a fi');
      const where = owner === host ? '' : ' on another-machine';
      await expect(nodeFiles.update(path, (text) => `${text}two\n`)).rejects.toMatchObject({
        name: 'AwspError',
        code: 1,
        message: `"${path}" is being changed by another awsp, process ${process.ppid}${where}, which holds "${held}"`,
        details: ['if that process is not awsp, remove that file'],
      });
      expect(readFileSync(path, 'utf8')).toBe('one\n');
    });
    await Promise.all(refusals);
    expect(performance.now() - start).toBeGreaterThan(4900);
    expect(readdirSync(folder)).toHaveLength(4);
  });

  it('is not taken for any other file', async () => {
    const others = ['config.awsp-', 'config.awsp-x', 'config.awsp-old.txt', `other.awsp-${host}.1.abc`, 'config.bak'];
    for (const name of others) writeFileSync(`${folder}/${name}`, '');
    expect(await add()).toBe('written');
    expect(readdirSync(folder).sort()).toEqual(['config', ...others].sort());
  });

  it('that was deleted loses no change: it is made again', async () => {
    writeFileSync(config, 'one\n');
    const seen: (string | null)[] = [];
    const result = await nodeFiles.update(config, (text) => {
      seen.push(text);
      if (seen.length === 1) {
        for (const name of lines(readdirSync(folder))) rmSync(`${folder}/${name}`);
        writeFileSync(config, 'one\nof another\n');
      }
      return `${text}two\n`;
    });
    expect({ result, seen }).toEqual({ result: 'written', seen: ['one\n', 'one\nof another\n'] });
    expect(readFileSync(config, 'utf8')).toBe('one\nof another\ntwo\n');
    expect(readdirSync(folder)).toEqual(['config']);
  });

  it('is the new private file, in the same directory', async () => {
    writeFileSync(config, 'one\n', { mode: 0o644 });
    linkSync(config, `${folder}/old`);
    await nodeFiles.update(config, (text) => {
      const [name = ''] = lines(readdirSync(folder));
      expect(name).toMatch(new RegExp(`^config\\.awsp-${host}\\.${process.pid}\\.\\w+$`));
      expect(modeOf(`${folder}/${name}`)).toBe('600');
      return `${text}two\n`;
    });
    expect(readFileSync(`${folder}/old`, 'utf8')).toBe('one\n');
  });

  it.each([2, 8])('loses no change of %i concurrent processes', async (count) => {
    const each = 160 / count;
    const ended = await Promise.all(upTo(count).map((index) => work(`w${index}`, each)));
    expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(count).fill({ code: 0, stderr: '' }));
    const expected = Object.fromEntries(upTo(count).map((index) => [`w${index}`, upTo(each)]));
    expect(Object.fromEntries(numbersOf(readFileSync(config, 'utf8')))).toEqual(expected);
    expect(readdirSync(folder)).toEqual(['config']);
  });
});

describe('processes that do not see each other', () => {
  // As in two containers with one home and one host name: each is process 1, and takes the others for dead.
  const apart = ['unshare', '--pid', '--fork', '--kill-child'];
  const permitted = isRoot && spawnSync('unshare', [...apart.slice(1), 'true']).status === 0;
  if (!permitted)
    console.warn('skipped in test/node/locked-update.test.ts: this machine permits no process namespaces');

  it.skipIf(!permitted)('lose no change either', async () => {
    const ended = await Promise.all([...upTo(3).map((n) => work(`w${n}`, 40, { via: apart })), work('w3', 40)]);
    expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(4).fill({ code: 0, stderr: '' }));
    const expected = Object.fromEntries(upTo(4).map((n) => [`w${n}`, upTo(40)]));
    expect(Object.fromEntries(numbersOf(readFileSync(config, 'utf8')))).toEqual(expected);
    expect(readdirSync(folder)).toEqual(['config']);
  });
});

describe('what another program writes meanwhile, without a lock,', () => {
  it.each<[string, string | null, string | null]>([
    ['is kept', 'one\n', 'one\nof another\n'],
    ['is kept where there was nothing', null, 'of another\n'],
    ['is kept when it is as long', 'one\n', 'two\n'],
    ['is kept when it is nothing', 'one\n', null],
  ])('%s', async (_what, before, meanwhile) => {
    if (before !== null) writeFileSync(config, before);
    const seen: (string | null)[] = [];
    const result = await nodeFiles.update(config, (text) => {
      seen.push(text);
      if (seen.length === 1 && meanwhile === null) rmSync(config);
      if (seen.length === 1 && meanwhile !== null) writeFileSync(config, meanwhile);
      return `${text}mine\n`;
    });
    expect({ result, seen }).toEqual({ result: 'written', seen: [before, meanwhile] });
    expect(readFileSync(config, 'utf8')).toBe(`${meanwhile}mine\n`);
    expect(readdirSync(folder)).toEqual(['config']);
  });

  it('again and again, is not overwritten', async () => {
    let count = 0;
    const update = nodeFiles.update(config, (text) => {
      writeFileSync(config, String(++count));
      return `${text}mine\n`;
    });
    await expect(update).rejects.toMatchObject({
      name: 'AwspError',
      code: 1,
      message: `"${config}" cannot be changed: other programs keep changing it`,
    });
    expect(readFileSync(config, 'utf8')).toBe(String(count));
    expect(readdirSync(folder)).toEqual(['config']);
  });
});

describe('a program that is killed', () => {
  /** So much that writing it takes a while. */
  const ballast = `${'b 0\n'.repeat(100_000)}`;

  it('leaves the old or the new file whole, at any moment', async () => {
    writeFileSync(config, ballast);
    let before = ballast;
    let inTheMiddle = 0;
    for (const round of upTo(runs(14))) {
      const { signal, confirmed, stderr } = await work(`k${round}`, 1_000_000, {
        kill: { signal: 'SIGKILL', after: Math.random() * 40 },
      });
      expect({ signal, stderr }).toEqual({ signal: 'SIGKILL', stderr: '' });
      const after = readFileSync(config, 'utf8');
      expect(after.startsWith(before)).toBe(true);
      const numbers = numbersOf(after.slice(before.length)).get(`k${round}`) ?? [];
      expect(numbers).toEqual(upTo(numbers.length));
      expect([confirmed, confirmed + 1]).toContain(numbers.length);
      inTheMiddle += readdirSync(folder).length - 1;
      expect(readdirSync(folder).length).toBeLessThanOrEqual(2);
      before = after;
    }
    expect(inTheMiddle).toBeGreaterThan(1);
    expect(await nodeFiles.update(config, (text) => `${text}end 0\n`)).toBe('written');
    expect(readFileSync(config, 'utf8')).toBe(`${before}end 0\n`);
    expect(readdirSync(folder)).toEqual(['config']);
  });

  it('does not affect others that write at the same time', async () => {
    writeFileSync(config, ballast);
    const killed = upTo(5).map((index) =>
      work(`k${index}`, 1_000_000, { kill: { signal: 'SIGKILL', after: 200 + Math.random() * 600 } }),
    );
    const ended = await Promise.all([...killed, work('w0', 40), work('w1', 40)]);
    const numbers = numbersOf(readFileSync(config, 'utf8').slice(ballast.length));
    expect(ended.slice(5).map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      Array(2).fill({ code: 0, stderr: '' }),
    );
    expect([numbers.get('w0'), numbers.get('w1')]).toEqual([upTo(40), upTo(40)]);
    for (const [index, { confirmed }] of ended.slice(0, 5).entries()) {
      const own = numbers.get(`k${index}`) ?? [];
      expect(own).toEqual(upTo(own.length));
      expect([confirmed, confirmed + 1]).toContain(own.length);
    }
  });

  it.each<NodeJS.Signals>(['SIGINT', 'SIGTERM', 'SIGHUP'])(
    'by %s in the middle of a change makes it, and leaves nothing behind',
    async (signal) => {
      writeFileSync(config, 'old\n');
      expect(await work('a', 5, { action: signal })).toMatchObject({ signal, stdout: '', stderr: '' });
      expect(readFileSync(config, 'utf8')).toBe('old\na 0\n');
      expect(readdirSync(folder)).toEqual(['config']);
    },
  );

  it.each<[string, string, number]>([
    ['of a large file', ballast, 6],
    ['of a small one', '', 12],
  ])('by SIGTERM at any moment of many changes %s leaves nothing behind', async (_what, text, rounds) => {
    writeFileSync(config, text);
    for (const round of upTo(runs(rounds))) {
      const kill = { signal: 'SIGTERM', after: Math.random() * 40 } as const;
      expect(await work(`k${round}`, 1_000_000, { kill })).toMatchObject({ signal: 'SIGTERM', stderr: '' });
      expect(readdirSync(folder)).toEqual(['config']);
    }
  });

  it('with its own listener for the signal calls it', async () => {
    const { code, stdout } = await work('a', 1, { action: 'own SIGINT' });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'own handler\n0\n' });
    expect(readFileSync(config, 'utf8')).toBe('a 0\n');
  });
});
