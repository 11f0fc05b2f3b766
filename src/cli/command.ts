import type { Context } from '../context.ts';
import type { ShellName } from '../environment/shells.ts';
import type { Outcome } from '../outcome.ts';
import type { World } from '../world.ts';
import type { CommandLine } from './command-line.ts';

/** What may stand in a place of the command line. */
export interface Slot {
  /** What it is called in the help; completion knows the values of some of these names, see `actions/complete.ts`. */
  readonly value?: string;
  /** All values that it may have. */
  readonly choices?: readonly string[];
}

/** An option; without the name of a value it is a flag. */
export interface OptionSpec extends Slot {
  readonly name: string;
  readonly alias?: string;
  /** May be given several times, or several values with commas between them. */
  readonly list?: boolean;
  readonly describe: string;
}

/** A command line for the help, and what it does. */
export type UsageRow = readonly [line: string, meaning: string];

/** Something that a command line can run: a command, or an option that stands alone. */
interface Runnable<Options> {
  readonly name: string;
  /** Its output is evaluated by the shell; the output of all others goes straight through the shim. */
  readonly changesShell: boolean;
  // A method, so that a list may hold commands whose options differ: each gets those that its own `parse` has returned.
  run(options: Options, call: Call): Promise<Outcome>;
}

/** A command: all that the program knows of it. Its file is light; what it does is imported by `run`. */
export interface Command<Options = unknown> extends Runnable<Options> {
  /** The help lists the commands by this number; completion does as well. */
  readonly helpOrder: number;
  readonly usage: readonly UsageRow[];
  /** The words after the command, and how many of them there may be. */
  readonly words: Slot & {
    readonly min: number;
    readonly max: number;
    /** What too few words are told to be, where the name of the slot does not say it. */
    readonly noun?: string;
  };
  readonly options: readonly OptionSpec[];
  /** What follows `--` is a command line of its own, not more words: see `CommandLine.rest`. */
  readonly takesCommand?: boolean;
  /** It reports which shim called it: the shim gives it the name of the shell and its own version, in AWSP_SHIM. */
  readonly reportsShim?: boolean;
  /** Where a shim evaluates the output, it prints by code: so an option may stand in front of the command. */
  readonly printsByCode?: boolean;
  /** The options that a command line of it means. Pure. */
  parse(line: CommandLine): Options | Complaint;
}

/** An option that stands alone, in place of a command: `awsp --version`. */
export interface StandaloneOption extends OptionSpec, Runnable<undefined> {}

/** All that a command line may be made of. */
export interface Grammar {
  readonly commands: readonly Command[];
  /** The command that a command line without a command means. */
  readonly defaultCommand: Command;
  /** The command that `--help` means. */
  readonly help: Command;
  readonly standaloneOptions: readonly StandaloneOption[];
}

/** The grammar, of which a command line mostly needs one command. */
export interface LateGrammar {
  /** The grammar with the command of this name alone, or the default command when there is no such command. */
  loadFor(word: string | undefined): Promise<Grammar>;
  /** The grammar with all commands, in the order of the help. */
  loadAll(): Promise<Grammar>;
}

/** What a command is run with, besides its options. */
interface Call {
  readonly world: World;
  /** Reads the settings and the profiles. */
  loadContext(): Promise<Context>;
  /** The shell whose shim called and evaluates stdout; null without a shim. */
  readonly shell: ShellName | null;
  /** Loads the definitions of all commands. */
  loadGrammar(): Promise<Grammar>;
}

/** What is wrong with a command line. */
export class Complaint {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** What a command line asks for, as plain data: a wrong command line is a value too. */
export type Request =
  | { readonly kind: 'command'; readonly command: Command | StandaloneOption; readonly options: unknown }
  | { readonly kind: 'completion'; readonly shell: ShellName; readonly words: readonly string[] }
  | { readonly kind: 'invalid'; readonly message: string; readonly details: readonly string[] };

export interface Invocation {
  /** The shell whose shim called and evaluates stdout; null without a shim. */
  readonly shell: ShellName | null;
  /** The mark that the shim made for this call: what it evaluates stands between two lines of it. Null without one. */
  readonly mark: string | null;
  /** Also print the causes of a failure. */
  readonly debug: boolean;
  readonly request: Request;
}
