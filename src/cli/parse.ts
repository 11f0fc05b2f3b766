import yargs from 'yargs';
import { closest } from '../lib/closest.ts';
import { quoteWord } from '../lib/shell-words.ts';
import { type Command, Complaint, type Grammar, type OptionSpec, type Request } from './command.ts';
import { CommandLine, type OptionValues } from './command-line.ts';
import { allOptions, commonOptions, findCommand, spellings, withValue } from './grammar.ts';
import { commandMeantByOption } from './other-words.ts';
import { isWord } from './quick.ts';
import { invalid, type SplitLine, toRequest } from './request.ts';

/** What a command line asks for, by the whole grammar. Pure: it does not depend on the terminal or the environment. */
export function parse(
  argv: readonly string[],
  grammar: Grammar,
): { readonly request: Request; readonly debug: boolean } {
  const every = allOptions(grammar);
  const complaint = optionComplaint(argv, every, grammar);
  if (complaint !== null) {
    return { request: invalid(complaint, commandNamed(argv, grammar)), debug: argv.includes('--debug') };
  }
  const line = splitWithYargs(argv, every);
  const debug = line.values.get('debug') === true;
  const named = line.isEscaped ? undefined : findCommand(grammar, line.words[0]);
  const { options } = named ?? grammar.defaultCommand;
  // Of several options of one name, the command's own is meant.
  const error = valueError(line.values, [...options, ...commonOptions, ...every]);
  return { request: error === null ? toRequest(grammar, line) : invalid(error, named), debug };
}

// --- internal ---

/**
 * The first option that no command has, or flag with a value. They are looked for before yargs reads the line: it cannot
 * read `--constructor` and `--__proto__`, and throws on a flag with a value.
 */
function optionComplaint(argv: readonly string[], specs: readonly OptionSpec[], grammar: Grammar): Complaint | null {
  const end = argv.indexOf('--');
  const bySpelling = new Map(specs.flatMap((spec) => spellings(spec).map((spelling) => [spelling, spec] as const)));
  const options = (end < 0 ? argv : argv.slice(0, end)).filter((word) => word.startsWith('-') && word !== '-');
  for (const option of options.filter((word) => !negativeNumber.test(word))) {
    const [written = '', ...value] = option.split('=');
    const split = parts(written, bySpelling);
    const unknown = split.find((part) => !bySpelling.has(part));
    if (unknown !== undefined) return unknownOption(unknown, argv, grammar);
    const [last = ''] = split.slice(-1);
    if (value.length > 0 && bySpelling.get(last)?.value === undefined) return new Complaint(`"${last}" takes no value`);
  }
  return null;
}

/** The options of a word: several where it is a group of letters. What follows the letter of an option with a value is a value. */
function parts(written: string, bySpelling: ReadonlyMap<string, OptionSpec>): readonly string[] {
  if (written.startsWith('--')) return [written];
  const letters = [...written.slice(1)].map((letter) => `-${letter}`);
  const end = letters.findIndex((letter) => bySpelling.get(letter)?.value !== undefined);
  return end < 0 ? letters : letters.slice(0, end + 1);
}

/** yargs takes it for a word. */
const negativeNumber = /^-(\d+(\.\d+)?|\.\d+)$/;

/** Only what the command takes is suggested, or the command that is meant. */
function unknownOption(written: string, argv: readonly string[], grammar: Grammar): Complaint {
  const named = commandNamed(argv, grammar);
  const own = [
    ...(named ?? grammar.defaultCommand).options,
    ...commonOptions,
    ...(named === undefined ? grammar.standaloneOptions : []),
  ];
  const complaint = `unknown option "${written}"`;
  const line = commandForOption(written, argv, named, grammar);
  if (line !== null) return new Complaint(`${complaint}; did you mean: ${line}`);
  const [suggestion] = closest(written, own.flatMap(spellings).filter(isLong), 1);
  return new Complaint(suggestion === undefined ? complaint : `${complaint}; did you mean "${suggestion}"?`);
}

function isLong(spelling: string): boolean {
  return spelling.startsWith('--');
}

/** The command line that somebody means who writes a command as an option, or gives a profile by one. */
function commandForOption(
  written: string,
  argv: readonly string[],
  named: Command | undefined,
  grammar: Grammar,
): string | null {
  const place = argv.findIndex((word) => word === written || word.startsWith(`${written}=`));
  const next = argv[place + 1];
  const value = argv[place]?.includes('=') ? argv[place]?.slice(written.length + 1) : next;
  const word = value === undefined || value.startsWith('-') ? undefined : value;
  if (named === undefined) return commandMeantByOption(written, word, grammar);
  const takesProfile = named.words.value === 'PROFILE' || named.words.value === 'CONSOLE';
  const isProfile = written === '--profile' && takesProfile && word !== undefined;
  return isProfile ? `awsp ${named.name} ${quoteWord(word)}` : null;
}

/** The command that a line names, as far as it can be told before the line is read. */
function commandNamed(argv: readonly string[], grammar: Grammar): Command | undefined {
  return argv[0] === '--' ? undefined : findCommand(grammar, argv.find(isWord));
}

function splitWithYargs(argv: readonly string[], specs: readonly OptionSpec[]): SplitLine {
  const end = argv.indexOf('--');
  const parser = yargs([], '/').help(false).version(false).exitProcess(false).fail(false).parserConfiguration({
    'boolean-negation': false,
    'camel-case-expansion': false,
    'dot-notation': false,
    'parse-numbers': false,
    'parse-positional-numbers': false,
    'short-option-groups': true,
  });
  for (const { name, alias, value } of specs) {
    const kind = value === undefined ? ({ type: 'boolean', nargs: 0 } as const) : ({ type: 'string' } as const);
    parser.option(name, { ...(alias === undefined ? {} : { alias }), ...kind });
  }
  const before = end < 0 ? argv : argv.slice(0, end);
  const { _, $0: _program, ...values } = parser.parseSync([...before]) as Record<string, unknown>;
  const words = (_ as unknown[]).map(String);
  const aliases = new Set(specs.map(({ alias }) => alias));
  const given = Object.entries(values)
    .filter(([key, value]) => !aliases.has(key) && value !== undefined)
    .map(([key, value]): [string, unknown] => [key, isList(key, specs) ? [value].flat() : [value].flat().at(-1)]);
  return { words, values: new Map(given), rest: end < 0 ? null : argv.slice(end + 1), isEscaped: end === 0 };
}

function isList(key: string, specs: readonly OptionSpec[]): boolean {
  return specs.some(({ name, list }) => name === key && list === true);
}

function valueError(values: OptionValues, specs: readonly OptionSpec[]): Complaint | null {
  for (const [key, value] of values) {
    const spec = specs.find(({ name }) => name === key);
    if (spec === undefined) return new Complaint(`unknown option "-${key}"`);
    if (spec.value !== undefined && isEmpty(spec, value)) {
      return new Complaint(`"--${key}" needs a value: ${withValue(spec)}`);
    }
    if (spec.choices !== undefined && !spec.choices.includes(String(value))) {
      return new Complaint(`"--${key} ${String(value)}": expected one of ${spec.choices.join(', ')}`);
    }
  }
  return null;
}

/** A list of nothing must not mean that everything is wanted. */
function isEmpty({ name, list }: OptionSpec, value: unknown): boolean {
  if ([value].flat().some((one) => typeof one !== 'string' || one === '')) return true;
  return list === true && new CommandLine([], false, new Map([[name, value]])).list(name)?.length === 0;
}
