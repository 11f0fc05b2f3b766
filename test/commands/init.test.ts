import { cpSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { programFolder } from '../support/program.ts';
import { runProgram } from '../support/run.ts';
import { bareEnvironment, describeEachShell, dialects, runShell, temporaryFolder } from '../support/shells.ts';

/** A copy of the program at a path that a shell must not read carelessly. */
function installCopy(): { readonly home: string; readonly program: string } {
  const home = temporaryFolder();
  const folder = `${home}/it's a "$HOME" \\ place`;
  cpSync(`${programFolder}/dist`, `${folder}/dist`, { recursive: true });
  cpSync(`${programFolder}/shell`, `${folder}/shell`, { recursive: true });
  return { home, program: `${folder}/dist/awsp.cjs` };
}

/** Statements that tell what `awsp` is. */
const whatIsAwsp = { bash: 'type -t awsp', zsh: 'whence -w awsp', fish: 'type -t awsp' };

describeEachShell('awsp init', (shell) => {
  it('prints one line', async () => {
    const { home, program } = installCopy();
    const { stdout, stderr, code } = await runProgram(program, ['init', shell], { env: bareEnvironment(home) });
    expect({ stderr, code, lines: stdout.split('\n').length }).toEqual({ stderr: '', code: 0, lines: 2 });
  });

  it.each([
    ['evaluated', { bash: 'eval "$("$P" init bash)"', zsh: 'eval "$("$P" init zsh)"', fish: 'eval ($P init fish)' }],
    [
      'sourced',
      {
        bash: '"$P" init bash >"$HOME/line"; . "$HOME/line"',
        zsh: '"$P" init zsh >"$HOME/line"; . "$HOME/line"',
        fish: '$P init fish | source',
      },
    ],
  ])('%s, it defines the function, and says nothing', async (_how, load) => {
    const { home, program } = installCopy();
    const env = { ...bareEnvironment(home), P: program };
    const script = `${load[shell]}\n${whatIsAwsp[shell]}\nawsp --version\nawsp nothing-there\necho "status ${dialects[shell].status}"`;
    const { stdout, stderr, code } = await runShell(shell, script, { env });
    expect({ stdout, code }).toEqual({
      stdout: expect.stringMatching(/^(awsp: )?function\nawsp \d+\.\d+\.\d+\nstatus 3\n$/),
      code: 0,
    });
    expect(stderr).toMatch(
      /^awsp: no profiles in ~\/\.aws\/config or ~\/\.aws\/credentials\n {2}create one with: .*\n {2}or .*\n$/,
    );
  });
});

describe('awsp init', () => {
  it.each([
    [[], '"awsp init" needs a shell'],
    [['tcsh'], 'no shell integration for "tcsh": expected one of bash, zsh, fish, nu'],
    [['bash', 'zsh'], 'takes no "zsh"'],
  ])('%j is refused', async (args, words) => {
    const home = temporaryFolder();
    const { stdout, stderr, code } = await runProgram(`${programFolder}/dist/awsp.cjs`, ['init', ...args], {
      env: bareEnvironment(home),
    });
    expect({ stdout, code, stderr }).toEqual({ stdout: '', code: 2, stderr: expect.stringContaining(words) });
  });
});
