import { spawn } from 'node:child_process';

export interface Finished {
  /** 128 when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** All of it: nothing of the developer's own environment gets in. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string | undefined;
  readonly input?: string;
  /** Of what it prints; UTF-8 unless given. */
  readonly encoding?: BufferEncoding;
  /** Sends the program a signal: after so many milliseconds, when it has said something on stderr, or something is done. */
  readonly signal?: { readonly after: number | RegExp | Promise<unknown>; readonly name: NodeJS.Signals };
}

/** Runs a program to its end, without a terminal. Rejects when it cannot be started. */
export function runProgram(file: string, args: readonly string[], options: RunOptions): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env: options.env, cwd: options.cwd, stdio: 'pipe' });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding(options.encoding ?? 'utf8').on('data', (text: string) => {
      output.stdout += text;
    });
    const { signal } = options;
    const send = () => signal && child.kill(signal.name);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      const wasSaid = signal?.after instanceof RegExp && signal.after.test(output.stderr);
      output.stderr += text;
      if (signal?.after instanceof RegExp && !wasSaid && signal.after.test(output.stderr)) send();
    });
    // The program may end without reading what it is given.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    const timer = typeof signal?.after === 'number' ? setTimeout(send, signal.after) : undefined;
    if (signal?.after instanceof Promise) signal.after.then(send, send);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ ...output, code: code ?? 128 });
    });
  });
}
