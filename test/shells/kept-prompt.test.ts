import { join } from 'node:path';
import { expect, it } from 'vitest';
import { applyDelta, switchDelta } from '../../src/environment/delta.ts';
import { shells } from '../../src/environment/shells.ts';
import { serverVariables, variables } from '../../src/environment/variables.ts';
import { devFacts } from '../support/facts.ts';
import { bareEnvironment, describeEachShell, runShell, shimFolder, temporaryFolder } from '../support/shells.ts';

const names = [
  ...new Set([
    ...variables.map(({ name }) => name).filter((name) => !name.startsWith('AWSP_PREVIOUS')),
    ...serverVariables,
    ...['HOME', 'TERM', 'NO_COLOR', 'AWSP_NO_PROMPT'],
  ]),
];

/** What may be in a variable, the separator of what the shims compare among it; null: it is unset. */
const values = [null, '', 'x,y', '*|[a]', '9999999999', 'production'];

describeEachShell('the prompt that a shell keeps', (shell) => {
  const { set, unset } = shells[shell];
  const strict = { bash: 'set -u', zsh: 'setopt no_unset', fish: '' }[shell];
  const show =
    shell === 'fish'
      ? 'function P; emit fish_prompt; awsp_prompt; echo; end; function forget; set -g __awsp_all; end'
      : `P() { __awsp_prompt; printf '%s\\n' "$AWSP_PROMPT"; }; forget() { __awsp_all=; }`;

  it.each([
    ['made of its text', { text: 'dev Admin', short: 'dev', width: 44 }, '(dev Admin) '],
    ['made without a text', null, '(dev 123456789011) '],
  ])('is the one that it would make, whatever has changed since: %s', async (_what, prompt, expected) => {
    const home = temporaryFolder();
    const bare = { ...bareEnvironment(home), NO_COLOR: '1' };
    const expiresAt = Math.floor(Date.now() / 1_000) + 3_600;
    const env = applyDelta(bare, switchDelta(bare, { ...devFacts, expiresAt, prompt }).delta);
    const changes = names.flatMap((name) => values.map((value) => ({ name, value })));
    const write = (name: string, value: string | null) => (value === null ? unset(name) : set(name, value));
    const steps = changes.map(({ name, value }) => {
      const before = write(name, env[name] ?? null);
      return [write(name, value), 'P', 'forget', 'P', before, 'P', 'P'].join('\n');
    });
    const script = [`source '${join(shimFolder, `awsp.${shell}`)}'`, show, strict, 'P', 'P', ...steps].join('\n');
    const { stdout, stderr } = await runShell(shell, script, { env, cwd: home });
    expect(stderr).toBe('');
    const [first, second, ...shown] = stdout.split('\n');
    expect([first, second]).toEqual([expected, expected]);
    const kept = changes.map(({ name, value }, index) => [name, value, ...shown.slice(4 * index, 4 * index + 4)]);
    const made = changes.map(({ name, value }, index) => {
      const anew = shown[4 * index + 1];
      return [name, value, anew, anew, first, first];
    });
    expect(kept).toEqual(made);
  });

  // Fish before 3.6 has no clock but that of a process, which is asked at each prompt and not when the line is drawn again.
  if (shell === 'fish')
    it('tells the minutes of a limit at each prompt, also after the line was drawn again', async () => {
      const home = temporaryFolder();
      const bare = { ...bareEnvironment(home), NO_COLOR: '1' };
      const until = Math.floor(Date.now() / 1_000) + 290;
      const env = applyDelta(bare, switchDelta(bare, { ...devFacts, until }).delta);
      const clock = 'function __awsp_clock; return 1; end; function L; awsp_prompt; echo; end';
      const script = [`source '${join(shimFolder, 'awsp.fish')}'`, clock, show, 'P', 'L', 'P', 'P'].join('\n');
      const { stdout } = await runShell(shell, script, { env, cwd: home });
      const told = '(dev 123456789011 5m) ';
      expect(stdout.split('\n').slice(0, 4)).toEqual([told, '(dev 123456789011) ', told, told]);
    });
});
