import { isPrintableAscii } from '../lib/text.ts';
import type { Environment } from '../world.ts';
import type { EnvDelta } from './delta.ts';

/** The shells that evaluate code which awsp prints. Nushell evaluates no text, so it gets data. */
export const codeShellNames = ['bash', 'zsh', 'fish'] as const;
export type CodeShellName = (typeof codeShellNames)[number];

/** The shells for which awsp has a shim. */
export const shellNames = [...codeShellNames, 'nu'] as const;
export type ShellName = (typeof shellNames)[number];

interface Syntax {
  /** Returns the value as one word that the shell takes literally. */
  quote(value: string): string;
  /** Returns the statement that sets and exports a variable in the whole shell, also from inside a function. */
  set(name: string, value: string): string;
  /** Returns the statement that unsets a variable. Its status is 0, also when the variable was not set. */
  unset(name: string): string;
  /** Returns what makes the shim print a line on stdout, as it is. */
  print(line: string): string;
}

/** The syntax of the code that a shell evaluates for awsp. */
export interface CodeShell extends Syntax {
  readonly name: CodeShellName;
  /** Separates two statements, so that none runs after one that failed: a variable may be readonly. */
  readonly between: string;
  /** Returns the statements after all others, for what only the shell itself can test. */
  afterwards(delta: EnvDelta): readonly string[];
}

/** A shell whose shim reads what is to be changed as JSON. */
export interface DataShell extends Syntax {
  readonly name: Exclude<ShellName, CodeShellName>;
  data(delta: EnvDelta): string;
}

export type Shell = CodeShell | DataShell;

/** Only a shell with prompts can end a time limit, and only the shell can tell whether it has any. */
const unlimited = 'awsp: warning: a script has no prompts, so nothing ends the time limit there';

function setsLimit(delta: EnvDelta): boolean {
  return delta.some(({ name, value }) => name === 'AWSP_UNTIL' && value !== null);
}

const posixShell: Omit<CodeShell, 'name'> = {
  // POSIX: only the single quote is special between single quotes, so it is written outside of them.
  // https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02
  // `$'\xHH'` is a byte in bash and zsh (bash manual, "ANSI-C Quoting"; zshmisc, "QUOTING").
  quote: (value: string) =>
    asciiQuoted(value.replaceAll("'", "'\\''"), (bytes) => `$'${bytes.map((byte) => `\\x${byte}`).join('')}'`),
  set: (name: string, value: string) => `export ${name}=${posixShell.quote(value)}`,
  unset: (name: string) => `unset ${name}`,
  print: (line: string) => `builtin printf '%s\\n' ${posixShell.quote(line)}`,
  between: ' &&\n',
  afterwards: (delta) =>
    setsLimit(delta) ? [`case $- in *i*) ;; *) builtin printf '%s\\n' ${posixShell.quote(unlimited)} >&2 ;; esac`] : [],
};

