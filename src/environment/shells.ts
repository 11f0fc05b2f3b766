import type { Environment } from '../world.ts';
import type { EnvDelta } from './delta.ts';

export const shellNames = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof shellNames)[number];

/** How one shell writes what awsp has it evaluate. */
export interface Shell {
  readonly name: ShellName;
  /** The value as one word that the shell takes literally. */
  quote(value: string): string;
  /** The statement that sets and exports a variable in the whole shell, from inside a function too. */
  set(name: string, value: string): string;
  /** The statement that unsets a variable; its status is 0 whether or not there was one. */
  unset(name: string): string;
  /** The statement that prints a line on stdout, as it is. */
  print(line: string): string;
  /** What stands between two statements, so that none follows one that failed: a variable may be readonly. */
  readonly between: string;
  /** Statements after all others, for what only the shell itself knows. */
  afterwards(delta: EnvDelta): readonly string[];
}

const posixShell = {
  // POSIX: nothing is special between single quotes but the single quote, which therefore stands outside of them.
  // https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02
  quote: (value: string) => `'${value.replaceAll("'", "'\\''")}'`,
  set: (name: string, value: string) => `export ${name}=${posixShell.quote(value)}`,
  unset: (name: string) => `unset ${name}`,
  print: (line: string) => `builtin printf '%s\\n' ${posixShell.quote(line)}`,
  between: ' &&\n',
  afterwards: () => [],
};

const fish: Shell = {
  name: 'fish',
  // Between fish's single quotes a backslash may escape itself and the quote; nothing else is special.
  // https://fishshell.com/docs/current/language.html#quotes
  quote: (value) => `'${value.replaceAll(/[\\']/g, '\\$&')}'`,
  set: (name, value) => `set -gx ${name} ${fish.quote(value)}`,
  // `set -e` answers 4 when there is nothing to erase.
  unset: (name) => `set -e -g ${name}; or true`,
  print: (line) => `builtin printf '%s\\n' ${fish.quote(line)}`,
  // fish lets no variable of these be read-only.
  between: '\n',
  // What is erased, or covered, in the global scope may still be there in the universal one, which fish alone knows.
  afterwards: (delta) => {
    const names = delta.filter((to) => to.name.startsWith('AWS_') && (to.value === null || to.name === 'AWS_PROFILE'));
    if (names.length === 0) return [];
    const warning = `echo 'awsp: warning:' $awsp_name 'is also a universal variable, of every fish shell; to remove it: set -eU' $awsp_name >&2`;
    return [
      `for awsp_name in ${names.map(({ name }) => name).join(' ')}; set -qU $awsp_name; and ${warning}; end; true`,
    ];
  },
};

/** The shells that awsp has a shim for. */
export const shells: Readonly<Record<ShellName, Shell>> = {
  bash: { name: 'bash', ...posixShell },
  zsh: { name: 'zsh', ...posixShell },
  fish,
};

/** What a person types to unset variables, in a shell that may not be known. */
export function unsetCommand(names: readonly string[], shell: ShellName | undefined): string {
  return `${shell === 'fish' ? 'set -e' : 'unset'} ${names.join(' ')}`;
}

/** The shim that called the program; null when none did, or did not say so. */
export function callingShim(env: Environment): { readonly shell: ShellName; readonly version: string } | null {
  const [name, version] = env.AWSP_SHIM?.split(' ') ?? [];
  const shell = shellNames.find((known) => known === name);
  return shell && version ? { shell, version } : null;
}

/**
 * The code that makes a shell's environment follow a delta: one statement a line. AWS's own variables come first, and of
 * them those that are unset, so that the shell stays at its profile, with all that awsp knows of it, when one is readonly.
 * Evaluated, it ends with status 0 when all of it is done.
 *
 * @throws Error when a name is not a variable's, or a value holds NUL, which no environment can carry: a bug of the caller.
 */
export function shellCode(shell: Shell, delta: EnvDelta): string {
  const rank = ({ name, value }: EnvDelta[number]) => (name.startsWith('AWSP_') ? 2 : value === null ? 0 : 1);
  const changes = delta
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ name, value }) => {
      if (!/^[A-Z_][A-Z0-9_]*$/.test(name)) throw new Error(`not a variable name: ${JSON.stringify(name)}`);
      if (value?.includes('\0')) throw new Error(`the value of ${name} holds a NUL`);
      return value === null ? shell.unset(name) : shell.set(name, value);
    });
  const statements = [...changes, ...shell.afterwards(delta)];
  return statements.length === 0 ? '' : `${statements.join(shell.between)}\n`;
}
