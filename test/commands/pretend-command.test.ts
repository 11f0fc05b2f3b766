import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programFolder } from '../support/program.ts';
import { type Finished, runProgram } from '../support/run.ts';

// A command is one file in src/commands/ and one line in its index: here one is added to a copy of the repository.

const definition = `import type { Command } from '../cli/command.ts';

export const pretendCommand: Command<{ readonly loudly: boolean }> = {
  name: 'pretend',
  helpOrder: 55,
  usage: [['awsp pretend [region]', 'do nothing, and say so']],
  words: { min: 0, max: 1, value: 'REGION' },
  options: [{ name: 'loudly', describe: 'say it in capitals' }],
  changesShell: false,
  parse: (line) => ({ loudly: line.has('loudly') }),
  run: async ({ loudly }) => ({ code: 0, stdout: loudly ? 'NOTHING\\n' : 'nothing\\n' }),
};
`;

const copy = mkdtempSync(join(tmpdir(), 'awsp-pretend-'));
const env = { PATH: process.env.PATH, HOME: copy };
const awsp = (...args: string[]): Promise<Finished> => runProgram(join(copy, 'dist/awsp.cjs'), args, { env });

beforeAll(() => {
  for (const part of ['src', 'scripts', 'shell', 'package.json', 'tsconfig.json']) {
    cpSync(join(programFolder, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(programFolder, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(join(copy, 'src/commands/pretend.ts'), definition);
  const index = join(copy, 'src/commands/index.ts');
  const line = "  pretend: async () => (await import('./pretend.ts')).pretendCommand,\n";
  writeFileSync(index, readFileSync(index, 'utf8').replace(/^};$/m, `${line}};`));
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: copy, stdio: 'pipe' });
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('a command that is one new file and one line', () => {
  it('is run, with its options', async () => {
    expect(await awsp('pretend')).toEqual({ code: 0, stdout: 'nothing\n', stderr: '' });
    expect(await awsp('pretend', '--loudly')).toEqual({ code: 0, stdout: 'NOTHING\n', stderr: '' });
    expect(await awsp('pretend', '--json')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"--json" does not go with "awsp pretend"'),
    });
    expect(await awsp('--shell', 'bash', '--loudly', 'pretend')).toMatchObject({ code: 2, stdout: '' });
  });

  it('is in the help, in its place, and has help of its own', async () => {
    const { stdout } = await awsp('--help');
    const usage = stdout.split('\n').filter((line) => line.startsWith('  awsp '));
    const names = usage.map((line) => line.trim().split(/[ ]+/)[1]);
    expect(names.slice(names.indexOf('pretend') - 1).slice(0, 3)).toEqual(['new', 'pretend', 'import']);
    expect((await awsp('help', 'pretend')).stdout).toContain('--loudly');
  });

  it('is offered at the Tab key, and so are its option and its word', async () => {
    const complete = async (...args: string[]) => (await awsp('--complete', ...args)).stdout;
    expect(await complete('bash', 'awsp pret', 'pret')).toBe('pretend\n');
    expect(await complete('fish', 'awsp', 'pret')).toBe('pretend\tdo nothing, and say so\n');
    expect(await complete('zsh', 'awsp', 'pret')).toBe('commands\tpretend:do nothing, and say so\n');
    expect(await complete('bash', 'awsp pretend --l', '--l')).toBe('--loudly\n');
    expect(await complete('bash', 'awsp pretend eu-north', 'eu-north')).toBe('eu-north-1\n');
  });

  it.each(['bash', 'zsh', 'fish'])('goes straight through the shim of %s', (shell) => {
    const shim = readFileSync(join(copy, `shell/awsp.${shell}`), 'utf8');
    const [line = ''] = shim.split('\n').filter((text) => /\blist\b.*--version/.test(text));
    expect(line).toMatch(/\bpretend\b/);
  });
});
