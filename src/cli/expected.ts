import type { Grammar, OptionSpec, Slot } from './command.ts';
import { allOptions, commonOptions, findCommand, spellings } from './grammar.ts';

/** What the grammar lets stand at the cursor. */
export interface Expected {
  /** The name of a command may. */
  readonly command: boolean;
  /** These options may. */
  readonly options: readonly OptionSpec[];
  /** A word or a value of this kind may; null when nothing of the kind is expected. */
  readonly slot: Slot | null;
  /** What stands before the value within the word that is being typed: `--region=`. */
  readonly before: string;
  /** What is typed of it. */
  readonly typed: string;
  /** The command's words in front of it. */
  readonly words: readonly string[];
  /** It stands behind `--`, where nothing is an option or a command. */
  readonly isPastOptions: boolean;
}

/** What may stand where `typed` is being typed, after the complete words in front of it (the program's name not among them). */
export function expectedAfter(line: readonly string[], typed: string, grammar: Grammar): Expected {
  const { command, words, given, pending, isPastOptions } = readFront(line, grammar);
  const nothing: Expected = { command: false, options: [], slot: null, before: '', typed, words, isPastOptions };
  if (pending !== null)
    return { ...nothing, slot: command?.options.find(({ name }) => name === pending.name) ?? pending };
  const known = command ?? grammar.defaultCommand;
  const isFirst = command === null && words.length === 0 && given.length === 0;
  // The shell completes a command line of its own.
  if (isPastOptions && known.takesCommand === true) return nothing;
  if (!isPastOptions && typed.startsWith('-')) {
    const own = [...known.options, ...commonOptions, ...(isFirst ? grammar.standaloneOptions : [])];
    const end = typed.indexOf('=');
    if (end < 0) return { ...nothing, options: own.filter(({ name }) => !given.includes(name)) };
    const option = own.find(({ name, value }) => value !== undefined && typed.startsWith(`--${name}=`));
    if (option === undefined) return nothing;
    return { ...nothing, slot: option, before: typed.slice(0, end + 1), typed: typed.slice(end + 1) };
  }
  const slot = known.words;
  return { ...nothing, command: isFirst && !isPastOptions, slot: words.length < slot.max ? slot : null };
}

// --- internal ---

/** The words in front of the cursor, as `parse.ts` would read them; `pending` is the option whose value comes next. */
function readFront(line: readonly string[], grammar: Grammar) {
  const words: string[] = [];
  const given: string[] = [];
  let pending: OptionSpec | null = null;
  let isPastOptions = false;
  for (const word of line) {
    if (pending !== null) {
      pending = null;
    } else if (isPastOptions || !word.startsWith('-') || word === '-') {
      words.push(word);
    } else if (word === '--') {
      isPastOptions = true;
    } else {
      const option = findOption(word, grammar);
      given.push(option?.name ?? word);
      pending = awaitsValue(word, option) ? option : null;
    }
  }
  const command = line[0] === '--' ? null : (findCommand(grammar, words[0]) ?? null);
  return { command, words: command === null ? words : words.slice(1), given, pending, isPastOptions };
}

function findOption(word: string, grammar: Grammar): OptionSpec | null {
  const name = word.split('=')[0];
  return allOptions(grammar).find((option) => spellings(option).some((spelling) => spelling === name)) ?? null;
}

function awaitsValue(word: string, option: OptionSpec | null): boolean {
  return option?.value !== undefined && !word.includes('=');
}
