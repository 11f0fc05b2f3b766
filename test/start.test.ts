import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeHeader, headerLength } from '../src/lib/code-header.ts';
import { installNodes, noNodes } from './support/nodes.ts';
import { programFolder } from './support/program.ts';
import { type Finished, runProgram } from './support/run.ts';
import { bareEnvironment } from './support/shells.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'awsp-test-start-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A list: it needs the chunk that each start loads, and one that is loaded late. */
async function tryList(dist: string, node: string): Promise<Finished> {
  // Its own, because several Nodes run at once: no run may read a file that another is about to write.
  const home = mkdtempSync(join(folder, 'home-'));
  mkdirSync(join(home, '.aws'));
  writeFileSync(join(home, '.aws', 'config'), '[profile dev]\nregion = eu-west-1\ncredential_process = true\n');
  return runProgram(node, [join(dist, 'awsp.cjs'), 'list'], { env: bareEnvironment(home), cwd: home });
}

const works = { code: 0, stdout: expect.stringContaining('dev') };

describe('the compiled code beside each chunk', () => {
  const chunks = readdirSync(join(programFolder, 'dist')).filter((file) => file.endsWith('.cjs.code'));

  it('is used by the Node that built it: its header fits, and V8 takes it', () => {
    expect(chunks.length).toBeGreaterThan(10);
    for (const chunk of chunks) {
      const bytes = readFileSync(join(programFolder, 'dist', chunk));
      const code = bytes.subarray(headerLength);
      expect(bytes.toString('latin1', 0, headerLength)).toBe(codeHeader(process, crc32(code)));
      const source = readFileSync(join(programFolder, 'dist', chunk.replace(/\.code$/, '')), 'utf8');
      expect([chunk, new Script(source, { cachedData: code }).cachedDataRejected]).toEqual([chunk, false]);
    }
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['is empty', () => Buffer.alloc(0)],
    ['is cut in its header', (bytes) => bytes.subarray(0, 50)],
    ['is cut', (bytes) => bytes.subarray(0, bytes.length / 2)],
    ['has more behind it', (bytes) => Buffer.concat([bytes, Buffer.alloc(8)])],
    ['has no header', (bytes) => bytes.subarray(headerLength)],
    ['is zeroed', (bytes) => Buffer.alloc(bytes.length)],
    ['has a zeroed block at its start', (bytes) => Buffer.from(bytes).fill(0, 0, Math.min(bytes.length, 4096))],
    ...Array.from({ length: 8 }, (_, block): [string, (bytes: Buffer) => Buffer] => [
      `has a zeroed block at ${block} eighths`,
      (bytes) => {
        const start = Math.floor((bytes.length * block) / 8) + headerLength;
        return Buffer.from(bytes).fill(0, start, Math.min(bytes.length, start + 4096));
      },
    ]),
    ...Array.from({ length: 16 }, (_, bit): [string, (bytes: Buffer) => Buffer] => [
      `has a flipped bit at ${bit} sixteenths`,
      (bytes) => {
        const damaged = Buffer.from(bytes);
        const at = Math.min(bytes.length - 1, Math.floor((bytes.length * bit) / 16) + headerLength + bit);
        damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << (bit % 8)), at);
        return damaged;
      },
    ]),
  ])('is not used where it %s; the source is', async (_title, damage) => {
    const dist = mkdtempSync(join(folder, 'damaged-'));
    // Node looks for the chunks in the real folder of the program that it starts.
    cpSync(join(programFolder, 'dist', 'awsp.cjs'), join(dist, 'awsp.cjs'));
    for (const chunk of chunks) {
      const source = chunk.replace(/\.code$/, '');
      symlinkSync(join(programFolder, 'dist', source), join(dist, source));
    }
    for (const chunk of chunks)
      writeFileSync(join(dist, chunk), damage(readFileSync(join(programFolder, 'dist', chunk))));
    expect(await tryList(dist, process.execPath)).toMatchObject(works);
  });
});

describe('an upgrade while awsp waits', () => {
  it.each([
    ['needed at once', /^(awsp|program)\.cjs$/],
    ['needed late', /^(awsp|program|rolldown-runtime-.*)\.cjs$/],
  ])('is said where a part of the program is gone: %s', async (_what, kept) => {
    const dist = mkdtempSync(join(folder, 'upgraded-'));
    const chunks = readdirSync(join(programFolder, 'dist')).filter((chunk) => kept.test(chunk));
    for (const chunk of chunks) cpSync(join(programFolder, 'dist', chunk), join(dist, chunk));
    expect(await tryList(dist, process.execPath)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'awsp: it was upgraded while it ran; run it again\n',
    });
  });
});

const [oldest, ...newer] = ['20.19.0', '20', '22', '24', '26'] as const;
const tooOld = ['18', '14', '12'] as const;

if (noNodes !== null) console.warn(`skipped in test/start.test.ts: other versions of Node: ${noNodes}`);

describe('versions of Node', { skip: noNodes !== null }, () => {
  let nodes: ReadonlyMap<string, string>;
  beforeAll(() => {
    nodes = installNodes([oldest, ...newer, ...tooOld]);
  });
  const nodeOf = (version: string): string => nodes.get(version) ?? expect.fail(`no Node ${version}`);

  it.each([oldest, ...newer])('what Node %s built is run by each of them', async (version) => {
    const copy = mkdtempSync(join(folder, 'build-'));
    for (const part of ['src', 'scripts', 'shell', 'package.json']) {
      cpSync(join(programFolder, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(programFolder, 'node_modules'), join(copy, 'node_modules'));
    const build = await runProgram(nodeOf(version), [join(copy, 'scripts', 'build.mjs')], {
      env: bareEnvironment(copy),
    });
    expect(build).toMatchObject({ code: 0 });
    const runs = [oldest, ...newer].map(async (other) => [other, await tryList(join(copy, 'dist'), nodeOf(other))]);
    expect(await Promise.all(runs)).toMatchObject([oldest, ...newer].map((other) => [other, works]));
  });

  it.each(tooOld)('Node %s is too old, which is one sentence', async (version) => {
    const node = nodeOf(version);
    const first = await tryList(join(programFolder, 'dist'), node);
    expect(first.stdout).toBe('');
    expect(first.stderr).toMatch(/^awsp: needs Node 20\.19\.0 or later; this is \d+\.\d+\.\d+ \(.+\)\n$/);
    expect(first.code).toBe(1);
  });
});
