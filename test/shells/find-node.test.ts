import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageName, programFolder } from '../support/program-folder.ts';
import { runProgram } from '../support/run.ts';
import {
  bareEnvironment,
  describeAllShells,
  describeWith,
  findProgram,
  runShell,
  shimFolder,
  temporaryFolder,
} from '../support/shells.ts';

/** Programs that say who they are. */
function say(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\necho "${text}" "$@"\n`, { mode: 0o755 });
}

describeAllShells('a shim starts the program', (shell) => {
  const nodeFunction = {
    bash: 'node() { :; }',
    zsh: 'node() { :; }',
    fish: 'function node; end',
    nu: 'def node [] {}',
  };
  const setPath = {
    bash: (folders: readonly string[]) => `PATH=${folders.join(':')}`,
    zsh: (folders: readonly string[]) => `PATH=${folders.join(':')}`,
    fish: (folders: readonly string[]) => `set PATH ${folders.join(' ')}`,
    nu: (folders: readonly string[]) => `$env.PATH = [${folders.join(' ')}]`,
  };

  it.each([
    ['with the node in PATH', 'node', ['good'], 'node awsp.cjs'],
    ['by the script where it has none', 'node', ['none'], 'awsp.sh'],
    ['by the script where node is a function alone, as nvm may have it', 'function', ['none'], 'awsp.sh'],
    ['by the script where it may choose a version that is not there', 'node', ['shims', 'good'], 'awsp.sh'],
    ['with that node where another manager has such a folder', 'node', ['pyenv/shims', 'good'], 'node awsp.cjs'],
    ['with that node where the name of a folder only begins so', 'node', ['shims-of-mine', 'good'], 'node awsp.cjs'],
  ])('%s', async (_title, kind, folders, expected) => {
    const home = temporaryFolder();
    cpSync(shimFolder, join(home, 'shell'), { recursive: true });
    say(join(home, 'dist'), 'awsp.sh', 'awsp.sh');
    writeFileSync(join(home, 'dist', 'awsp.cjs'), '#!/usr/bin/env node\n', { mode: 0o755 });
    for (const folder of ['good', 'shims', 'shims-of-mine']) say(join(home, folder), 'node', 'node');
    say(join(home, 'pyenv', 'shims'), 'python', 'python');
    const path = folders.map((folder) => join(home, folder));
    const define = kind === 'function' ? nodeFunction[shell] : '';
    const set = setPath[shell](path);
    const script = `source '${home}/shell/awsp.${shell}'\n${define}\n${set}\nawsp list`;
    const { stdout } = await runShell(shell, script, { env: bareEnvironment(home) });
    expect(stdout.replace(/\S*\/dist\//, '')).toBe(`${expected} list\n`);
  });

  it.each([
    ['the next one in PATH where one that it has started is gone', 'rm first/node'],
    ['a new one that is earlier in PATH', 'mv first/late first/node', 'late'],
  ])('takes %s', async (_title, change, before = 'first') => {
    const home = temporaryFolder();
    cpSync(shimFolder, join(home, 'shell'), { recursive: true });
    say(join(home, 'dist'), 'awsp.sh', 'awsp.sh');
    writeFileSync(join(home, 'dist', 'awsp.cjs'), '#!/usr/bin/env node\n', { mode: 0o755 });
    say(join(home, 'first'), before === 'late' ? 'late' : 'node', 'first');
    say(join(home, 'second'), 'node', 'second');
    const set = setPath[shell]([join(home, 'first'), join(home, 'second'), '/usr/bin', '/bin']);
    const script = `source '${home}/shell/awsp.${shell}'\n${set}\nawsp list\n${change}\nawsp list`;
    const { stdout } = await runShell(shell, script, { env: bareEnvironment(home), cwd: home });
    expect(stdout.match(/^\w+/gm)).toEqual(before === 'late' ? ['second', 'first'] : ['first', 'second']);
  });
});

/** This machine's `sh`, and BusyBox's, which is Alpine's. */
for (const [program, args] of [
  ['sh', []],
  ['busybox', ['sh']],
] as const) {
  describeWith(program, `the script that finds a Node, in ${program}`, () => {
    it.each([
      ['the Node that built it', ['built', 'npm', 'path'], 'built'],
      ['the Node of npm that installed the package', ['npm', 'path'], 'npm'],
      ['the one in PATH where that is gone', ['gone', 'npm', 'path'], 'path'],
      ['the one in PATH', ['path'], 'path'],
      ['none where there is none, and says so', ['gone'], null],
    ])('takes %s', async (_title, there, expected) => {
      const root = temporaryFolder();
      const dist = join(root, 'lib', 'node_modules', packageName, 'dist');
      mkdirSync(dist, { recursive: true });
      cpSync(join(programFolder, 'dist', 'awsp.sh'), join(dist, 'awsp.sh'));
      for (const name of ['built', 'path']) say(join(root, name), 'node', name);
      say(join(root, 'bin'), 'node', 'npm');
      for (const name of ['built', 'path']) if (!there.includes(name)) rmSync(join(root, name), { recursive: true });
      if (!there.includes('npm')) rmSync(join(root, 'bin'), { recursive: true });
      if (there.includes('built') || there.includes('gone')) {
        writeFileSync(join(dist, 'node-path'), `${root}/built/node\n`);
      }
      const env = { PATH: join(root, 'path') };
      const words = [...args, join(dist, 'awsp.sh'), 'a  b'];
      expect(await runProgram(findProgram(program) ?? program, words, { env })).toEqual(
        expected === null
          ? { code: 1, stdout: '', stderr: 'awsp: needs Node 20.19.0 or later; node is not in PATH\n' }
          : { code: 0, stdout: `${expected} ${dist}/awsp.cjs a  b\n`, stderr: '' },
      );
    });
  });
}