const fish: CodeShell = {
  name: 'fish',
  // Between fish's single quotes a backslash may escape itself and the quote; nothing else is special. `\XHH` is a byte.
  // https://fishshell.com/docs/current/language.html#quotes
  quote: (value) =>
    asciiQuoted(value.replaceAll(/[\\']/g, '\\$&'), (bytes) => bytes.map((byte) => `\\X${byte}`).join('')),
  set: (name, value) => `set -gx ${name} ${fish.quote(value)}`,
  // `set -e` returns 4 when the variable is not set.
  unset: (name) => `set -e -g ${name}; or true`,
  print: (line) => `builtin printf '%s\\n' ${fish.quote(line)}`,
  // In fish none of these variables can be read-only.
  between: '\n',
  // A universal variable of the same name stays, and only fish itself can tell. The block keeps `awsp_name` from being left.
  afterwards: (delta) => {
    const names = delta.filter((to) => to.name.startsWith('AWS_') && (to.value === null || to.name === 'AWS_PROFILE'));
    const limit = setsLimit(delta) ? [`status is-interactive; or echo '${unlimited}' >&2; true`] : [];
    if (names.length === 0) return limit;
    const warning = `echo 'awsp: warning:' $awsp_name 'is also a universal variable, of every fish shell; to remove it: set -eU' $awsp_name >&2`;
    return [
      ...limit,
      `begin; for awsp_name in ${names.map(({ name }) => name).join(' ')}; set -qU $awsp_name; and ${warning}; end; end; true`,
    ];
  },
};

const nu: DataShell = {
  name: 'nu',
  // Nothing is special between single quotes, which so cannot hold one; `\u{…}` is a character between double quotes.
  // https://www.nushell.sh/book/working_with_strings.html
  quote: (value) =>
    /^[ -&(-~]*$/.test(value)
      ? `'${value}'`
      : `"${value.replaceAll(/[\\"]/g, '\\$&').replaceAll(/[^ -~]/gu, (letter) => `\\u{${letter.codePointAt(0)?.toString(16)}}`)}"`,
  set: (name, value) => `$env.${name} = ${nu.quote(value)}`,
  unset: (name) => `hide-env --ignore-errors ${name}`,
  print: (line) => asciiJson({ print: line }),
  data: (delta) =>
    asciiJson({
      unset: delta.flatMap(({ name, value }) => (value === null ? [name] : [])),
      set: Object.fromEntries(delta.flatMap(({ name, value }) => (value === null ? [] : [[name, value]]))),
      ...(setsLimit(delta) ? { inScript: unlimited } : {}),
    }),
};

/** How awsp changes each of the shells. */
export const shells: Readonly<Record<CodeShellName, CodeShell> & { nu: DataShell }> = {
  bash: { name: 'bash', ...posixShell },
  zsh: { name: 'zsh', ...posixShell },
  fish,
  nu,
};

/** Returns the command that a person can type to unset variables. Without a known shell it is that of bash and zsh. */
export function unsetCommand(names: readonly string[], shell: ShellName | undefined): string {
  const command = shell === 'fish' ? 'set -e' : shell === 'nu' ? 'hide-env' : 'unset';
  return `${command} ${names.join(' ')}`;
}

/** The shim that called the program. */
export interface CallingShim {
  readonly shell: ShellName;
  readonly version: string;
  /** A profile is active, and the prompt of the shell does not show it. */
  readonly isUnseen: boolean;
}

/** Returns the shim that called the program, from AWSP_SHIM; null when none did, or the command does not report it. */
export function callingShim(env: Environment): CallingShim | null {
  const [name, version, unseen] = env.AWSP_SHIM?.split(' ') ?? [];
  const shell = shellNames.find((known) => known === name);
  return shell && version ? { shell, version, isUnseen: unseen === 'unseen' } : null;
}

/**
 * Returns the code that applies a delta to a shell's environment, one statement a line, or a line of JSON. The status of the
 * code is 0 when every statement succeeded. AWS's own variables come first, and of those the ones to unset: when one of them is readonly, the
 * code ends there, and the shell still has its profile with all AWSP variables.
 *
 * @throws Error when a name is not a valid variable name, or a value contains NUL: both are bugs of the caller.
 */
export function shellCode(shell: Shell, delta: EnvDelta): string {
  const rank = ({ name, value }: EnvDelta[number]) => (name.startsWith('AWSP_') ? 2 : value === null ? 0 : 1);
  const changes = delta.toSorted((a, b) => rank(a) - rank(b));
  for (const { name, value } of changes) {
    if (!/^[A-Z_][A-Z0-9_]*$/.test(name)) throw new Error(`not a variable name: ${JSON.stringify(name)}`);
    if (value?.includes('\0')) throw new Error(`the value of ${name} holds a NUL`);
  }
  if ('data' in shell) return changes.length === 0 ? '' : `${shell.data(changes)}\n`;
  const statements = [
    ...changes.map(({ name, value }) => (value === null ? shell.unset(name) : shell.set(name, value))),
    ...shell.afterwards(delta),
  ];
  return statements.length === 0 ? '' : `${statements.join(shell.between)}\n`;
}

// --- internal ---

/** JSON in ASCII, so that no locale can read it otherwise. */
function asciiJson(value: unknown): string {
  const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replaceAll(/[^ -~]/g, escaped);
}

/**
 * Quotes a text whose quotes are escaped already. What is not printable ASCII stands outside of the quotes as byte escapes
 * of its UTF-8, so that no locale can read the code otherwise: in GBK or Big5 the last byte of a character and the backslash
 * or quote after it may be one character.
 */
function asciiQuoted(escaped: string, bytes: (hexadecimal: readonly string[]) => string): string {
  if (isPrintableAscii(escaped)) return `'${escaped}'`;
  const outside = (text: string) =>
    bytes([...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')));
  return `'${escaped.replaceAll(/[^ -~]+/g, (text) => `'${outside(text)}'`)}'`;
}
