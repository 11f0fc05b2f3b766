import type { EnvDelta } from './delta.ts';
import { type CodeShell, type CodeShellName, shellCode, shells } from './shells.ts';

/** What a shell runs in a changed environment: the last `count` arguments of `awsp`, a program, or awsp itself once more. */
export type Successor =
  | { readonly kind: 'arguments'; readonly count: number }
  | { readonly kind: 'program'; readonly path: string }
  | { readonly kind: 'awsp' };

/**
 * Returns the code that the shim of `awsp exec` evaluates with the arguments of `awsp` as its own: in bash and zsh in a
 * subshell, which becomes the command; fish has no subshell, so there the variables are those of a function. The command's
 * arguments are not in the code, so every byte of them stays as it is.
 */
export function execCode(name: CodeShellName, delta: EnvDelta, successor: Successor): string {
  const shell = scoped[name];
  const changes = shellCode(shell, delta);
  const run = runs[name](successor, shell);
  return changes === '' ? `${run}\n` : `${changes.trimEnd()}${shell.between}${run}\n`;
}

// --- internal ---

const scoped: Readonly<Record<CodeShellName, CodeShell>> = {
  bash: shells.bash,
  zsh: shells.zsh,
  fish: {
    ...shells.fish,
    set: (name, value) => `set -fx ${name} ${shells.fish.quote(value)}`,
    // A variable of the function that is not exported keeps the exported one of the shell from the command.
    unset: (name) => `set -f ${name}`,
  },
};

/** The statement that runs it, by PATH as `env` would: never an alias, a function or a builtin. */
const runs: Readonly<Record<CodeShellName, (successor: Successor, shell: CodeShell) => string>> = {
  bash: (successor, shell) => posixRun('exec --', successor, shell),
  // zsh's `exec` also runs builtins and functions.
  zsh: (successor, shell) => posixRun('exec command', successor, shell),
  fish: (successor, shell) => {
    if (successor.kind === 'program') return `command ${shell.quote(successor.path)}`;
    return successor.kind === 'awsp' ? 'command $__awsp_program $argv' : `command $argv[-${successor.count}..-1]`;
  },
};

function posixRun(exec: string, successor: Successor, shell: CodeShell): string {
  if (successor.kind === 'program') return `${exec} ${shell.quote(successor.path)}`;
  if (successor.kind === 'awsp') return `${exec} "\${__awsp_program[@]}" "$@"`;
  return `shift $(($# - ${successor.count})) && ${exec} "$@"`;
}
