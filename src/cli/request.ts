import { listed } from '../lib/text.ts';
import { type Command, Complaint, type Grammar, type Request, type StandaloneOption } from './command.ts';
import { CommandLine, type OptionValues } from './command-line.ts';
import { commonOptions, findCommand } from './grammar.ts';

/** A command line, split into its words and the values of its options. */
export interface SplitLine {
  readonly words: readonly string[];
  readonly values: OptionValues;
  /** The words after `--`; null without one. */
  readonly rest?: readonly string[] | null;
  /** It begins with `--`, so that its first word names no command. */
  readonly isEscaped?: boolean;
}

/** What a command line asks for; `parse.ts` and `quick.ts` differ only in how they split it. */
export function toRequest(grammar: Grammar, { words: before, values, rest = null, isEscaped }: SplitLine): Request {
  const isSplit = isEscaped !== true && findCommand(grammar, before[0])?.takesCommand === true;
  const words = isSplit ? before : [...before, ...(rest ?? [])];
  const named = isEscaped === true ? undefined : findCommand(grammar, words[0]);
  const line = new CommandLine(
    named === undefined ? words : words.slice(1),
    named !== undefined,
    values,
    isSplit ? rest : null,
  );
  const command = named ?? grammar.defaultCommand;
  if (values.get('help') === true) return parsed(grammar.help, helpLine(named), undefined);
  const standalone = grammar.standaloneOptions.find(
    ({ name }) => values.get(name) === true && !command.options.some((own) => own.name === name),
  );
  if (standalone !== undefined) return standaloneRequest(standalone, line, values, named);
  const complaint = misfit(grammar, command, line, values);
  return complaint === null ? parsed(command, line, named) : invalid(complaint, named);
}

/** The request for a wrong command line, which leads to the help of the command that is named. */
export function invalid({ message }: Complaint, named: Command | undefined): Request {
  const help =
    named === undefined
      ? 'awsp --help lists the commands and their options'
      : `awsp help ${named.name} shows what goes with it`;
  return { kind: 'invalid', message, details: [help] };
}

// --- internal ---

function parsed(command: Command, line: CommandLine, named: Command | undefined): Request {
  const options = command.parse(line);
  return options instanceof Complaint ? invalid(options, named) : { kind: 'command', command, options };
}

/** `awsp <command> --help` is `awsp help <command>`. */
function helpLine(command: Command | undefined): CommandLine {
  return new CommandLine(command === undefined ? [] : [command.name], true, new Map());
}

function standaloneRequest(
  option: StandaloneOption,
  line: CommandLine,
  values: OptionValues,
  named: Command | undefined,
): Request {
  const others = [...values.keys()].filter((name) => name !== option.name && name !== 'debug');
  if (line.isNamed || line.words.length > 0 || others.length > 0) {
    return invalid(new Complaint(`"--${option.name}" stands alone`), named);
  }
  return { kind: 'command', command: option, options: undefined };
}

/** The options that do not go with the command, and too few or too many words. */
function misfit(
  { commands }: Grammar,
  { name, words, options }: Command,
  line: CommandLine,
  values: OptionValues,
): Complaint | null {
  const allowed = [...options, ...commonOptions].map((option) => option.name);
  const stranger = [...values.keys()].find((key) => !allowed.includes(key));
  if (stranger !== undefined) {
    const takers = commands.filter((taker) => taker.options.some((option) => option.name === stranger));
    const named = takers.slice(0, 3).map((taker) => `awsp ${taker.name}`);
    const hint = named.length === 0 ? '' : `; it goes with ${listed(named)}`;
    return new Complaint(`"--${stranger}" does not go with "awsp${line.isNamed ? ` ${name}` : ' <query>'}"${hint}`);
  }
  const { min, max, value = 'WORD', choices, noun = value.toLowerCase() } = words;
  if (line.words.length < min) {
    const known = choices === undefined ? '' : `: ${choices.join(', ')}`;
    return new Complaint(`"awsp ${name}" needs a ${noun}${known}`);
  }
  return line.words.length > max ? new Complaint(`"awsp ${name}" takes no "${line.words[max]}"`) : null;
}
