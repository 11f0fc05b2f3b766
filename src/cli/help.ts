import { exitCodeTable } from '../exit-codes.ts';
import type { Command, Grammar, OptionSpec, UsageRow } from './command.ts';
import { commonOptions, spellings } from './grammar.ts';

/** The help of one command. */
export function commandHelp({ usage, options }: Command): string {
  const rows = [...options, ...commonOptions].map(optionRow);
  return [...section('Usage', usage), '', ...section('Options', rows), ''].join('\n');
}

/** The help of the whole program. */
export function wholeHelp(grammar: Grammar): string {
  const { defaultCommand, commands, standaloneOptions } = grammar;
  return [
    'awsp switches the AWS profile of the shell you are in: verified, reversible, never a default.',
    '',
    ...section(
      'Usage',
      commands.flatMap(({ usage }) => usage),
    ),
    '',
    ...section('Options of a switch', defaultCommand.options.map(optionRow)),
    '',
    ...section('Options', [...standaloneOptions, ...commonOptions].map(optionRow)),
    '',
    ...section('Environment', environment),
    '',
    ...section(
      'Exit codes',
      exitCodeTable.map(({ code, meaning }) => [String(code), meaning]),
    ),
    '',
  ].join('\n');
}

/** The variables that the help names. */
export const environment: readonly UsageRow[] = [
  ['AWS_PROFILE', 'what awsp sets'],
  ['AWSP_*', 'the facts behind the prompt: AWSP_PROFILE, AWSP_ACCOUNT_ID, AWSP_STATE …'],
  ['AWSP_NO_PROMPT', 'any value: no prompt'],
  ['AWSP_PROMPT_STYLE', 'where the prompt is: prefix, line, off, or export to other programs'],
  ['AWS_CONFIG_FILE', 'read in place of ~/.aws/config'],
  ['AWS_SHARED_CREDENTIALS_FILE', 'read in place of ~/.aws/credentials'],
  ['NO_COLOR', 'any value: no colour'],
  ['FORCE_COLOR', '0 or false: no colour; any other value: always colour'],
];

// --- internal ---

function section(title: string, rows: readonly UsageRow[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return [`${title}:`, ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)];
}

function optionRow(option: OptionSpec): UsageRow {
  const value = option.value === undefined ? '' : ` ${option.value}`;
  return [`${spellings(option).join(', ')}${value}`, option.describe];
}
