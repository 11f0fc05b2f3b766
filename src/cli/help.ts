import { exitCodeTable } from '../exit-codes.ts';
import { wrapped } from '../terminal/wrap.ts';
import type { Command, Grammar, OptionSpec, UsageRow } from './command.ts';
import { commonOptions, spellings } from './grammar.ts';

/** The help of one command, for so many columns. */
export function commandHelp({ usage, options }: Command, columns: number): string {
  const rows = [...options, ...commonOptions].map(optionRow);
  return [section('Usage', usage, columns), section('Options', rows, columns)].join('\n');
}

/** The help of the whole program, for so many columns. */
export function wholeHelp(grammar: Grammar, columns: number): string {
  const { defaultCommand, commands, standaloneOptions } = grammar;
  const sections: readonly (readonly [title: string, rows: readonly UsageRow[]])[] = [
    ['Usage', commands.flatMap(({ usage }) => usage)],
    ['Options of a switch', defaultCommand.options.map(optionRow)],
    ['Options', [...standaloneOptions, ...commonOptions].map(optionRow)],
    ['Environment', environment],
    ['Exit codes', exitCodeTable.map(({ code, meaning }) => [String(code), meaning])],
  ];
  const what = 'awsp switches the AWS profile of the shell you are in: verified, reversible, never a default.';
  return [
    ...wrapped(what, columns).map((line) => `${line}\n`),
    ...sections.map(([title, rows]) => `\n${section(title, rows, columns)}`),
  ].join('');
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

/** A title, and rows of two columns; on a narrow terminal the second is below the first. */
function section(title: string, rows: readonly UsageRow[], columns: number): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  const isNarrow = columns < width + 4 + minMeaning;
  const indent = ' '.repeat(isNarrow ? 6 : width + 4);
  const lines = rows.map(([left, right]) => {
    const meaning = wrapped(right, columns - indent.length).join(`\n${indent}`);
    return isNarrow ? `  ${left}\n${indent}${meaning}` : `  ${left.padEnd(width)}  ${meaning}`;
  });
  return [`${title}:`, ...lines, ''].join('\n');
}

/** The columns in which the meaning of an option can be read. */
const minMeaning = 24;

function optionRow(option: OptionSpec): UsageRow {
  const value = option.value === undefined ? '' : ` ${option.value}`;
  return [`${spellings(option).join(', ')}${value}`, option.describe];
}
