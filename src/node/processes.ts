import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ChildProcess, ChildStreams, Environment, LineDone } from '../world.ts';

/** The part of `process` that is needed to handle signals. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

/** The part of `process` by which a parent handles its signals and stops itself. */
interface ParentProcess extends SignalSource {
  readonly pid: number;
  kill(pid: number, signal: NodeJS.Signals): unknown;
}

/**
 * Runs a program on this terminal. Resolves to its exit code, or 128 + the number of the signal that ended it; rejects with
 * the system's error if it cannot be started. While it runs, awsp passes signals on to it. What a terminal sends (Ctrl-C,
 * Ctrl-Z) reaches all processes of the foreground, the program too: passed on, it would arrive twice, and some programs
 * take a second Ctrl-C for an order to stop at once.
 */
export async function runChild(child: ChildProcess, parent: ParentProcess): Promise<number> {
  return (await runWith(child, parent, null)).code;
}

/** The same, with a text as standard input; also resolves to what the program wrote to standard output. */
export function filterThrough(child: ChildProcess, parent: ParentProcess, input: string): Promise<Finished> {
  return runWith(child, parent, input);
}

interface Finished {
  readonly code: number;
  /** Empty if it went to the terminal. */
  readonly stdout: string;
}

async function runWith(
  { program, args, env, cwd, isInteractiveShell = false, streams }: ChildProcess,
  parent: ParentProcess,
  input: string | null,
): Promise<Finished> {
  const { spawn } = await import('node:child_process');
  const { constants } = await import('node:os');
  return new Promise((resolve, reject) => {
    const stdio = input === null ? 'inherit' : 'pipe';
    // Before the program is there: one that comes while it starts would end awsp, and the program would go on without it.
    const listeners = signalListeners(parent, (signal) => {
      child.kill(isInteractiveShell && signal === 'SIGTERM' ? 'SIGHUP' : signal);
    });
    const end = () => {
      for (const [signal, listener] of listeners) parent.off(signal, listener);
    };
    for (const [signal, listener] of listeners) parent.on(signal, listener);
    const child = started(end, () =>
      spawn(program, args, {
        env: { ...env },
        cwd,
        stdio: streams === undefined ? [stdio, stdio, 'inherit'] : ['ignore', 'pipe', 'pipe'],
      }),
    );
    let stdout = '';
    let isPassedOn: Promise<unknown> = Promise.resolve();
    if (streams === undefined) {
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
      });
    } else {
      isPassedOn = Promise.all([passOn(child.stdout, 'stdout', streams), passOn(child.stderr, 'stderr', streams)]);
    }
    // The program may end without reading all of its input.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    child.once('error', (error) => {
      end();
      reject(error);
    });
    child.once('close', (code, signal) => {
      end();
      const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      isPassedOn.then(() => resolve({ code: exitCode, stdout }), reject);
    });
  });
}

/** What `start` returns; where that throws, as for arguments that are too long, `end` is called first. */
function started<T>(end: () => void, start: () => T): T {
  try {
    return start();
  } catch (error) {
    end();
    throw error;
  }
}

async function passOn(output: Readable | null, name: 'stdout' | 'stderr', { write }: ChildStreams): Promise<void> {
  for await (const piece of output ?? []) await write(name, piece as Uint8Array);
}

type SignalListener = readonly [NodeJS.Signals, (signal: NodeJS.Signals) => void];

function signalListeners(parent: ParentProcess, send: (signal: NodeJS.Signals) => void): readonly SignalListener[] {
  const always = (['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGCONT'] as const).map(
    (signal): SignalListener => [signal, send],
  );
  const ignore = () => {};
  if (hasTerminal()) return [...always, ['SIGINT', ignore], ['SIGQUIT', ignore]];
  const stop = () => {
    send('SIGTSTP');
    parent.kill(parent.pid, 'SIGSTOP');
  };
  return [...always, ['SIGINT', send], ['SIGQUIT', send], ['SIGTSTP', stop]];
}

/** Whether a terminal controls this process. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}

/** Starts a program detached from awsp and from the terminal; see `World.launch`. */
export async function launch(
  program: string,
  args: readonly string[],
  env: Environment,
  onFailure: (reason: string) => void,
): Promise<void> {
  const { spawn } = await import('node:child_process');
  const child = spawn(program, args, { env: { ...env }, stdio: 'ignore', detached: true });
  child.once('error', ({ code, message }: NodeJS.ErrnoException) => onFailure(reasons[code ?? ''] ?? code ?? message));
  child.once('exit', (code, signal) => {
    if (code !== 0) onFailure(code === null ? `ended by ${signal}` : `exit code ${code}`);
  });
  child.unref();
}

/** What a program prints on stdout; null when it cannot be started, fails, or is not done at the timeout. */
export async function outputOf(
  program: string,
  args: readonly string[],
  timeoutMs: number,
  env: Environment,
): Promise<string | null> {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve) => {
    const options = { env: { ...env }, timeout: timeoutMs, killSignal: 'SIGKILL' } as const;
    const child = execFile(program, args, options, (error, stdout) => resolve(error === null ? stdout : null));
    child.stdin?.end();
  });
}

/** As `World.runLine`. */
export async function runLine(line: string, done: LineDone): Promise<void> {
  const { exec } = await import('node:child_process');
  exec(line, (error, stdout, stderr) => done(error, { stdout, stderr }));
}

// --- internal ---

const reasons: Readonly<Record<string, string>> = { ENOENT: 'no such program', EACCES: 'permission denied' };
