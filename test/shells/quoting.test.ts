import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shellCode, shells } from '../../src/environment/shells.ts';
import { runProgram } from '../support/run.ts';
import {
  bareEnvironment,
  describeEachShell,
  describeWith,
  dialects,
  runShell,
  temporaryFolder,
} from '../support/shells.ts';

/** Any text that an environment can carry, with much of what shells find special in it. */
const special = fc.constantFrom(
  ...`'"\\\n\r\t $\`!&|;<>()[]{}*?#~%^=,:\u001B\u0001\u007F`,
  "'\\''",
  "\\'",
  '$(',
  '${',
  '\r\n',
  '',
);
const anyCharacter = fc.string({ unit: 'binary', minLength: 1, maxLength: 3 });
const value = fc
  .array(fc.oneof(special, special, anyCharacter, fc.string({ maxLength: 5 })), { maxLength: 12 })
  .map((parts) => parts.join('').replaceAll('\0', ''));

const batches = 20;
const batchSize = 500;

const hostileNames = [
  'two  spaces',
  ' lead and trail ',
  "o'brien",
  '"quoted"',
  '$(touch pwned)',
  '`touch pwned`',
  '$HOME $((1+1)) ${',
  '; touch pwned',
  'a\\',
  "\\'",
  '-n',
  '--',
  '%s%n%d',
  '\\u@\\h',
  '!!',
  '*',
  '~',
  'ærøskøbing 🦊',
  '\u001B[31mred',
  '\u009B31m',
  'a\nb\n',
  '\uF600\uFDD0\uE000',
];

describeEachShell('a quoted value comes back as it was', (shell) => {
  it.each(['C.UTF-8', 'C'])(`${batches * batchSize} random values, LC_ALL=%s`, async (locale) => {
    const folder = temporaryFolder();
    const script = join(folder, 'script');
    const env = { ...bareEnvironment(folder), LC_ALL: locale };
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: batchSize, maxLength: batchSize }), async (values) => {
        writeFileSync(script, values.map((each) => `printf '%s\\0' ${shells[shell].quote(each)}\n`).join(''));
        const run = await runProgram(shell, [...dialects[shell].bare, script], { env });
        expect(run.stderr).toBe('');
        expect(run.stdout.split('\0').slice(0, -1)).toEqual(values);
      }),
      { numRuns: batches },
    );
  });

  it('set, exported and read back, then unset: every hostile name', async () => {
    const folder = temporaryFolder();
    const read = `sh -c 'printf "%s\\0" "\${AWS_PROFILE-is unset}"'\n`;
    const change = (value: string | null) => `${shellCode(shells[shell], [{ name: 'AWS_PROFILE', value }])}${read}`;
    const script = hostileNames.map((name) => `${change(name)}${change(null)}`).join('');
    const { stdout, ...rest } = await runShell(shell, script, { env: bareEnvironment(folder) });
    expect(stdout.split('\0').slice(0, -1)).toEqual(hostileNames.flatMap((name) => [name, 'is unset']));
    expect(rest).toEqual({ stderr: '', code: 0 });
    expect(readdirSync(folder).filter((file) => !file.startsWith('.'))).toEqual([]); // fish has folders of its own
  });

  it('unsets what is not there with status 0, also under set -eu', async () => {
    const code = shellCode(shells[shell], [{ name: 'AWS_PROFILE', value: null }]);
    const strict = shell === 'fish' ? '' : 'set -eu\n';
    const run = await runShell(shell, `${strict}${code}`, { env: bareEnvironment(temporaryFolder()) });
    expect(run).toEqual({ stdout: '', stderr: '', code: 0 });
  });
});

for (const shell of ['bash', 'zsh'] as const) {
  describeWith(shell, `${shell}, in which a variable is readonly,`, () => {
    it.each(['AWS_ACCESS_KEY_ID', 'AWS_PROFILE'])('fails to switch, and stays at its profile: %s', async (name) => {
      const code = shellCode(shells[shell], [
        { name: 'AWSP_PROFILE', value: 'dev' },
        { name: 'AWSP_UNTIL', value: null },
        { name: 'AWS_ACCESS_KEY_ID', value: null },
        { name: 'AWS_PROFILE', value: 'dev' },
      ]);
      const script = [
        'export AWS_PROFILE=old AWSP_PROFILE=old AWSP_UNTIL=1 AWS_ACCESS_KEY_ID=AKIA',
        `readonly ${name}`,
        `change() { eval ${shells[shell].quote(code)} || return; }`,
        'change; echo "$? $AWS_PROFILE $AWSP_PROFILE $AWSP_UNTIL"',
      ];
      const { stdout, stderr } = await runShell(shell, script.join('\n'), { env: bareEnvironment(temporaryFolder()) });
      expect(stdout).toBe('1 old old 1\n');
      expect(stderr).toMatch(/read-?only/);
      expect(stderr).toContain(name);
    });
  });
}

describeWith('fish', 'a universal variable', () => {
  it('is told of, since it would come back', async () => {
    const env = bareEnvironment(temporaryFolder());
    const set = shellCode(shells.fish, [{ name: 'AWS_PROFILE', value: 'dev' }]);
    const unset = shellCode(shells.fish, [{ name: 'AWS_PROFILE', value: null }]);
    const script = `set -Ux AWS_PROFILE prod\n${set}echo $status $AWS_PROFILE\n${unset}echo $status $AWS_PROFILE`;
    const { stdout, stderr } = await runProgram('fish', ['-c', script], { env });
    const warning =
      'awsp: warning: AWS_PROFILE is also a universal variable, of every fish shell; to remove it: set -eU AWS_PROFILE\n';
    expect({ stdout, stderr }).toEqual({ stdout: '0 dev\n0 prod\n', stderr: warning.repeat(2) });
  });
});
