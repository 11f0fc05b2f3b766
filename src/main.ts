import { constants, fstatSync, openSync, statSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { homeFolder } from './aws-config/paths.ts';
import { digest } from './lib/digest.ts';
import { wait } from './lib/wait.ts';
import { isNullDevice, nodeFiles } from './node/files.ts';
import { run } from './run.ts';
import { copySequence } from './terminal/clipboard.ts';
import { wantsColour } from './terminal/colour.ts';
import { messageStyle } from './terminal/messages.ts';
import { printOutcome } from './terminal/print-outcome.ts';
import { terminalText } from './terminal/terminal-text.ts';
import type { Environment, Terminal, World } from './world.ts';

declare const __AWSP_VERSION__: string;

/** Builds the `World` from the process, runs the command and prints its outcome. */
async function main(): Promise<void> {
  // The SDK's deprecation warnings are not meant for the user of awsp. Removing the listener of them would compile Node's
  // module for events first.
  process.emitWarning = () => {};
  closeStdoutToLibraries();
  const world = buildWorld();
  const outcome = await run(process.argv.slice(2), world);
  const code = printOutcome(outcome, messageStyle(world.terminal), writeAll);
  // Open sockets and name look-ups would delay the end of the process.
  process.exit(code);
}

/**
 * Discards what a library writes to stdout: the shell evaluates stdout, so only `printOutcome` may write there. It also saves
 * start time, because Node creates the real stream at the first access, which some of its own modules make only to
 * compare it.
 */
function closeStdoutToLibraries(): void {
  let discarding: Writable | undefined;
  const get = () => {
    discarding ??= new (process.getBuiltinModule('node:stream').Writable)({
      write: (_chunk, _encoding, done) => done(),
    });
    return discarding;
  };
  Object.defineProperty(process, 'stdout', { get });
}

function buildWorld(): World {
  const env = { ...process.env } as Environment;
  return {
    env,
    home: homeFolder(env),
    userHome,
    sharedConfig: '/etc/xdg',
    cwd: workingDirectory(),
    now: () => Date.now(),
    wait,
    terminal: buildTerminal(env),
    controllingTerminal: () => buildControllingTerminal(env),
    files: nodeFiles,
    digest,
    random: (bytes) => process.getBuiltinModule('node:crypto').randomBytes(bytes).toString('base64url'),
    challenge: (verifier) =>
      process.getBuiltinModule('node:crypto').createHash('sha256').update(verifier).digest('base64url'),
    platform: process.platform,
    programFolder: __dirname.slice(0, __dirname.lastIndexOf('/')) || '/',
    node: process.execPath,
    nodeVersion: process.versions.node,
    version: __AWSP_VERSION__,
    adoptEnvironment: (next) => {
      for (const name of Object.keys(process.env)) if (!(name in next)) delete process.env[name];
      Object.assign(process.env, next);
    },
    launch: (program, args, onFailure = () => {}) =>
      void processes().then(({ launch }) => launch(program, args, env, onFailure)),
    onInterrupt: (listener) => {
      process.on('SIGINT', listener);
      return () => process.off('SIGINT', listener);
    },
    run: async (child) => (await processes()).runChild(child, process),
    writeBytes: (stream, bytes) => void writeAll(stream === 'stdout' ? 1 : 2, bytes),
    runLine: async (line, done) => (await processes()).runLine(line, done),
    output: async (program, args, timeoutMs) => (await processes()).outputOf(program, args, timeoutMs, env),
    filter: async (child, input) => (await processes()).filterThrough(child, process, input),
  };
}

/** Of the user database (getpwuid). */
function userHome(): string | null {
  try {
    return homeFolder({ HOME: process.getBuiltinModule('node:os').userInfo().homedir });
  } catch {
    // A container may run as a user without an account.
    return null;
  }
}

/** Loaded late: a switch starts no process. */
function processes() {
  return import('./node/processes.ts');
}

/** The console is loaded late: Node's streams and `tty` take longer to load than a switch takes. */
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
    colour: {
      get stdout() {
        return wantsColour(env, isTerminal(1));
      },
      stderr: wantsColour(env, isTerminal(2)),
    },
    get columns() {
      const fd = ([2, 1] as const).find(isTerminal);
      return (fd && columnsOf(fd)) || 80;
    },
    get stdoutIsTerminal() {
      return isTerminal(1);
    },
    get stderrIsTerminal() {
      return isTerminal(2);
    },
    write: (text) => void writeAll(2, terminalText(text)),
    copy: (text) => void writeAll(2, copySequence(text)),
    ask: async (question, draft, typedAhead) => (await open()).ask(question, draft, typedAhead),
    canDraw,
    takeOver: async () => (await open()).takeOver(),
    device: () => terminalDevice(),
  };
}

