import type { Command, Grammar, OptionSpec } from './command.ts';

/** Options that go with every command. */
export const commonOptions: readonly OptionSpec[] = [
  { name: 'help', alias: 'h', describe: 'print help' },
  { name: 'debug', describe: 'also print the causes of a failure' },
];

/** The command of a name. */
export function findCommand({ commands }: Grammar, name: string | undefined): Command | undefined {
  return commands.find((command) => command.name === name);
}

/** All options that there are, whatever they go with. */
export function allOptions({ commands, standaloneOptions }: Grammar): readonly OptionSpec[] {
  return [...commands.flatMap(({ options }) => options), ...standaloneOptions, ...commonOptions];
}

/** How an option is written: first with its short name, if it has one. */
export function spellings({ name, alias }: OptionSpec): readonly string[] {
  if (alias === undefined) return [`--${name}`];
  return [`${alias.length === 1 ? '-' : '--'}${alias}`, `--${name}`];
}

/** An option with what it takes: `--region REGION`. */
export function withValue({ name, value }: OptionSpec): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}
