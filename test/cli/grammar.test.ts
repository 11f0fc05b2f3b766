import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { allOptions, spellings } from '../../src/cli/grammar.ts';
import { commandHelp } from '../../src/cli/help.ts';
import { parse } from '../../src/cli/parse.ts';
import { lateGrammar } from '../../src/commands/grammar.ts';
import { grammarData, passThroughWords } from '../../src/commands/grammar-data.ts';
import { commandFiles } from '../../src/commands/index.ts';
import { requestData } from '../support/request.ts';

const grammar = await lateGrammar.loadAll();

const valueOptions = grammar.commands.flatMap((command) =>
  command.options.filter(({ value }) => value !== undefined).map((option) => ({ command, option })),
);
const flags = grammar.commands.flatMap((command) =>
  command.options.filter(({ value }) => value === undefined).map((option) => ({ command, option })),
);
const titled = ({ command, option }: (typeof flags)[number]) =>
  [command.name, option.name, { command, option }] as const;

describe('an option', () => {
  it.each(valueOptions.map(titled))('%s --%s without its value is named as in the help', (name, _option, row) => {
    const { command, option } = row;
    const words = command.words.choices?.slice(0, command.words.min) ?? [];
    const message = `"--${option.name}" needs a value: --${option.name} ${option.value}`;
    for (const last of [`--${option.name}`, `--${option.name}=`]) {
      const { request } = parse([name, ...words, last], grammar);
      expect(requestData(request)).toMatchObject({ invalid: message });
    }
    expect(commandHelp(command, Number.POSITIVE_INFINITY)).toContain(`--${option.name} ${option.value}  `);
  });

  it.each(flags.map(titled))('%s --%s takes no value', (name, option) => {
    const { request } = parse([name, `--${option}=1`], grammar);
    expect(requestData(request)).toMatchObject({ invalid: `"--${option}" takes no value` });
  });

  it('of several commands is the same kind of option in all of them: yargs reads it before the command is known', () => {
    const kinds = new Map<string, string>();
    for (const option of allOptions(grammar)) {
      const kind = JSON.stringify([option.value === undefined, option.alias, option.list === true]);
      if (option.name === 'account' || option.name === 'role') continue; // a list for `import` alone
      expect([option.name, kinds.get(option.name) ?? kind]).toEqual([option.name, kind]);
      kinds.set(option.name, kind);
    }
  });

  it('is spelled as no other', () => {
    const owners = new Map<string, string>();
    for (const option of allOptions(grammar)) {
      for (const spelling of spellings(option)) {
        expect([spelling, owners.get(spelling) ?? option.name]).toEqual([spelling, option.name]);
        owners.set(spelling, option.name);
      }
    }
  });
});

describe('the list of commands', () => {
  it('has each by its name', async () => {
    for (const [name, load] of Object.entries(commandFiles)) expect((await load()).name).toBe(name);
  });

  it('has no two of one name or one place in the help', () => {
    const { commands } = grammar;
    for (const key of ['name', 'helpOrder'] as const) {
      expect(new Set(commands.map((command) => command[key])).size).toBe(commands.length);
    }
  });

  it('as plain data says all that the shims and the man page need, and is no code', () => {
    expect(JSON.parse(JSON.stringify(grammarData))).toMatchObject({
      defaultCommand: 'switch',
      commands: grammar.commands.map(({ name }) => ({ name })),
      standaloneOptions: [{ name: 'unset', alias: 'u' }, { name: 'version' }],
    });
    expect(passThroughWords).toEqual(expect.arrayContaining(['help', '-h', '--help', '--version', 'current']));
    expect(passThroughWords).not.toEqual(expect.arrayContaining(['switch']));
  });

  it('is light: a definition imports at once nothing that does the work', () => {
    const folder = fileURLToPath(new URL('../../src/commands', import.meta.url));
    const light =
      /^(?:\.\/|\.\.\/cli\/|\.\.\/aws-config\/types\.ts|\.\.\/environment\/shells\.ts|\.\.\/guard\/limit\.ts)/;
    for (const file of readdirSync(folder)) {
      const text = readFileSync(`${folder}/${file}`, 'utf8');
      const imports = [...text.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)'/gm)].map(
        ([, path = '']) => path,
      );
      if (file === 'grammar-data.ts') continue; // it is for scripts
      expect([file, imports.filter((path) => !light.test(path))]).toEqual([file, []]);
    }
  });
});
