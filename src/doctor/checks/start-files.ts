import { regionVariables, variables } from '../../environment/variables.ts';
import { lineNumberAt, linesOf, lineTexts } from '../../lib/lines.ts';
import { commandsIn, type ScriptSyntax } from '../commands.ts';
import { assignments, sourcedPath } from '../start-files.ts';
import type { Check, Evidence, Finding, ShimLine, StartFile, Syntax } from '../types.ts';
import { finding } from '../words.ts';

/** Checks of the files that a shell reads when it starts. */
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
            message: `${name} is set for ${whereSet(file)}`,
            why: 'a new shell is in an account that was not chosen for it, and a nested shell undoes a switch',
            remedy: `take ${name} out of the line, and use awsp when you need a profile`,
            command: file.syntax === 'fish-variables' ? `fish -c 'set -eU ${name}'` : null,
          }),
        ),
      ),
  },
  {
    id: 'region-in-start-file',
    run: ({ startFiles, env, profiles }) =>
      startFiles.flatMap((file) =>
        assignments(file, regionVariables)
          // Nothing goes elsewhere if it is the region of every profile.
          .filter(
            ({ name }) => !env[name] || profiles.all().some(({ region }) => region !== null && region !== env[name]),
          )
          .map(({ line, name }) =>
            finding({
              severity: isOfFolder(file) ? 'note' : 'warning',
              file: file.path,
              line,
              message: `${name} is set for ${whereSet(file)}`,
              why: 'commands go to that region, whatever region the profile has',
              remedy: `take ${name} out of the line: each profile has a region, and "awsp region" sets another one`,
            }),
          ),
      ),
  },
  {
    id: 'config-file-in-start-file',
    run: ({ startFiles }) =>
      startFiles.flatMap((file) =>
        assignments(file, fileVariables).map(({ line, name }) =>
          finding({
            severity: 'note',
            file: file.path,
            line,
            message: `${name} is set for ${whereSet(file)}`,
            why: 'a program that is not started from such a shell reads another file, with other profiles',
            remedy: 'keep it if that is meant; awsp obeys it',
          }),
        ),
      ),
  },
  {
    id: 'other-tool-hook',
    run: ({ startFiles, shimLines, home }) =>
      startFiles.flatMap((file) =>
        hooks
          .filter(({ syntax }) => syntax.includes(file.syntax))
          .flatMap((hook) =>
            [...file.text.matchAll(hook.pattern)].flatMap((match) => {
              const line = lineNumberAt(file.text, match.index + match[0].length);
              if (hook.tool === anotherAwsp && isRemoved(file, line, { startFiles, shimLines, home })) return [];
              return finding({
                file: file.path,
                line,
                message: `${hook.tool} hooks into ${file.shell ?? 'every shell'}`,
                why: hook.why,
                remedy: `use one of the two; to remove the hook, ${hook.remedy ?? 'remove the line'}`,
              });
            }),
          ),
      ),
  },
  {
    id: 'awsp-loaded-twice',
    run: ({ shimLines, startFiles }) =>
      redundantLines(shimLines, startFiles).map((line) => loadedTwice(line, startFiles)),
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
            why: 'every new shell starts with an error, and without awsp',
            remedy: 'install awsp again with ./install.sh, or remove the line',
          }),
        ),
  },
];

const fileVariables = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'];

/** Whether a file is read for a folder: by direnv, or by mise. */
function isOfFolder({ path, syntax }: StartFile): boolean {
  return path.endsWith('/.envrc') || (syntax === 'mise' && !path.endsWith('/mise/config.toml'));
}

function whereSet(file: StartFile): string {
  return `every ${isOfFolder(file) ? 'shell in this folder' : 'new shell'}`;
}

/** Whether awsp is loaded into the same shell after an alias of its name: the shim removes the alias. */
function isRemoved(
  file: StartFile,
  line: number,
  { startFiles, shimLines, home }: Pick<Evidence, 'startFiles' | 'shimLines' | 'home'>,
): boolean {
  const index = startFiles.indexOf(file);
  return shimLines.some((shim) => {
    if (!shim.isThere || shim.shell !== file.shell) return false;
    if (shim.file === file.path) return shim.line > line;
    const loader = startFiles.findIndex(({ path }) => path === shim.file);
    if (shim.root !== file.root) return loader > index;
    // The line that sources the file with the alias.
    const sourcing = startFiles[loader]?.commands.find((command) => sourcedPath(command, home ?? '') === file.path);
    return (sourcing?.[0]?.line ?? shim.line) < shim.line;
  });
}

