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
  if (values.get('help') === true) return parsed(grammar.help, helpLine(named));
  const standalone = grammar.standaloneOptions.find(
    ({ name }) => values.get(name) === true && !command.options.some((own) => own.name === name),
  );
  if (standalone !== undefined) return standaloneRequest(standalone, line, values);
  const complaint = misfit(command, line, values);
  return complaint === null ? parsed(command, line) : invalid(complaint);
}

/** The request for a wrong command line. */
export function invalid({ message }: Complaint): Request {
  return { kind: 'invalid', message, details: ['awsp --help lists the commands and their options'] };
}

// --- internal ---

function parsed(command: Command, line: CommandLine): Request {
  const options = command.parse(line);
  return options instanceof Complaint ? invalid(options) : { kind: 'command', command, options };
}

/** `awsp <command> --help` is `awsp help <command>`. */
function helpLine(command: Command | undefined): CommandLine {
  return new CommandLine(command === undefined ? [] : [command.name], true, new Map());
}

function standaloneRequest(option: StandaloneOption, line: CommandLine, values: OptionValues): Request {
  const others = [...values.keys()].filter((name) => name !== option.name && name !== 'debug');
  if (line.isNamed || line.words.length > 0 || others.length > 0) {
    return invalid(new Complaint(`"--${option.name}" stands alone`));
  }
  return { kind: 'command', command: option, options: undefined };
}

/** The options that do not go with the command, and too few or too many words. */
function misfit({ name, words, options }: Command, line: CommandLine, values: OptionValues): Complaint | null {
  const allowed = [...options, ...commonOptions].map((option) => option.name);
  const stranger = [...values.keys()].find((key) => !allowed.includes(key));
  if (stranger !== undefined) return new Complaint(`"--${stranger}" does not go with "awsp ${name}"`);
  const { min, max, value = 'WORD', choices } = words;
  if (line.words.length < min) {
    const known = choices === undefined ? '' : `: ${choices.join(', ')}`;
    return new Complaint(`"awsp ${name}" needs a ${value.toLowerCase()}${known}`);
  }
  return line.words.length > max ? new Complaint(`"awsp ${name}" takes no "${line.words[max]}"`) : null;
}
