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

/** A home of its own for each run, because several run at once: none may read a file that another is about to write. */
function homeWithProfile(): string {
  const home = mkdtempSync(join(folder, 'home-'));
  mkdirSync(join(home, '.aws'));
  writeFileSync(join(home, '.aws', 'config'), '[profile dev]\nregion = eu-west-1\ncredential_process = true\n');
  return home;
}

function runAwsp(dist: string, node: string, args: readonly string[]): Promise<Finished> {
  const home = homeWithProfile();
  return runProgram(node, [join(dist, 'awsp.cjs'), ...args], { env: bareEnvironment(home), cwd: home });
}

/** A list: it needs the chunk that each start loads, and one that is loaded late. */
function tryList(dist: string, node: string): Promise<Finished> {
  return runAwsp(dist, node, ['list']);
}

const works = { code: 0, stdout: expect.stringContaining('dev') };

/** Of each part of the program that the build compiles: the list, a switch, a verification, Tab, the help. */
const commands: readonly (readonly [args: readonly string[], expected: Partial<Finished>])[] = [
  [['list'], works],
  [['--shell', 'bash', 'dev', '--no-verify'], { code: 0, stdout: expect.stringContaining("AWS_PROFILE='dev'") }],
  [['--shell', 'bash', 'dev', '--verify'], { code: 1, stdout: '' }],
  [['--complete', 'bash', 'awsp d', 'd'], { code: 0, stdout: expect.stringMatching(/^dev$/m) }],
  [['--help'], { code: 0, stdout: expect.stringContaining('awsp <query>...') }],
];

async function tryCommands(dist: string, node: string): Promise<readonly Finished[]> {
  const runs: Finished[] = [];
  for (const [args] of commands) runs.push(await runAwsp(dist, node, args));
  return runs;
}

const expectedOfCommands = commands.map(([, expected]) => expect.objectContaining(expected));

/** The chunk whose compiled code a file holds. */
function sourceOf(codeFile: string): string {
  return codeFile.replace(/\.\w+\.code$/, '');
}

describe('the compiled code beside each chunk', () => {
  const chunks = readdirSync(join(programFolder, 'dist')).filter((file) => file.endsWith('.code'));

  it('is used by the Node that built it: its header fits, and V8 takes it', () => {
    expect(chunks.length).toBeGreaterThan(10);
    for (const chunk of chunks) {
      const bytes = readFileSync(join(programFolder, 'dist', chunk));
      const code = bytes.subarray(headerLength);
      expect(bytes.toString('latin1', 0, headerLength)).toBe(codeHeader(process, crc32(code)));
      const source = readFileSync(join(programFolder, 'dist', sourceOf(chunk)), 'utf8');
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
    for (const source of new Set(chunks.map(sourceOf))) {
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

/** The oldest that awsp runs on, and the newest of each later version. */
const supported = ['20.19.0', '20', '22', '24', '26'] as const;
const tooOld = ['18', '14', '12'] as const;

/** Every pairing of build and use takes a minute, and a gigabyte of Nodes. */
const withAllNodes = Boolean(process.env.AWSP_ALL_NODES);

if (noNodes !== null) console.warn(`skipped in test/start.test.ts: other versions of Node: ${noNodes}`);
else if (!withAllNodes)
  console.warn('skipped in test/start.test.ts: most versions of Node; AWSP_ALL_NODES=1 runs them');

describe('versions of Node', { skip: noNodes !== null }, () => {
  const users = withAllNodes ? supported : (['20.19.0', '26'] as const);
  const old = withAllNodes ? tooOld : (['14'] as const);
  let nodes: ReadonlyMap<string, string>;
  beforeAll(() => {
    nodes = installNodes([...users, ...old]);
  });
  const nodeOf = (version: string): string => nodes.get(version) ?? expect.fail(`no Node ${version}`);

  it.each(users)('what this Node built is run by Node %s', async (version) => {
    expect(await tryList(join(programFolder, 'dist'), nodeOf(version))).toMatchObject(works);
  });

  if (withAllNodes) {
    it.each(supported)(
      'what Node %s built is run by each of them, with and without its compiled code',
      async (version) => {
        const copy = mkdtempSync(join(folder, 'build-'));
        for (const part of ['src', 'scripts', 'shell', 'package.json']) {
          cpSync(join(programFolder, part), join(copy, part), { recursive: true });
        }
        symlinkSync(join(programFolder, 'node_modules'), join(copy, 'node_modules'));
        const build = await runProgram(nodeOf(version), [join(copy, 'scripts', 'build.mjs')], {
          env: bareEnvironment(copy),
        });
        expect(build).toMatchObject({ code: 0 });
        const plain = join(copy, 'plain');
        cpSync(join(copy, 'dist'), plain, { recursive: true, filter: (file) => !file.endsWith('.code') });
        for (const dist of [join(copy, 'dist'), plain]) {
          const runs = supported.map(async (other) => [other, await tryCommands(dist, nodeOf(other))]);
          expect(await Promise.all(runs)).toEqual(supported.map((other) => [other, expectedOfCommands]));
        }
      },
    );
  }

  describe.each(old)('Node %s is too old', (version) => {
    it('which is one sentence', async () => {
      const dist = mkdtempSync(join(folder, 'alone-'));
      cpSync(join(programFolder, 'dist', 'awsp.cjs'), join(dist, 'awsp.cjs'));
      writeFileSync(join(dist, 'node-path'), '/nonexistent/node\n');
      const dev = await runProgram(nodeOf(version), [join(dist, 'awsp.cjs'), 'dev'], { env: bareEnvironment(dist) });
      expect(dev).toEqual({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/^awsp: needs Node 20\.19\.0 or later; this is \d+\.\d+\.\d+ \(.+\)\n$/),
      });
    });

    it('and the Node that built awsp runs it', async () => {
      expect(await tryList(join(programFolder, 'dist'), nodeOf(version))).toMatchObject(works);
    });

    it.each([
      ['its exit code', 'exit 7', {}, 7],
      ['the signal that ends it', 'kill -KILL $PPID', {}, 128],
      ['a signal', 'echo ready >&2; exec sleep 60', { signal: { after: /ready/, name: 'SIGTERM' } }, 143],
    ] as const)('and passes on %s', async (_what, script, options, code) => {
      const home = homeWithProfile();
      const words = ['exec', 'dev', '--no-verify', '--', 'sh', '-c', script];
      const run = runProgram(nodeOf(version), [join(programFolder, 'dist', 'awsp.cjs'), ...words], {
        env: bareEnvironment(home),
        ...options,
      });
      expect(await run).toMatchObject({ code });
    });
  });
});
