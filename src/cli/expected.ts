import {
  aloneOptions,
  commonOptions,
  defaultVerb,
  findVerb,
  type OptionSpec,
  type Slot,
  spellings,
  verbs,
} from './grammar.ts';

/** What the grammar lets stand at the cursor. */
export interface Expected {
  /** A command may. */
  readonly verb: boolean;
  /** These options may. */
  readonly options: readonly OptionSpec[];
  /** A word or a value of this kind may; null when nothing of the kind is expected. */
  readonly slot: Slot | null;
  /** What stands before the value within the word that is being typed: `--region=`. */
  readonly before: string;
  /** What is typed of it. */
  readonly typed: string;
  /** The verb's words in front of it. */
  readonly words: readonly string[];
  /** It stands behind `--`, where nothing is an option or a command. */
  readonly isPastOptions: boolean;
}

/** What may stand where `typed` is being typed, after the complete words in front of it (the program's name not among them). */
export function expectedAfter(line: readonly string[], typed: string): Expected {
  const { verb, words, given, pending, isPastOptions } = readFront(line);
  const nothing: Expected = { verb: false, options: [], slot: null, before: '', typed, words, isPastOptions };
  if (pending !== null) return { ...nothing, slot: verb?.options.find(({ name }) => name === pending.name) ?? pending };
  const isFirst = verb === null && words.length === 0 && given.length === 0;
  if (!isPastOptions && typed.startsWith('-')) {
    const own = [...(verb ?? defaultVerb).options, ...commonOptions, ...(isFirst ? aloneOptions : [])];
    const end = typed.indexOf('=');
    if (end < 0) return { ...nothing, options: own.filter(({ name }) => !given.includes(name)) };
    const option = own.find(({ name, value }) => value !== undefined && typed.startsWith(`--${name}=`));
    if (option === undefined) return nothing;
    return { ...nothing, slot: option, before: typed.slice(0, end + 1), typed: typed.slice(end + 1) };
  }
  const slot = (verb ?? defaultVerb).words;
  return { ...nothing, verb: isFirst && !isPastOptions, slot: words.length < slot.max ? slot : null };
}

// --- internal ---

/** The words in front of the cursor, as `parse.ts` would read them; `pending` is the option whose value comes next. */
function readFront(line: readonly string[]) {
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
      const option = findOption(word);
      given.push(option?.name ?? word);
      pending = awaitsValue(word, option) ? option : null;
    }
  }
  const verb = line[0] === '--' ? null : (findVerb(words[0]) ?? null);
  return { verb, words: verb === null ? words : words.slice(1), given, pending, isPastOptions };
}

function findOption(word: string): OptionSpec | null {
  const every = [...verbs.flatMap(({ options }) => options), ...aloneOptions, ...commonOptions];
  const name = word.split('=')[0];
  return every.find((option) => spellings(option).some((spelling) => spelling === name)) ?? null;
}

function awaitsValue(word: string, option: OptionSpec | null): boolean {
  return option?.value !== undefined && !word.includes('=');
}
