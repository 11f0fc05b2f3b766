import type { ChildProcess, Environment } from '../world.ts';

/** The part of `process` that is needed to handle signals. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

/**
 * Runs a program on this terminal. Resolves to its exit code, or 128 + the number of the signal that ended it. While it
 * runs, awsp ignores Ctrl-C, which the terminal sends to the program too, and passes SIGTERM and SIGHUP on to it.
 */
export async function runChild(child: ChildProcess, parent: SignalSource): Promise<number> {
  return (await runWith(child, parent, null)).code;
}

/** The same, with a text as standard input; also resolves to what the program wrote to standard output. */
export function filterThrough(child: ChildProcess, parent: SignalSource, input: string): Promise<Finished> {
  return runWith(child, parent, input);
}

interface Finished {
  readonly code: number;
  /** Empty if it went to the terminal. */
  readonly stdout: string;
}

async function runWith(
  { program, args, env, cwd, isInteractiveShell = false }: ChildProcess,
  parent: SignalSource,
  input: string | null,
): Promise<Finished> {
  const { spawn } = await import('node:child_process');
  const { constants } = await import('node:os');
  return new Promise((resolve, reject) => {
    const stdio = input === null ? 'inherit' : 'pipe';
    const child = spawn(program, args, { env: { ...env }, cwd, stdio: [stdio, stdio, 'inherit'] });
    let stdout = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    // The program may end without reading all of its input.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    const ignore = () => {};
    const forward = (signal: NodeJS.Signals) => {
      child.kill(isInteractiveShell ? 'SIGHUP' : signal);
    };
    const listeners = [
      ['SIGINT', ignore],
      ['SIGQUIT', ignore],
      ['SIGTERM', forward],
      ['SIGHUP', forward],
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
      resolve({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), stdout });
    });
  });
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

// --- internal ---

const reasons: Readonly<Record<string, string>> = { ENOENT: 'no such program', EACCES: 'permission denied' };
