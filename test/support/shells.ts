import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type CodeShellName, codeShellNames, type ShellName, shellNames } from '../../src/environment/shells.ts';
import { nodeFiles } from '../../src/node/files.ts';
import { type Finished, type RunOptions, runProgram } from './run.ts';

/** What differs between the shells in the scripts of the tests. */
interface Dialect {
  /** Arguments that keep the person's and the system's start files away. */
  readonly bare: readonly string[];
  /** The status of the last command, as a word. */
  readonly status: string;
  /** Statements that list the names of all variables and functions, one a line. */
  readonly names: string;
}

export const dialects: Readonly<Record<CodeShellName, Dialect>> = {
  bash: { bare: ['--noprofile', '--norc'], status: '$?', names: 'compgen -v; compgen -A function' },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is zsh's
  zsh: { bare: ['--no-rcs'], status: '$?', names: 'print -rl -- ${(k)parameters} ${(k)functions}' },
  fish: { bare: ['--no-config'], status: '$status', names: 'set --names; functions --all --names' },
};

/** The same of every shell: nushell's scripts are too different for the others. */
const bare = (shell: ShellName) => (shell === 'nu' ? ['--no-config-file'] : dialects[shell].bare);

/** The repository's `shell/`: the shims as the build has made them. */
export const shimFolder = fileURLToPath(new URL('../../shell', import.meta.url));

/** Where a program is on this machine, or null. */
export function findProgram(name: string): string | null {
  return nodeFiles.findProgram(name, process.env.PATH);
}

/**
 * Tests that need a program: skipped with a line on screen when this machine has none, a failure where CI is set, so that
 * a test that CI is there to run is never left out in silence.
 */
export function describeWith(program: string, title: string, body: () => void): void {
  if (findProgram(program) !== null) {
    describe(title, body);
  } else if (process.env.CI) {
    it(title, () => expect.fail(`${program} is not installed`));
  } else {
    console.warn(`skipped: ${title}: ${program} is not installed`);
    describe.skip(`${title} (${program} is not installed)`, body);
  }
}

/** The same tests in each shell but nushell, which evaluates no code: test/shells/nu.test.ts has its own. */
export function describeEachShell(title: string, body: (shell: CodeShellName) => void): void {
  for (const shell of codeShellNames) describeWith(shell, `${title}: ${shell}`, () => body(shell));
}

/** The same tests in each shell, nushell too. */
export function describeAllShells(title: string, body: (shell: ShellName) => void): void {
  for (const shell of shellNames) describeWith(shell, `${title}: ${shell}`, () => body(shell));
}

/** A new folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'awsp-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An environment made from nothing: a home, where programs are, and UTF-8. */
export function bareEnvironment(home: string): Record<string, string> {
  const folders = [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'];
  return {
    ...{ HOME: home, PATH: folders.join(delimiter), LANG: 'C.UTF-8', TERM: 'xterm-256color' },
    // Not the settings of the machine's users.
    XDG_CONFIG_DIRS: join(home, 'etc/xdg'),
  };
}

const startWithoutNode: Readonly<Record<CodeShellName, string>> = {
  bash: 'function __awsp_find_node { __awsp_program=("$__awsp_dist/awsp.cjs"); }\n',
  zsh: 'function __awsp_find_node { __awsp_program=($__awsp_dist/awsp.cjs); }\n',
  fish: 'function __awsp_find_node; set -g __awsp_program $__awsp_dist/awsp.cjs; end\n',
};

/** Prints what follows between two lines of the shim's mark, as the program does, and takes the mark off the arguments. */
const framing = `case $3 in --mark)
  mark=$4 shell=$2; shift 4; set -- --shell "$shell" "$@"
  echo "$mark"; trap 'echo "$mark"' EXIT
esac
`;

/**
 * A copy of the shims beside a program of the test's own: `body` is a script for `sh` that stands in for the real
 * program. Returns the path of the shim.
 */
export function installFake(folder: string, shell: ShellName, body: string): string {
  mkdirSync(join(folder, 'dist'), { recursive: true });
  writeFileSync(join(folder, 'dist', 'awsp.cjs'), `#!/bin/sh\n${framing}${body}\n`);
  chmodSync(join(folder, 'dist', 'awsp.cjs'), 0o755);
  copyShims(folder);
  return join(folder, 'shell', `awsp.${shell}`);
}

/** Makes `folder/shell` the shims for a program in `folder/dist` that needs no Node. */
export function copyShims(folder: string): void {
  cpSync(shimFolder, join(folder, 'shell'), { recursive: true });
  for (const shell of codeShellNames) {
    appendFileSync(join(folder, 'shell', `awsp.${shell}`), startWithoutNode[shell]);
  }
}

/** How many times a script starts a program or splits in two, the shell's own start among them; threads are not counted. */
export async function countProcesses(
  shell: CodeShellName,
  args: readonly string[],
  script: string,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<number> {
  const folder = temporaryFolder();
  const trace = ['-f', '--trace=execve,fork,vfork,clone,clone3', '-o', join(folder, 'trace')];
  const command = [findProgram(shell) ?? shell, ...dialects[shell].bare, ...args, '-c', script];
  await runProgram('strace', [...trace, ...command], { env: { ...bareEnvironment(folder), ...env } });
  const lines = readFileSync(join(folder, 'trace'), 'utf8').split('\n');
  return lines.filter((line) => /\b(execve|v?fork|clone3?)\(/.test(line) && !line.includes('CLONE_THREAD')).length;
}

export interface ShellOptions extends RunOptions {
  /** Further arguments of the shell, before the script. */
  readonly args?: readonly string[];
}

/** Runs a script in a shell that reads no start files. */
export function runShell(shell: ShellName, script: string, options: ShellOptions): Promise<Finished> {
  return runProgram(findProgram(shell) ?? shell, [...bare(shell), ...(options.args ?? []), '-c', script], {
    cwd: options.env.HOME,
    ...options,
  });
}
