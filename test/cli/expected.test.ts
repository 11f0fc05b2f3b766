import { describe, expect, it } from 'vitest';
import { type Expected, expectedAfter } from '../../src/cli/expected.ts';
import { commonOptions, findCommand } from '../../src/cli/grammar.ts';
import { parse } from '../../src/cli/parse.ts';
import { lateGrammar } from '../../src/commands/grammar.ts';
import { requestData } from '../support/request.ts';

const grammar = await lateGrammar.loadAll();

const optionsOf = (command: string) =>
  [...(findCommand(grammar, command)?.options ?? []), ...commonOptions].map(({ name }) => name);

/** What the test is about: whether a command may stand there, which options, and the name of the word or value. */
function seen(line: readonly string[], typed: string) {
  const { command, options, slot, ...rest }: Expected = expectedAfter(line, typed, grammar);
  return { command, options: options.map(({ name }) => name), slot: slot?.value ?? null, ...rest };
}

const nothing = { command: false, options: [], slot: null, before: '', words: [], isPastOptions: false };

describe('what may stand', () => {
  it.each<[line: string[], typed: string, expected: Partial<ReturnType<typeof seen>>]>([
    [[], '', { command: true, slot: 'PROFILE' }],
    [[], 'li', { command: true, slot: 'PROFILE' }],
    [[], '-', { options: [...optionsOf('switch'), 'unset', 'version'] }],
    [[], '--re', { options: [...optionsOf('switch'), 'unset', 'version'] }],
    [['shop'], '', { slot: 'PROFILE', words: ['shop'] }],
    [['shop'], '--', { options: optionsOf('switch'), words: ['shop'] }],
    [['shop', '--verify'], '--', { options: optionsOf('switch').filter((name) => name !== 'verify'), words: ['shop'] }],
    [['shop', '--region'], 'eu', { slot: 'REGION', words: ['shop'] }],
    [['shop', '--region', 'eu-west-1'], '', { slot: 'PROFILE', words: ['shop'] }],
    [['shop', '--region=eu-west-1'], '', { slot: 'PROFILE', words: ['shop'] }],
    [['shop'], '--region=eu', { slot: 'REGION', words: ['shop'], before: '--region=', typed: 'eu' }],
    [['shop'], '--verify=', { words: ['shop'] }],
    [['shop'], '--nothing=', { words: ['shop'] }],
    [['--no-verify'], '', { slot: 'PROFILE' }],
    [['--no-verify'], 'li', { slot: 'PROFILE' }],
    [['--'], 'li', { slot: 'PROFILE', isPastOptions: true }],
    [['--'], '--x', { slot: 'PROFILE', isPastOptions: true }],
    [['--', 'list'], '', { slot: 'PROFILE', words: ['list'], isPastOptions: true }],
    [['list'], '', { slot: 'PROFILE' }],
    [['list', '--'], '-', { slot: 'PROFILE', isPastOptions: true }],
    [['list'], '-', { options: optionsOf('list') }],
    [['list', '--kind'], '', { slot: 'KIND' }],
    [['list', '-x'], '', { slot: 'PROFILE' }],
    [['login'], '', { slot: 'SIGN-IN' }],
    [['region'], '', { slot: 'REGION' }],
    [['region', 'eu-west-1'], '', { words: ['eu-west-1'] }],
    [['current'], '', {}],
    [['current', '-q'], '--', { options: optionsOf('current').filter((name) => name !== 'quiet') }],
    [['help'], '', { slot: 'TOPIC' }],
    [['demo', '-c'], '', { slot: 'COMMAND' }],
    [['demo', '--shell'], 'z', { slot: 'SHELL' }],
    [['new', '--region'], '', { slot: 'REGION' }],
    [['-'], '', { slot: 'PROFILE', words: ['-'] }],
  ])('after %j at %j', (line, typed, expected) => {
    expect(seen(line, typed)).toEqual({ ...nothing, typed, ...expected });
  });
});

describe('the whole grammar', () => {
  it.each(grammar.commands.map((command) => [command.name, command] as const))(
    'is offered for %s, and is what the parser takes',
    (name, command) => {
      expect(seen([name], '--').options).toEqual([...command.options, ...commonOptions].map((option) => option.name));
      for (const option of command.options) {
        if (option.value === undefined) continue;
        expect(seen([name, `--${option.name}`], '')).toMatchObject({ slot: option.value, options: [] });
        expect(seen([name], `--${option.name}=`)).toMatchObject({ slot: option.value });
      }
      for (const option of seen([name], '--').options) {
        const value = command.options.find((known) => known.name === option)?.choices?.[0] ?? '7';
        const takes = command.options.find((known) => known.name === option)?.value !== undefined;
        const words = command.words.choices?.slice(0, command.words.min) ?? [];
        const argv = [name, ...words, `--${option}`, ...(takes ? [value] : [])];
        const { request } = parse(argv, grammar);
        const refused = expect.stringMatching(/unknown option|does not go with|needs a value/);
        expect(requestData(request), argv.join(' ')).not.toMatchObject({ invalid: refused });
      }
    },
  );

  it('has a name for what follows every command that takes words, and for every value', () => {
    for (const { name, words } of grammar.commands) {
      expect(words.max === 0 ? null : words.value, name).not.toBe(undefined);
    }
  });
});
