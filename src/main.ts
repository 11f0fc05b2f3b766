import { fstatSync, statSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { homeFolder } from './aws-config/paths.ts';
import { sha1 } from './lib/sha1.ts';
import { nodeFiles } from './node/files.ts';
import { filterThrough, launch, outputOf, runChild } from './node/processes.ts';
import { run } from './run.ts';
import { wantsColour } from './terminal/colour.ts';
import { printOutcome } from './terminal/print-outcome.ts';
import type { Environment, Terminal, World } from './world.ts';

declare const __AWSP_VERSION__: string;

/** The process edge: nothing else in the program touches `process`. */
async function main(): Promise<void> {
  // The SDK warns about this and that on stderr, which belongs to the person.
  process.removeAllListeners('warning');
  closeStdoutToLibraries();
  const world = buildWorld();
  const outcome = await run(process.argv.slice(2), world);
  const code = printOutcome(outcome, world.terminal.colour.stderr, writeAll);
  // Sockets and name look-ups that are still open would keep the shell waiting.
  process.exit(code);
}

/**
 * What a shell is going to evaluate is written by `printOutcome` and by nothing else: what a library may say on stdout goes
 * nowhere. It also spares Node the making of a stream that its own streams only want to compare themselves with.
 */
function closeStdoutToLibraries(): void {
  let nowhere: Writable | undefined;
  const get = () => {
    nowhere ??= new (process.getBuiltinModule('node:stream').Writable)({ write: (_chunk, _encoding, done) => done() });
    return nowhere;
  };
  Object.defineProperty(process, 'stdout', { get });
}

function buildWorld(): World {
  const env = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== undefined)) as Environment;
  return {
    env,
    home: homeFolder(env),
    cwd: workingFolder(),
    now: () => Date.now(),
    terminal: buildTerminal(env),
    files: nodeFiles,
    digest: (algorithm, text) =>
      algorithm === 'sha1'
        ? sha1(text)
        : process.getBuiltinModule('node:crypto').createHash(algorithm).update(text).digest('hex'),
    random: (bytes) => process.getBuiltinModule('node:crypto').randomBytes(bytes).toString('base64url'),
    challenge: (verifier) =>
      process.getBuiltinModule('node:crypto').createHash('sha256').update(verifier).digest('base64url'),
    platform: process.platform,
    programFolder: process.getBuiltinModule('node:path').dirname(__dirname),
    node: process.execPath,
    nodeVersion: process.versions.node,
    version: __AWSP_VERSION__,
    adoptEnvironment: (next) => {
      for (const name of Object.keys(process.env)) if (!(name in next)) delete process.env[name];
      Object.assign(process.env, next);
    },
    launch: (program, args, onFailure = () => {}) => void launch(program, args, env, onFailure),
    onInterrupt: (listener) => {
      process.on('SIGINT', listener);
      return () => process.off('SIGINT', listener);
    },
    run: (child) => runChild(child, process),
    output: (program, args, milliseconds) => outputOf(program, args, milliseconds, env),
    filter: (child, input) => filterThrough(child, process, input),
  };
}

/** Asked for late: Node's own streams and `tty` take longer to load than a switch takes. */
function buildTerminal(env: Environment): Terminal {
  const canDraw = Boolean(env.TERM) && env.TERM !== 'dumb';
  let opened: Promise<Pick<Terminal, 'ask' | 'takeOver'>> | undefined;
  const open = () => {
    opened ??= import('./node/console.ts').then(({ openConsole }) =>
      openConsole(process.stdin, process.stderr, process, canDraw),
    );
    return opened;
  };
  return {
    get interactive() {
      return isTerminal(0) && isTerminal(2) && process.stdin.isTTY === true;
    },
    colour: { stdout: wantsColour(env, isTerminal(1)), stderr: wantsColour(env, isTerminal(2)) },
    get columns() {
      return process.stderr.columns || 80;
    },
    stdoutIsTerminal: isTerminal(1),
    write: (text) => void writeAll(2, text),
    ask: async (question, draft) => (await open()).ask(question, draft),
    canDraw,
    takeOver: async () => (await open()).takeOver(),
  };
}

/** A device that is not /dev/null is a terminal, as far as colour is concerned. */
function isTerminal(fd: 0 | 1 | 2): boolean {
  try {
    const stat = fstatSync(fd);
    return stat.isCharacterDevice() && stat.rdev !== statSync('/dev/null').rdev;
  } catch {
    return false;
  }
}

/** A folder that was removed under the shell is no reason to fail, here or in a library that asks for it later. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    process.chdir('/');
    return '/';
  }
}

/** Writes all of a text. Returns null, or the code of what went wrong. */
function writeAll(fd: 1 | 2, text: string): string | null {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      if (code !== 'EAGAIN') return code;
      // A pipe that is full and does not block: its reader is slow.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return null;
}

main().catch((error: unknown) => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  writeAll(2, `awsp: this is a bug in awsp; nothing was changed\n${text}\n`);
  process.exit(1);
});
