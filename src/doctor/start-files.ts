import type { ShellName } from '../environment/shells.ts';
import type { StartFile, Syntax } from './types.ts';

/** A start file by its path, before it is read. */
export type StartFilePath = Omit<StartFile, 'text'>;

/**
 * The files that bash, zsh and fish read when they start, in that order (their manuals, "Invocation", "Startup/Shutdown
 * Files", "Configuration files"), the one that Debian's .bashrc reads besides, what PAM sets for every session, and
 * direnv's for the working folder. `fishSnippets` are the names in fish's conf.d.
 */
export function startFilePaths(
  home: string,
  zdotdir: string | undefined,
  configHome: string | undefined,
  cwd: string,
  fishSnippets: readonly string[],
): readonly StartFilePath[] {
  const fishFolder = `${configHome || `${home}/.config`}/fish`;
  const files = (shell: ShellName | null, syntax: Syntax, ...paths: readonly string[]) =>
    paths.map((path): StartFilePath => ({ path, shell, syntax }));
  const inHome = (...names: readonly string[]) => names.map((name) => `${home}/${name}`);
  const zsh = ['.zshenv', '.zprofile', '.zshrc', '.zlogin'].map((name) => `${zdotdir || home}/${name}`);
  const snippets = fishSnippets.filter((name) => name.endsWith('.fish')).map((name) => `${fishFolder}/conf.d/${name}`);
  return [
    ...files(null, 'pam', '/etc/environment', `${home}/.pam_environment`),
    ...files('bash', 'sh', ...inHome('.bash_profile', '.bash_login', '.profile', '.bash_aliases', '.bashrc')),
    ...files('zsh', 'sh', ...zsh),
    ...files('fish', 'fish-variables', `${fishFolder}/fish_variables`),
    ...files('fish', 'fish', ...snippets, `${fishFolder}/config.fish`),
    ...files(null, 'sh', `${cwd}/.envrc`),
  ];
}

/** A line of a start file that sets a variable in the shell, and not just for one command or in a function. */
export interface Assignment {
  readonly line: number;
  readonly name: string;
}

/** Where a start file sets one of these variables. */
export function assignments(
  { text, syntax }: Pick<StartFile, 'text' | 'syntax'>,
  names: readonly string[],
): Assignment[] {
  const pattern = patterns[syntax](names.join('|'));
  const ofShell = syntax === 'sh' || syntax === 'fish';
  return (ofShell ? topLevelLines(text, syntax) : numbered(text)).flatMap(({ line, text: written }) => {
    const plain = ofShell ? withoutQuoted(written) : written;
    // Most lines have none of them, and some are of many thousands of blanks.
    if (/^\s*#/.test(plain) || !names.some((name) => plain.includes(name))) return [];
    return [...plain.matchAll(pattern)].map((match) => ({ line, name: match[1] ?? match[2] ?? '' }));
  });
}

/** The lines that a shell runs when it reads a file: what is in functions runs later, if ever. */
export function topLevelLines(text: string, syntax: Syntax): { readonly line: number; readonly text: string }[] {
  const { begins, ends, isWhole } = syntax === 'fish' ? fishFunctions : shFunctions;
  /** Of the function that the line is in. */
  let indent: number | null = null;
  let braces = 0;
  return numbered(text).filter(({ text: written }) => {
    const code = withoutQuoted(written).replace(/(^|\s)#.*$/, '');
    const start = indent === null ? begins.exec(code) : null;
    if (indent === null && start === null) return true;
    const body = start === null ? code : code.slice(start[0].length);
    const closed = count(body, closingBrace);
    braces += count(body, openingBrace) - closed;
    const isLast = start === null ? indentOf(ends.exec(code)) <= (indent ?? 0) : isWhole.test(body);
    indent ??= indentOf(start);
    if (isLast || (closed > 0 && braces <= 0)) [indent, braces] = [null, 0];
    return false;
  });
}

// --- internal ---

/** How a function begins, the end of one as the first word of a line, and what follows the beginning where it is all in one line. */
const shFunctions = {
  begins: /^(\s*)(?:function\s+[\w:.-]+(?:\s*\(\s*\))?|[\w:.-]+\s*\(\s*\))/,
  ends: /^(\s*)[})]/,
  // A body in parentheses, or, in zsh, a command without any.
  isWhole: /^\s*(?:\(.*\)|[^\s({].*)\s*$/,
};
const fishFunctions = { begins: /^(\s*)function\s/, ends: /^(\s*)end\b/, isWhole: /[\s;]end\s*;?\s*$/ };

/** Braces that are words: `${name}` and `{a,b}` have others. */
const openingBrace = /(?<![^\s;&|)])\{(?!\S)/;
const closingBrace = /(?<![^\s;])\}(?![^\s;&|)<>])/;

const value = String.raw`(?:"[^"]*"|'[^']*'|\$\([^)]*\)|\`[^\`]*\`|[^\s;&|"'#\`])*`;

/** Each finds assignments of the named variables, the name as its only group that takes part. */
const patterns: Readonly<Record<Syntax, (names: string) => RegExp>> = {
  // An assignment before a command is for that command alone, so the line must end behind it.
  sh: (names) =>
    new RegExp(
      String.raw`(?<=^\s*|[;&|]\s*|(?:\b(?:then|do|else)|(?<!\S)\{)\s+)(?:(?:export|(?:declare|typeset)\s+-\w*x\w*)\s+)?(?:\w+=${value}\s+)*(${names})=${value}(?=(?:\s+\w+=${value})*\s*(?:$|[;&|#]))`,
      'g',
    ),
  fish: (names) =>
    new RegExp(
      String.raw`(?<=^\s*|[;&|]\s*|\b(?:and|or)\s+)(?:set\s+(?!(?:-\w*[eqnlfS]|--(?:erase|query|names|local|function|show)))(?:-\S+\s+)*(${names})(?:\s+${value})*|export\s+(${names})=${value})`,
      'g',
    ),
  'fish-variables': (names) => new RegExp(String.raw`^SETUVAR (?:--\w+ )*(${names}):.*$`, 'g'),
  pam: (names) => new RegExp(String.raw`^\s*(?:export\s+)?(${names})(?:\s*=|\s+(?:DEFAULT|OVERRIDE)=).*$`, 'g'),
};

function count(text: string, pattern: RegExp): number {
  return text.split(pattern).length - 1;
}

/** The blanks in the only group of a match; more than any line has where there is none. */
function indentOf(match: RegExpExecArray | null): number {
  return match?.[1]?.length ?? Number.POSITIVE_INFINITY;
}

function numbered(text: string): { readonly line: number; readonly text: string }[] {
  return text.split(/\r\n|\r|\n/).map((written, index) => ({ line: index + 1, text: written }));
}

/** What stands in quotes is no command: `alias x='export AWS_PROFILE=dev'` sets nothing. */
function withoutQuoted(text: string): string {
  return text.replace(
    /'[^']*'|"(?:[^"\\]|\\.)*"/g,
    (quoted) => `${quoted[0]}${' '.repeat(quoted.length - 2)}${quoted[0]}`,
  );
}