/** AWS_PROFILE, and the variables that some tool uses in place of it. A start file should set none of them. */
const identityVariables = variables
  .filter(({ name, beatsProfile }) => name === 'AWS_PROFILE' || beatsProfile !== undefined)
  .map(({ name }) => name);

interface Hook {
  readonly tool: string;
  readonly syntax: readonly Syntax[];
  /** Applied to the whole file; the match ends in the line to report. */
  readonly pattern: RegExp;
  readonly why: string;
  /** How to remove the hook, if it takes more than removing the line. */
  readonly remedy?: string;
}

const anotherAwsp = 'another awsp';
const anyShell = ['sh', 'fish', 'nu'] as const;
const asp = 'its "asp" sets AWS_PROFILE without verifying the profile, and it adds its own profile to the prompt';
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
    tool: anotherAwsp,
    syntax: anyShell,
    pattern: /^[ \t]*alias\s+(?:-\w+\s+)?awsp[=\s]/gm,
    why: 'an alias takes precedence over a function of the same name: "awsp" then runs that program, not this one',
  },
];

/** The lines that load awsp into a shell into which a later line loads it again; the last one takes effect. */
function redundantLines(shimLines: readonly ShimLine[], startFiles: readonly StartFile[]): readonly ShimLine[] {
  return shimLines.filter((line, index) => {
    const later = shimLines.slice(index + 1).filter(({ shell, isThere }) => shell === line.shell && isThere);
    return line.isThere && later.some((other) => other.file === line.file || isReadToo(line, other, startFiles));
  });
}

/** Whether the same shell reads both files. A login bash reads .bashrc only if its login file sources it. */
function isReadToo({ shell, root }: ShimLine, other: ShimLine, startFiles: readonly StartFile[]): boolean {
  if (shell !== 'bash' || root === other.root) return true;
  const login = startFiles.filter((file) => file.root === root);
  return other.root.endsWith('/.bashrc') && login.some(({ text }) => /^[^#]*bashrc/m.test(text));
}

function loadedTwice({ file, line, text, shell }: ShimLine, startFiles: readonly StartFile[]): Finding {
  const syntax = shell === 'fish' || shell === 'nu' ? shell : 'sh';
  const whole = startFiles.find(({ path }) => path === file)?.text ?? '';
  return finding({
    file,
    line,
    message: `awsp is loaded into ${shell} here, and again further on`,
    why: 'the later line takes effect; this one only costs time, and may load an older installation',
    remedy: 'remove the line',
    fix: repetitions(whole, text, syntax).has(line)
      ? { kind: 'text', path: file, id: `repeated ${text}`, change: (now) => withoutRepetition(now, text, syntax) }
      : null,
  });
}

/** A line that sources a file and does nothing else. */
const readsFile = /^(?:\.|source)\s+(?:'[^']*'|"[^"]*"|[^\s'";&|\\]+)\s*(?:#.*)?$/;

/** A line that needs a command below it. */
const isOpen = /(?:^|[\s;])(?:then|do|else|[{(])\s*(?:#.*)?$|(?:&&|\||\\)\s*$/;

/** The numbers of the lines that can be removed because the same line comes again later. */
function repetitions(whole: string, repeated: string, syntax: ScriptSyntax): ReadonlySet<number> {
  if (!readsFile.test(repeated)) return new Set();
  const lines = lineTexts(whole);
  const run = new Set(commandsIn(whole, syntax).map(([word]) => word?.line));
  const alike = lines.flatMap((text, index) => (text.trim() === repeated && run.has(index + 1) ? [index + 1] : []));
  const last = alike.at(-1);
  const isAfterOpen = (line: number) =>
    isOpen.test(lines.slice(0, line - 1).findLast((text) => text.trim() !== '') ?? '');
  // If the last one is indented or in a condition, it may not run, so the earlier ones stay.
  if (last === undefined || lines[last - 1] !== repeated || isAfterOpen(last)) return new Set();
  return new Set(alike.filter((line) => line !== last && !isAfterOpen(line)));
}

function withoutRepetition(whole: string, repeated: string, syntax: ScriptSyntax): string {
  const gone = repetitions(whole, repeated, syntax);
  return linesOf(whole)
    .filter((_, index) => !gone.has(index + 1))
    .join('');
}
