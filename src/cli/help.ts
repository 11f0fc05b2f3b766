import { exitCodes } from '../exit-codes.ts';
import {
  aloneOptions,
  commonOptions,
  defaultVerb,
  findVerb,
  type OptionSpec,
  spellings,
  type VerbSpec,
  verbs,
} from './grammar.ts';

/** The help of one verb, or of the whole program when `topic` is null. */
export function renderHelp(topic: string | null): string {
  const verb = topic === null ? undefined : findVerb(topic);
  return verb === undefined ? wholeHelp() : verbHelp(verb);
}

/** The variables that the help and the man page name. */
export const environment: readonly (readonly [string, string])[] = [
  ['AWS_PROFILE', 'what awsp sets'],
  ['AWSP_*', 'the facts behind the prompt: AWSP_PROFILE, AWSP_ACCOUNT_ID, AWSP_STATE …'],
  ['AWSP_NO_PROMPT', 'any value: no prompt'],
  ['AWS_CONFIG_FILE', 'read in place of ~/.aws/config'],
  ['AWS_SHARED_CREDENTIALS_FILE', 'read in place of ~/.aws/credentials'],
  ['NO_COLOR, FORCE_COLOR', 'any value: no colour, always colour'],
];

/** The exit codes in words. */
export const codes: readonly (readonly [number, string])[] = [
  [exitCodes.done, 'done'],
  [exitCodes.failed, 'failed: AWS, the network or the disk said no'],
  [exitCodes.usage, 'the command line is wrong'],
  [exitCodes.noProfile, 'no such profile, or more than one fits'],
  [exitCodes.signInNeeded, 'sign-in needed'],
  [exitCodes.wrongAccount, 'wrong account'],
  [exitCodes.refused, 'refused by a guard'],
  [exitCodes.cancelled, 'cancelled'],
];

// --- internal ---

function wholeHelp(): string {
  return [
    'awsp switches the AWS profile of the shell you are in: verified, reversible, never a default.',
    '',
    ...section(
      'Usage',
      verbs.flatMap(({ usage }) => usage),
    ),
    '',
    ...section('Options of a switch', defaultVerb.options.map(optionRow)),
    '',
    ...section('Options', [...aloneOptions.slice(1), ...commonOptions].map(optionRow)),
    '',
    ...section('Environment', environment),
    '',
    ...section(
      'Exit codes',
      codes.map(([code, meaning]) => [String(code), meaning]),
    ),
    '',
  ].join('\n');
}

function verbHelp(verb: VerbSpec): string {
  const options = [...verb.options, ...commonOptions].map(optionRow);
  return [...section('Usage', verb.usage), '', ...section('Options', options), ''].join('\n');
}

function section(title: string, rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return [`${title}:`, ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)];
}

function optionRow(option: OptionSpec): readonly [string, string] {
  const value = option.value === undefined ? '' : ` ${option.value}`;
  return [`${spellings(option).join(', ')}${value}`, option.describe];
}
