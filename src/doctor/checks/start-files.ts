import { variables } from '../../environment/variables.ts';
import { splitLines } from '../../lib/text.ts';
import { commandsIn } from '../commands.ts';
import { assignments } from '../start-files.ts';
import type { Check, Finding, ShimLine, StartFile, Syntax } from '../types.ts';
import { finding } from '../words.ts';

/** What is wrong with the files that a shell reads when it starts. */
export const startFileChecks: readonly Check[] = [
  {
    id: 'set-in-start-file',
    run: ({ startFiles }) =>
      startFiles.flatMap((file) =>
        assignments(file, identityVariables).map(({ line, name }) =>
          finding({
            severity: 'error',
            file: file.path,
            line,
            message: `${name} is set for every ${file.path.endsWith('/.envrc') ? 'shell in this folder' : 'new shell'}`,
            why: 'whoever opens a shell is in an account that nobody chose, and a switch is undone behind its back',
            remedy: `take ${name} out of the line, and use awsp when you need a profile`,
            command: file.syntax === 'fish-variables' ? `fish -c 'set -eU ${name}'` : null,
          }),
        ),
      ),
  },
  {
    id: 'other-tool-hook',
    run: ({ startFiles }) =>
      startFiles.flatMap((file) =>
        hooks
          .filter(({ syntax }) => syntax.includes(file.syntax))
          .flatMap((hook) =>
            [...file.text.matchAll(hook.pattern)].map((match) => {
              const line = splitLines(file.text.slice(0, match.index + match[0].length)).length;
              return finding({
                file: file.path,
                line,
                message: `${hook.tool} hooks into ${file.shell ?? 'every shell'}`,
                why: hook.why,
                remedy: `use one of the two; to be rid of the hook, ${hook.remedy ?? 'remove the line'}`,
              });
            }),
          ),
      ),
  },
  {
    id: 'awsp-loaded-twice',
    run: ({ shimLines, startFiles }) => superfluous(shimLines, startFiles).map((line) => loadedTwice(line, startFiles)),
  },
  {
    id: 'awsp-is-gone',
    run: ({ shimLines }) =>
      shimLines
        .filter(({ isThere }) => !isThere)
        .map(({ file, line, shim }) =>
          finding({
            severity: 'error',
            file,
            line,
            message: `the line loads "${shim}", which is not there`,
            why: 'every new shell begins with an error, and without awsp',
            remedy: 'install awsp again with ./install.sh, or remove the line',
          }),
        ),
  },
];

/** The profile, and what some tool uses in its place: nothing for a start file to set. */
const identityVariables = variables
  .filter(({ name, beatsProfile }) => name === 'AWS_PROFILE' || beatsProfile !== undefined)
  .map(({ name }) => name);

interface Hook {
  readonly tool: string;
  readonly syntax: readonly Syntax[];
  /** Of the whole file, ending on the line that is meant. */
  readonly pattern: RegExp;
  readonly why: string;
  /** How to be rid of it. */
  readonly remedy?: string;
}

