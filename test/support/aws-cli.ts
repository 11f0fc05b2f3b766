import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Finished, type RunOptions, runProgram } from './run.ts';

/**
 * The AWS CLI of this machine, if it can be led to an emulator: AWS_ENDPOINT_URL_STS and its like are obeyed since 1.29 and
 * 2.13. Otherwise why not; a machine without one is in order, also where CI is set.
 */
export const awsCli: { readonly reason: string | null } = { reason: reasonAgainst() };

type Options = Pick<RunOptions, 'env' | 'cwd'>;

/** Runs the first `aws` on PATH: in a process that has loaded it already, where a python3 on PATH has the same one. */
export async function runAws(args: readonly string[], options: Options): Promise<Finished> {
  const python = await warmPython();
  return python?.isFirstAws ? python.run({ args }, options) : runProgram('aws', args, options);
}

/** Runs a program of Python that uses botocore: in a process that has loaded it already, where that has the AWS CLI too. */
export async function runPython(code: string, args: readonly string[], options: Options): Promise<Finished> {
  const python = await warmPython();
  return python?.run({ code, args }, options) ?? runProgram('python3', ['-c', code, ...args], options);
}

// --- internal ---

interface WarmPython {
  /** Whether the AWS CLI in it is the first `aws` on PATH. */
  readonly isFirstAws: boolean;
  run(request: { readonly args: readonly string[]; readonly code?: string }, options: Options): Promise<Finished>;
}

/** One for each worker, as long as that lives. */
let started: Promise<WarmPython | null> | undefined;

function warmPython(): Promise<WarmPython | null> {
  started ??= startPython();
  return started;
}

async function startPython(): Promise<WarmPython | null> {
  const script = fileURLToPath(new URL('warm-python.py', import.meta.url));
  const env = { PATH: process.env.PATH, LANG: 'C.UTF-8' };
  const child = spawn('python3', [script], { stdio: ['pipe', 'pipe', 'ignore'], env });
  const lines = createInterface({ input: child.stdout });
  const version = await nextLine(child, lines);
  if (version === null) return null;
  child.unref();
  for (const stream of [child.stdin, child.stdout]) Reflect.get(stream, 'unref')?.call(stream);
  let turn: Promise<unknown> = Promise.resolve();
  return {
    isFirstAws: process.env.AWSP_TEST_AWS_VERSION === version,
    run(request, { env, cwd = process.cwd() }) {
      const result = turn.then(async (): Promise<Finished> => {
        const defined = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
        child.stdin.write(`${JSON.stringify({ ...request, env: defined, cwd })}\n`);
        const line = await nextLine(child, lines);
        if (line === null) throw new Error('the Python that runs the AWS CLI has ended');
        return JSON.parse(line);
      });
      turn = result.catch(() => {});
      return result;
    },
  };
}

/** Null when the program has ended, or could not be started. */
async function nextLine(child: ChildProcess, lines: Interface): Promise<string | null> {
  const stop = new AbortController();
  const { signal } = stop;
  try {
    const ended = Promise.race([once(child, 'close', { signal }), once(child, 'error', { signal })]).then(() => null);
    return await Promise.race([once(lines, 'line', { signal }).then(([line]) => String(line)), ended]);
  } catch {
    return null;
  } finally {
    stop.abort();
  }
}

function versionOfAws(): string | null {
  const { stdout, error } = spawnSync('aws', ['--version'], { encoding: 'utf8' });
  return error ? null : (/^aws-cli\/(\S+)/.exec(stdout)?.[1] ?? null);
}

function reasonAgainst(): string | null {
  // The global setup of Vitest imports this file too: its workers need not ask again.
  process.env.AWSP_TEST_AWS_VERSION ??= versionOfAws() ?? '';
  const version = process.env.AWSP_TEST_AWS_VERSION;
  if (version === '') return 'the AWS CLI is not installed';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > 2 || (major === 2 && minor >= 13) || (major === 1 && minor >= 29);
  return isEnough ? null : `the AWS CLI ${major}.${minor} obeys no AWS_ENDPOINT_URL_STS`;
}
