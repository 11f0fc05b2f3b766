import type { ShellName } from '../environment/shells.ts';
import { ancestorDirectories } from '../guard/directory-pin.ts';
import { lineTexts } from '../lib/lines.ts';
import type { Files } from '../world.ts';
import { type Command, commandsIn, type ScriptSyntax } from './commands.ts';
import type { Word } from './shell-words.ts';
import type { StartFile, Syntax } from './types.ts';

/** A start file that is not read yet. */
export type StartFilePath = Pick<StartFile, 'path' | 'shell' | 'syntax'>;

/**
 * The start files, in the order in which they are read: those of PAM and systemd, for every session (pam_env(8),
 * environment.d(5)); those of bash, zsh, fish and nushell (their manuals, "Invocation", "Startup/Shutdown Files",
 * "Configuration files", "Configuration"); the .envrc that direnv reads for the working directory; and the files of mise for it and those above.
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
  // direnv reads the nearest .envrc.
  const envrc = ancestorDirectories(cwd)
    .map((folder) => `${folder === '/' ? '' : folder}/.envrc`)
    .find(isFile);
  return [
    ...files(null, 'pam', '/etc/environment', `${home}/.pam_environment`),
    ...files(null, 'pam', ...ending('/etc/environment.d', '.conf'), ...ending(`${configHome}/environment.d`, '.conf')),
    ...files('bash', 'sh', '/etc/profile', ...ending('/etc/profile.d', '.sh'), '/etc/bash.bashrc', '/etc/bashrc'),
    ...files('bash', 'sh', ...inFolder(home, '.bash_profile', '.bash_login', '.profile', '.bashrc')),
    ...files('zsh', 'sh', ...inFolder('/etc/zsh', ...zshFiles), ...inFolder('/etc', ...zshFiles)),
    // ~/.zshenv is read from the home folder too: many set ZDOTDIR in it.
    ...files('zsh', 'sh', `${home}/.zshenv`, ...inFolder(zdotdir || home, ...hidden)),
    ...files('fish', 'fish-variables', `${configHome}/fish/fish_variables`),
    ...files('fish', 'fish', ...fish('/etc/fish'), ...fish(`${configHome}/fish`)),
    ...[configHome, `${home}/Library/Application Support`].flatMap((folder) =>
      files(
        'nu',
        'nu',
        ...inFolder(`${folder}/nushell`, 'env.nu', 'config.nu', 'login.nu'),
        ...ending(`${folder}/nushell/autoload`, '.nu'),
      ),
    ),
    ...files(null, 'sh', ...(envrc === undefined ? [] : [envrc])),
    ...files(null, 'mise', `${configHome}/mise/config.toml`, ...ancestorDirectories(cwd).flatMap(miseFiles)),
  ];
}

/** Whether commands are read in a start file. */
export function isScript(syntax: Syntax): syntax is ScriptSyntax {
  return syntax in setBy;
}

/** A line of a start file that sets a variable for the shell, not only for one command or in a function. */
export interface Assignment {
  readonly line: number;
  readonly name: string;
}

/**
 * Where a start file sets one of these variables, exported or not: a variable that the shell has inherited is exported
 * anyway.
 */
export function assignments(
  { text, syntax }: Pick<StartFile, 'text' | 'syntax'>,
  names: readonly string[],
): Assignment[] {
  // A fast check: most files contain none of them.
  if (!names.some((name) => text.includes(name))) return [];
  if (isScript(syntax)) {
    return commandsIn(text, syntax)
      .flatMap(setBy[syntax])
      .filter(({ name }) => names.includes(name));
  }
  if (syntax === 'mise') return setByMise(text, names);
  const pattern = patterns[syntax](names.join('|'));
  return lineTexts(text).flatMap((written, index) => {
    const name = pattern.exec(written)?.[1];
    return name === undefined ? [] : [{ line: index + 1, name }];
  });
}

/**
 * The path of the file that a command sources, with `~` and HOME expanded and nothing else; null for other commands.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#dot
 */
export function sourcedPath(command: Command, home: string): string | null {
  const [name, path] = command.filter(({ text }) => !prefixes.has(text));
  if (path === undefined || (name?.text !== '.' && name?.text !== 'source')) return null;
  return path.text.replace(/^~(?=\/)|^\$HOME(?=\/)|^\$\{HOME\}(?=\/)/, () => home);
}

// --- internal ---

/** https://mise.jdx.dev/configuration.html; `.tool-versions` has no variables. */
function miseFiles(folder: string): string[] {
  const names = ['mise.toml', '.mise.toml', 'mise.local.toml', '.mise.local.toml', '.config/mise.toml'];
  return names.map((name) => `${folder === '/' ? '' : folder}/${name}`);
}

/** `NAME = …` in `[env]`, `env.NAME = …`, `env = { NAME = … }`; `false` unsets a variable. */
function setByMise(text: string, names: readonly string[]): Assignment[] {
  const name = `["']?(${names.join('|')})["']?\\s*=(?!\\s*false\\b)`;
  const inTable = new RegExp(`^\\s*${name}`);
  const atRoot = new RegExp(`^\\s*env\\.${name}|^\\s*env\\s*=\\s*\\{(?:[^#]*[,\\s])?${name}`);
  let table = '';
  return lineTexts(text).flatMap((written, index) => {
    table = /^\s*\[\s*([^\]]*?)\s*\]/.exec(written)?.[1] ?? table;
    const [, first, second] = (table === 'env' ? inTable : table === '' ? atRoot : null)?.exec(written) ?? [];
    const found = first ?? second;
    return found === undefined ? [] : [{ line: index + 1, name: found }];
  });
}

/** Words before a command that do not change what it does. */
const prefixes: ReadonlySet<string> = new Set(['builtin', 'command']);

/** Patterns that find the variable, one of `names`, that a line sets. */
const patterns: Readonly<Record<Exclude<Syntax, ScriptSyntax | 'mise'>, (names: string) => RegExp>> = {
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
  // It declares a function, prints a list, or stops exporting.
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

/** `$env.NAME = …`, `load-env {NAME: …}` */
function setByNuCommand([first, ...words]: Command): readonly Assignment[] {
  if (first?.text === 'load-env') return words.flatMap((word) => assigned(word, word.bare, /^\{?(\w+):/) ?? []);
  if (first === undefined || words[0]?.text !== '=') return [];
  const found = assigned(first, first.bare, /^\$env\.(\w+)$/);
  return found === null ? [] : [found];
}

const setBy: Readonly<Record<ScriptSyntax, (command: Command) => readonly Assignment[]>> = {
  sh: setByShCommand,
  fish: setByFishCommand,
  nu: setByNuCommand,
};

/** The variable that a word such as `NAME=value` sets, if its name and `=` are in its first `within` characters. */
function assigned({ text, line }: Word, within: number, pattern = /^(\w+)\+?=/): Assignment | null {
  const name = pattern.exec(text.slice(0, within))?.[1];
  return name === undefined ? null : { line, name };
}