/** The terminal at /dev/tty. Standard input is not touched: a stream of Node's on a pipe would make it non-blocking. */
function buildControllingTerminal(env: Environment): Terminal {
  const own = buildTerminal(env);
  const tty = openTerminal();
  let opened: Promise<Pick<Terminal, 'ask' | 'takeOver'>> | undefined;
  const open = () => {
    if (tty === null) throw new Error('there is no terminal to ask on');
    opened ??= Promise.all([import('./node/console.ts'), import('node:tty')]).then(([{ openConsole }, streams]) =>
      openConsole(new streams.ReadStream(tty), new streams.WriteStream(tty), process, own.canDraw),
    );
    return opened;
  };
  return {
    interactive: tty !== null,
    colour: own.colour,
    get columns() {
      return own.columns;
    },
    stdoutIsTerminal: own.stdoutIsTerminal,
    stderrIsTerminal: own.stderrIsTerminal,
    // What belongs to a question is seen with it.
    write: (text) => void writeAll(own.stderrIsTerminal ? 2 : (tty ?? 2), terminalText(text)),
    copy: (text) => void writeAll(tty ?? 2, copySequence(text)),
    ask: async (question, draft, typedAhead) => (await open()).ask(question, draft, typedAhead),
    canDraw: own.canDraw,
    takeOver: async () => (await open()).takeOver(),
    device: own.device,
  };
}

/** The path of the terminal of one of the standard streams, found by its device number as `ttyname` does; null without one. */
function terminalDevice(): string | null {
  const stream = ([0, 2, 1] as const).find(isTerminal);
  if (stream === undefined) return null;
  const { rdev } = fstatSync(stream);
  for (const folder of ['/dev/pts', '/dev']) {
    for (const name of nodeFiles.list(folder).filter((some) => folder !== '/dev' || some.startsWith('tty'))) {
      if (statSync(`${folder}/${name}`, { throwIfNoEntry: false })?.rdev === rdev) return `${folder}/${name}`;
    }
  }
  return null;
}

/** Opens /dev/tty; null without a controlling terminal. */
function openTerminal(): number | null {
  try {
    return openSync('/dev/tty', constants.O_RDWR | constants.O_NOCTTY);
  } catch {
    return null;
  }
}

/** Whether it is a character device other than /dev/null. Node's own check would load `tty`. */
function isTerminal(fd: 0 | 1 | 2): boolean {
  try {
    const stat = fstatSync(fd);
    return stat.isCharacterDevice() && !isNullDevice(stat);
  } catch {
    return false;
  }
}

/** The columns of a terminal, 0 if they are not known. Node's stream for it takes a fifth of a switch to load. */
function columnsOf(fd: 1 | 2): number {
  const size = [0, 0];
  try {
    const { TTY } = (process as unknown as Bindings).binding('tty_wrap');
    const failure: { code?: string } = {};
    const handle = new TTY(fd, failure);
    if (failure.code === undefined) handle.getWindowSize(size);
    handle.close();
  } catch {
    // A Node without this binding.
    return process.stderr.columns;
  }
  return size[0] ?? 0;
}

/** Node's own handle of a terminal (node/src/tty_wrap.cc), of which its module `tty` is made. */
interface Bindings {
  binding(name: 'tty_wrap'): { readonly TTY: new (fd: number, failure: { code?: string }) => TerminalHandle };
}

interface TerminalHandle {
  /** Puts the columns and the rows there. */
  getWindowSize(size: number[]): void;
  close(): void;
}

/** The working directory; `/` if it has been removed, so that no library that reads it later fails either. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    process.chdir('/');
    return '/';
  }
}

/** Writes a whole text; returns null, or the code of the error. */
function writeAll(fd: number, text: string | Uint8Array): string | null {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      if (code !== 'EAGAIN') return code;
      // A full pipe in non-blocking mode: wait for its reader.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return null;
}

/** Whether a part of the program was missing when it was needed: see `src/start.ts`. */
function isReplaced(error: unknown): error is Error {
  return error instanceof Error && Reflect.get(error, 'code') === 'ERR_AWSP_REPLACED';
}

main().catch((error: unknown) => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const said = isReplaced(error) ? error.message : `this is a bug in awsp; this shell keeps its profile\n${text}`;
  writeAll(2, terminalText(`awsp: ${said}\n`));
  process.exit(1);
});