const anyShell = ['sh', 'fish'] as const;
const asp = 'its "asp" sets AWS_PROFILE without asking AWS, and its prompt shows a profile of its own';
const hooks: readonly Hook[] = [
  {
    tool: 'granted',
    syntax: anyShell,
    pattern: /^[ \t]*alias\s+(?:-\w+\s+)?assume[=\s]/gm,
    why: '"assume" exports keys, which beat AWS_PROFILE until the next switch',
  },
  {
    tool: 'aws-vault',
    syntax: anyShell,
    pattern: /^(?![ \t]*#).*\baws-vault\s+(?:exec|export|login)\b/gm,
    why: 'it exports keys, or starts commands with them, which beat AWS_PROFILE',
  },
  {
    tool: 'awsume',
    syntax: anyShell,
    pattern: /^[ \t]*alias\s+(?:-\w+\s+)?awsume[=\s]/gm,
    why: '"awsume" exports keys, which beat AWS_PROFILE until the next switch',
  },
  {
    tool: "ohmyzsh's aws plugin",
    syntax: ['sh'],
    pattern: /^[ \t]*plugins\+?=\((?:[^)#]|#.*\n)*?(?<![\w-])aws(?![\w-])/gm,
    remedy: 'take "aws" out of the list',
    why: asp,
  },
  {
    tool: "ohmyzsh's aws plugin",
    syntax: ['sh'],
    pattern: /^(?![ \t]*#).*(?:\bOMZP::aws\b|\bplugins\/aws(?![\w-])|\bantigen[ \t]+bundle[ \t]+aws[ \t]*$)/gm,
    why: asp,
  },
  {
    tool: 'aws-sso-cli',
    syntax: anyShell,
    pattern: /^[ \t]*#[ \t]*BEGIN_AWS_SSO_CLI|^(?![ \t]*#).*\baws-sso\s+eval\b/gm,
    why: '"aws-sso-profile" exports keys, which beat AWS_PROFILE until the next switch',
  },
  {
    tool: 'another awsp',
    syntax: anyShell,
    pattern: /^[ \t]*alias\s+(?:-\w+\s+)?awsp[=\s]/gm,
    why: 'an alias goes before a function of the same name: "awsp" is then that program, and not this one',
  },
];

/** The lines after which another one loads awsp into the same shell; the last one counts. */
function superfluous(shimLines: readonly ShimLine[], startFiles: readonly StartFile[]): readonly ShimLine[] {
  return shimLines.filter((line, index) => {
    const later = shimLines.slice(index + 1).filter(({ shell, isThere }) => shell === line.shell && isThere);
    return line.isThere && later.some((other) => other.file === line.file || isReadBesides(line, other, startFiles));
  });
}

/** Whether one shell reads both files. A bash that reads its login file reads .bashrc only if that file says so. */
function isReadBesides({ shell, root }: ShimLine, other: ShimLine, startFiles: readonly StartFile[]): boolean {
  if (shell !== 'bash' || root === other.root) return true;
  const login = startFiles.filter((file) => file.root === root);
  return other.root.endsWith('/.bashrc') && login.some(({ text }) => /^[^#]*bashrc/m.test(text));
}

function loadedTwice({ file, line, text, shell }: ShimLine, startFiles: readonly StartFile[]): Finding {
  const syntax = shell === 'fish' ? 'fish' : 'sh';
  const whole = startFiles.find(({ path }) => path === file)?.text ?? '';
  return finding({
    file,
    line,
    message: `awsp is loaded into ${shell} here, and again further on`,
    why: 'the later line counts, so this one only costs time, and may be of an older installation',
    remedy: 'remove the line',
    fix: repetitions(whole, text, syntax).has(line)
      ? { kind: 'text', path: file, id: `repeated ${text}`, change: (now) => withoutRepetition(now, text, syntax) }
      : null,
  });
}

/** A line that reads a file, and does nothing else. */
const readsFile = /^(?:\.|source)\s+(?:'[^']*'|"[^"]*"|[^\s'";&|\\]+)\s*(?:#.*)?$/;

/** A line that asks for a command below it. */
const isOpen = /(?:^|[\s;])(?:then|do|else|[{(])\s*(?:#.*)?$|(?:&&|\||\\)\s*$/;

/** The lines that can go, since the shell does the very same further on: their numbers. */
function repetitions(whole: string, repeated: string, syntax: 'sh' | 'fish'): ReadonlySet<number> {
  if (!readsFile.test(repeated)) return new Set();
  const lines = splitLines(whole);
  const run = new Set(commandsIn(whole, syntax).map(([word]) => word?.line));
  const alike = lines.flatMap((text, index) => (text.trim() === repeated && run.has(index + 1) ? [index + 1] : []));
  const last = alike.at(-1);
  const isAfterOpen = (line: number) =>
    isOpen.test(lines.slice(0, line - 1).findLast((text) => text.trim() !== '') ?? '');
  // The last one may be for a condition alone.
  if (last === undefined || lines[last - 1] !== repeated || isAfterOpen(last)) return new Set();
  return new Set(alike.filter((line) => line !== last && !isAfterOpen(line)));
}

function withoutRepetition(whole: string, repeated: string, syntax: 'sh' | 'fish'): string {
  const gone = repetitions(whole, repeated, syntax);
  const parts = whole.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
  return parts.filter((_, index) => !gone.has(index + 1)).join('');
}
