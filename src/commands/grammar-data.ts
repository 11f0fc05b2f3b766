import type { OptionSpec, Slot, UsageRow } from '../cli/command.ts';
import { commonOptions, spellings } from '../cli/grammar.ts';
import { environment } from '../cli/help.ts';
import { exitCodeTable } from '../exit-codes.ts';
import { lateGrammar } from './grammar.ts';

// The grammar as plain data, for what is made from it or tested against it: the shims, the man page, the docs.

const { commands, defaultCommand, help, standaloneOptions } = await lateGrammar.loadAll();

/** The words with which a command line begins when the shim must not evaluate its output. */
export const passThroughWords: readonly string[] = [
  ...commands.filter(({ changesShell }) => !changesShell).map(({ name }) => name),
  ...[help, ...standaloneOptions].flatMap(({ name, changesShell }) => {
    const option = [...commonOptions, ...standaloneOptions].find((some) => some.name === name);
    return option === undefined || changesShell ? [] : spellings(option);
  }),
];

/** Those of them to which the shim says in AWSP_SHIM which shim it is. */
export const shimReportingWords: readonly string[] = commands
  .filter(({ changesShell, reportsShim }) => !changesShell && reportsShim)
  .map(({ name }) => name);

/** The commands that run a command of the person's. */
export const commandRunningWords: readonly string[] = commands
  .filter(({ takesCommand }) => takesCommand)
  .map(({ name }) => name);

interface CommandData {
  readonly name: string;
  readonly usage: readonly UsageRow[];
  readonly words: Slot & { readonly min: number; readonly max: number };
  readonly options: readonly OptionSpec[];
}

export const grammarData = {
  commands: commands.map(({ name, usage, words, options }): CommandData => ({ name, usage, words, options })),
  /** The name of the command that a command line without a command means. */
  defaultCommand: defaultCommand.name,
  /** Options that stand alone, in place of a command. */
  standaloneOptions: standaloneOptions.map(({ run: _run, changesShell: _changesShell, ...spec }): OptionSpec => spec),
  /** Options that go with every command. */
  commonOptions,
  environment,
  exitCodes: exitCodeTable,
};
