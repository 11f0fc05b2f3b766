// Node 12 knows no "node:", and is to get as far as the sentence at the end.
import { readFileSync, realpathSync } from 'fs';
import { Script } from 'vm';
import { codeHeader, headerLength, startOf } from './lib/code-header.ts';

declare const __AWSP_NODE__: string;
declare const __AWSP_NODE_OF_PACKAGE__: string;

/**
 * `dist/awsp.cjs`: loads the program's chunks with the code that V8 compiled of them at the build, which takes a fifth of
 * the time of compiling them anew. V8 does not check that code by itself: code of another Node, or with a damaged byte, crashes
 * the process. So it is used only when its header, which names Node, V8, the processor and a checksum, is the expected one.
 */
function load(name: string): unknown {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const file = `${__dirname}/${name}`;
  const cachedData = readCompiled(`${file}.${start}.code`);
  const script = new Script(readChunk(file), {
    filename: file,
    ...(cachedData === null ? {} : { cachedData }),
  });
  // V8 adds two hundred names to an object without a prototype in a fifth of the time.
  const module = { exports: Object.create(null) };
  loaded.set(name, module);
  const chunk: (...scope: unknown[]) => void = script.runInThisContext();
  chunk(module.exports, requireChunk, module, file, __dirname);
  return module.exports;
}

const loaded = new Map<string, { readonly exports: unknown }>();
const start = startOf(process.argv[2]);

function requireChunk(id: string): unknown {
  if (id.startsWith('./')) return load(id.slice(2));
  return id === 'node:process' ? process : require(id);
}

/**
 * The source of a chunk. The names of chunks have a hash of what is in them, so those of another version are missing: an
 * upgrade has replaced `dist/` while this awsp waited for a person. `src/main.ts` prints the error.
 */
function readChunk(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (Reflect.get(error as object, 'code') !== 'ENOENT' || loaded.size === 0) throw error;
    throw Object.assign(new Error('it was upgraded while it ran; run it again'), { code: 'ERR_AWSP_REPLACED' });
  }
}

/** The compiled code in a file; null when there is none that this Node can run. */
function readCompiled(file: string): Buffer | null {
  try {
    const bytes = readFileSync(file);
    const code = bytes.subarray(headerLength);
    // Without an argument, `toString` compiles none of Node's functions for encodings; the header is in ASCII.
    return bytes.subarray(0, headerLength).toString() === codeHeader(process, checksum(code)) ? code : null;
  } catch {
    return null;
  }
}

/**
 * The CRC-32 of some bytes, from zlib's binding: `require('zlib')` also loads Node's streams, which takes longer than all of
 * a switch's own work. Should a Node have no such binding (DEP0111), zlib itself does it.
 */
function checksum(bytes: Buffer): number {
  const { noDeprecation = false } = process;
  process.noDeprecation = true;
  try {
    return bindingOf(process)('zlib').crc32(bytes, 0);
  } catch {
    return require('zlib').crc32(bytes);
  } finally {
    process.noDeprecation = noDeprecation;
  }
}

function bindingOf(node: object): (name: string) => { crc32(bytes: Buffer, start: number): number } {
  return Reflect.get(node, 'binding');
}

/** Whether this Node is the oldest that awsp runs on, or a later one. */
function isSupported(): boolean {
  const [[major = 0, minor = 0], [leastMajor = 0, leastMinor = 0]] = [process.versions.node, __AWSP_NODE__].map(
    (version) => version.split('.').map(Number),
  ) as [number[], number[]];
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** The path of the Node that built awsp, or that npm has installed it for, as in src/launcher.sh; null when it is this one. */
function otherNode(): string | null {
  try {
    const path = realpathSync(nodePath());
    return path === process.execPath ? null : path;
  } catch {
    return null;
  }
}

function nodePath(): string {
  try {
    return readFileSync(`${__dirname}/node-path`, 'utf8').trim();
  } catch {
    return `${__dirname}/${__AWSP_NODE_OF_PACKAGE__}`;
  }
}

/** Runs this program with another Node, and ends as that ends. */
function runWith(node: string): void {
  const { spawn } = require('child_process') as typeof import('node:child_process');
  const child = spawn(node, [__filename, ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal sends these to both.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, () => {});
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('error', sayTooOld);
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 1;
    if (signal === null) return;
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function sayTooOld(): void {
  process.stderr.write(
    `awsp: needs Node ${__AWSP_NODE__} or later; this is ${process.versions.node} (${process.execPath})\n`,
  );
  process.exitCode = 1;
}

if (isSupported()) {
  try {
    load('program.cjs');
  } catch (error) {
    if (Reflect.get(error as object, 'code') !== 'ERR_AWSP_REPLACED') throw error;
    process.stderr.write(`awsp: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
} else {
  const other = otherNode();
  if (other === null) sayTooOld();
  else runWith(other);
}
