/** What the options of a command line were given, by their names: true for a flag. */
export type OptionValues = ReadonlyMap<string, unknown>;

/** A command line that was read: the words after the command, and its options. */
export class CommandLine {
  readonly words: readonly string[];
  /** Whether the command was named; the default command need not be. */
  readonly isNamed: boolean;
  /** The words after `--`, as they were typed, where the command takes a command line; null without `--`. */
  readonly rest: readonly string[] | null;
  readonly #values: OptionValues;

  constructor(words: readonly string[], isNamed: boolean, values: OptionValues, rest: readonly string[] | null = null) {
    this.words = words;
    this.isNamed = isNamed;
    this.rest = rest;
    this.#values = values;
  }

  /** Whether a flag is given. */
  has(option: string): boolean {
    return this.#values.get(option) === true;
  }

  /** The value of an option, the last where it is given several times; null when it is not given. */
  text(option: string): string | null {
    const value = [this.#values.get(option)].flat().at(-1);
    return value === undefined ? null : String(value);
  }

  /** The values of an option that takes a list; null when it is not given. */
  list(option: string): readonly string[] | null {
    if (!this.#values.has(option)) return null;
    return [this.#values.get(option)]
      .flat()
      .flatMap((value) => String(value).split(','))
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }
}
