import type { ShellName } from '../environment/shells.ts';
import { ancestorDirectories } from '../guard/directory-pin.ts';
import { splitLines } from '../lib/text.ts';
import type { Files } from '../world.ts';
import { type Command, commandsIn } from './commands.ts';
import type { Word } from './shell-words.ts';
import type { StartFile, Syntax } from './types.ts';

/** A start file by its path, before it is read. */
export type StartFilePath = Pick<StartFile, 'path' | 'shell' | 'syntax'>;

/**
 * The files that bash, zsh and fish read when they start, in that order (their manuals, "Invocation", "Startup/Shutdown
 * Files", "Configuration files"), before them what PAM and systemd set for every session (pam_env(8), environment.d(5)),
 * and the one that direnv has for the working folder.
 */
export function startFilePaths(
  where: {
    readonly home: string;
    readonly zdotdir: string | undefined;
    readonly configHome: string | undefined;
    readonly cwd: string;
  },
  { list, isFile }: Pick<Files, 'list' | 'isFile'>,
): readonly StartFilePath[] {
  const { home, zdotdir, cwd } = where;
  const configHome = where.configHome || `${home}/.config`;
  const files = (shell: ShellName | null, syntax: Syntax, ...paths: readonly string[]) =>
    [...new Set(paths)].map((path): StartFilePath => ({ path, shell, syntax }));
  const inFolder = (folder: string, ...names: readonly string[]) => names.map((name) => `${folder}/${name}`);
  const ending = (folder: string, end: string) =>
    inFolder(folder, ...list(folder).filter((name) => name.endsWith(end)));
  const zshFiles = ['zshenv', 'zprofile', 'zshrc', 'zlogin'];
  const hidden = zshFiles.map((name) => `.${name}`);
  const fish = (folder: string) => [...ending(`${folder}/conf.d`, '.fish'), `${folder}/config.fish`];
  // It takes the nearest.
  const envrc = ancestorDirectories(cwd)
    .map((folder) => `${folder === '/' ? '' : folder}/.envrc`)
    .find(isFile);
  return [
    ...files(null, 'pam', '/etc/environment', `${home}/.pam_environment`),
    ...files(null, 'pam', ...ending('/etc/environment.d', '.conf'), ...ending(`${configHome}/environment.d`, '.conf')),
    ...files('bash', 'sh', '/etc/profile', ...ending('/etc/profile.d', '.sh'), '/etc/bash.bashrc', '/etc/bashrc'),
    ...files('bash', 'sh', ...inFolder(home, '.bash_profile', '.bash_login', '.profile', '.bashrc')),
    ...files('zsh', 'sh', ...inFolder('/etc/zsh', ...zshFiles), ...inFolder('/etc', ...zshFiles)),
    // ~/.zshenv is where many set ZDOTDIR.
    ...files('zsh', 'sh', `${home}/.zshenv`, ...inFolder(zdotdir || home, ...hidden)),
    ...files('fish', 'fish-variables', `${configHome}/fish/fish_variables`),
    ...files('fish', 'fish', ...fish('/etc/fish'), ...fish(`${configHome}/fish`)),
    ...files(null, 'sh', ...(envrc === undefined ? [] : [envrc])),
  ];
}

/** A line of a start file that sets a variable in the shell, and not just for one command or in a function. */
export interface Assignment {
  readonly line: number;
  readonly name: string;
}

/** Where a start file sets one of these variables, exported or not: one that a shell has inherited is exported already. */
export function assignments(
  { text, syntax }: Pick<StartFile, 'text' | 'syntax'>,
  names: readonly string[],
): Assignment[] {
  // Most files have none of them.
  if (!names.some((name) => text.includes(name))) return [];
  if (syntax === 'sh' || syntax === 'fish') {
    const setBy = syntax === 'sh' ? setByShCommand : setByFishCommand;
    return commandsIn(text, syntax)
      .flatMap(setBy)
      .filter(({ name }) => names.includes(name));
  }
  const pattern = patterns[syntax](names.join('|'));
  return splitLines(text).flatMap((written, index) => {
    const name = pattern.exec(written)?.[1];
    return name === undefined ? [] : [{ line: index + 1, name }];
  });
}

/**
 * The path that a command reads as a part of the script, or null: in it are `~` and HOME expanded, and nothing else.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#dot
 */
export function sourcedPath(command: Command, home: string): string | null {
  const [name, path] = command.filter(({ text }) => !prefixes.has(text));
  if (path === undefined || (name?.text !== '.' && name?.text !== 'source')) return null;
  return path.text.replace(/^~(?=\/)|^\$HOME(?=\/)|^\$\{HOME\}(?=\/)/, () => home);
}

// --- internal ---

/** Words before a command which is done all the same. */
const prefixes: ReadonlySet<string> = new Set(['builtin', 'command']);

/** Each finds the one of the named variables that a line sets. */
const patterns: Readonly<Record<Exclude<Syntax, 'sh' | 'fish'>, (names: string) => RegExp>> = {
  'fish-variables': (names) => new RegExp(String.raw`^SETUVAR (?:--\w+ )*(${names}):`),
  pam: (names) => new RegExp(String.raw`^\s*(?:export\s+)?(${names})(?:\s*=|\s+(?:DEFAULT|OVERRIDE)=)`),
};

function setByShCommand(command: Command): readonly Assignment[] {
  const words = command.filter(({ text }) => !prefixes.has(text));
  const first = words.findIndex((word) => assigned(word, word.bare) === null);
  if (first === -1) return words.flatMap((word) => assigned(word, word.bare) ?? []);
  const name = words[first]?.text ?? '';
  const given = words.slice(first + 1);
  // `: ${NAME:=value}`
  if (name === ':') return given.flatMap((word) => assigned(word, word.text.length, /^\$\{(\w+):?=/) ?? []);
  if (!/^(?:export|declare|typeset|readonly)$/.test(name)) return [];
  // A function, a list, or what is no longer exported.
  const isOther = given.some(
    ({ text }) => /^-[a-zA-Z]*[fFp]|^\+[a-zA-Z]*x/.test(text) || (name === 'export' && text === '-n'),
  );
  return isOther ? [] : given.flatMap((word) => assigned(word, word.text.length) ?? []);
}

function setByFishCommand(command: Command): readonly Assignment[] {
  const words = command.filter(({ text }) => !prefixes.has(text));
  const [name, ...given] = words;
  if (name?.text === 'export') return given.flatMap((word) => assigned(word, word.text.length) ?? []);
  const operand = given.find(({ text }) => !text.startsWith('-'));
  if (name?.text !== 'set' || operand === undefined) return [];
  const isOther = given
    .slice(0, given.indexOf(operand))
    .some(({ text }) => /^-\w*[eqnlfSh]|^--(?:erase|query|names|local|function|show|help)/.test(text));
  return isOther ? [] : [{ line: operand.line, name: operand.text.replace(/\[.*/, '') }];
}

/** The variable that a word such as `NAME=value` sets, if its name is within so many characters. */
function assigned({ text, line }: Word, within: number, pattern = /^(\w+)\+?=/): Assignment | null {
  const name = pattern.exec(text.slice(0, within))?.[1];
  return name === undefined ? null : { line, name };
}
