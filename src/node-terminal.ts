import type { Readable, Writable } from 'node:stream';
import { Cancelled } from './errors.ts';
import type { ChildProcess, Environment } from './world.ts';

/** Asks one question on a terminal; rejects with `Cancelled` on Ctrl-C, Ctrl-D or the end of input. */
export async function askOn(input: Readable, output: Writable, question: string): Promise<string> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input, output, terminal: true, historySize: 0 });
  try {
    return await new Promise<string>((resolve, reject) => {
      // Stopped by Ctrl-Z, readline would leave the terminal in a state of its own.
      lines.on('SIGTSTP', () => {});
      lines.once('SIGINT', () => reject(new Cancelled()));
      lines.once('close', () => reject(new Cancelled()));
      lines.question(question, resolve);
    });
  } catch (error) {
    output.write('\n');
    throw error;
  } finally {
    lines.close();
  }
}

/** The part of `process` that a child needs its parent to have. */
interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

/**
 * Runs a program on this terminal and resolves to its exit code, or 128 + the number of the signal that ended it. While
 * it runs, Ctrl-C is its own business (the terminal sends it there too), and what would end awsp ends it.
 */
export async function runChild(
  { program, args, env, cwd, isInteractiveShell = false }: ChildProcess,
  parent: SignalSource,
): Promise<number> {
  const { spawn } = await import('node:child_process');
  const { constants } = await import('node:os');
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...env }, cwd, stdio: 'inherit' });
    const ignore = () => {};
    const pass = (signal: NodeJS.Signals) => {
      child.kill(isInteractiveShell ? 'SIGHUP' : signal);
    };
    const listeners = [
      ['SIGINT', ignore],
      ['SIGQUIT', ignore],
      ['SIGTERM', pass],
      ['SIGHUP', pass],
    ] as const;
    for (const [signal, listener] of listeners) parent.on(signal, listener);
    const end = () => {
      for (const [signal, listener] of listeners) parent.off(signal, listener);
    };
    child.once('error', (error) => {
      end();
      reject(error);
    });
    child.once('close', (code, signal) => {
      end();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/** Starts a program that goes on by itself, with nothing of this terminal; see `World.launch`. */
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

/** What a program prints on stdout; null when it cannot be started, fails, or takes longer than so many milliseconds. */
export async function outputOf(
  program: string,
  args: readonly string[],
  milliseconds: number,
  env: Environment,
): Promise<string | null> {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve) => {
    const options = { env: { ...env }, timeout: milliseconds, killSignal: 'SIGKILL' } as const;
    const child = execFile(program, args, options, (error, stdout) => resolve(error === null ? stdout : null));
    child.stdin?.end();
  });
}

// --- internal ---

const reasons: Readonly<Record<string, string>> = { ENOENT: 'no such program', EACCES: 'permission denied' };
