import type { ShellName } from '../environment/shells.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { listed } from '../lib/text.ts';
import type { Outcome } from '../outcome.ts';
import { say } from '../terminal/messages.ts';
import type { ChildStreams, Environment, World } from '../world.ts';

/** The exit codes of a shell for a command that it cannot run (POSIX, "2.8.2 Exit Status for Commands"). */
const [notFound, notExecutable] = [127, 126];

/**
 * Runs a command as a child of awsp. Resolves to its exit code, 128 + n for signal n, or as a shell does to 127 where there
 * is no such program, and 126 where it cannot be run. Throws an `AwspError` for arguments that awsp cannot pass on.
 */
export async function runCommand(
  world: World,
  [program = '', ...args]: readonly string[],
  env: Environment,
  { isShell = false, streams }: { readonly isShell?: boolean; readonly streams?: ChildStreams } = {},
): Promise<Outcome> {
  refuseLossy(world, [program, ...args]);
  try {
    const child = { program, args, env, cwd: world.cwd, isInteractiveShell: isShell };
    return { code: await world.run(streams === undefined ? child : { ...child, streams }) };
  } catch (error) {
    return notStarted(program, error);
  }
}

/** The outcome for a program that could not be started; `error` is the system's. */
export function notStarted(program: string, error: unknown): Outcome {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  const isMissing = code === 'ENOENT';
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'no such command',
    EACCES: 'permission denied',
    ENOEXEC: 'it is not a program',
    E2BIG: 'the arguments are longer than the system allows',
  };
  const reason = reasons[String(code)] ?? `the system says ${String(code)}`;
  const text = `"${program}" cannot be run: ${reason}`;
  return { code: isMissing ? notFound : notExecutable, messages: [{ kind: 'error', text }] };
}

/** The shell that a person gets: their own, else the one whose shim called, else `sh`. */
export function personsShell({ env, files }: World, shell: ShellName | null): string {
  const own = env.SHELL ?? '';
  if (own.startsWith('/') && files.isFile(own)) return own;
  return (shell === null ? null : files.findProgram(shell, env.PATH)) ?? '/bin/sh';
}

/** Names the variables that Node has read with other bytes than they have. */
export function warnOfLossy({ env, terminal }: World): void {
  const names = Object.keys(env).filter((name) => env[name]?.includes('\uFFFD'));
  if (names.length === 0) return;
  say(terminal, { kind: 'warning', text: `${listed(names)} may not be UTF-8, and then reaches the command changed` });
}

// --- internal ---

/** Node reads arguments as UTF-8, and replaces other bytes. */
function refuseLossy({ files }: World, command: readonly string[]): void {
  const lossy = command.find((word) => word.includes('\uFFFD'));
  if (lossy === undefined) return;
  const own = files.read('/proc/self/cmdline');
  if (own.kind === 'text' && own.clean) return;
  throw new AwspError(exitCodes.usage, `"${lossy}" is not UTF-8, and would reach the command changed`, [
    'in a shell that has loaded awsp, exec without --keys, --only and --each passes every byte on',
  ]);
}
