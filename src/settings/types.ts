import type { Pin } from '../guard/pins.ts';
import type { IniFile } from './ini-file.ts';

/** How a switch to production is confirmed: not at all, by a yes, or by typing the account's name. */
export type Confirm = (typeof confirmModes)[number];
export const confirmModes = ['off', 'yes', 'typed'] as const;

export interface Settings {
  /** How long AWS may take to answer a verification, in milliseconds. */
  readonly verifyTimeout: number;
  /** How long a verification stays in the cache, in milliseconds; 0: it is not cached. */
  readonly verifyRemember: number;
  /** What is production besides the built-in rule: globs on profile names, account ids and role names. */
  readonly production: readonly string[];
  /** What is not production, whatever the rules say: the same globs. */
  readonly productionExcept: readonly string[];
  /** The time limit of a production profile in a shell, in milliseconds; null: none. */
  readonly productionLimit: number | null;
  /** What is asked before a switch to production. */
  readonly confirm: Confirm;
  /** Read-only roles are not asked for, also where they are production. */
  readonly readOnlyFree: boolean;
  /** What AI agents may use of production besides read-only roles: globs on profile names, account ids and role names. */
  readonly agentAllow: readonly string[];
  /** What AI agents may not use at all: the same globs. */
  readonly agentDeny: readonly string[];
  /** The time limit of a profile in an AI agent's shell, in milliseconds. */
  readonly agentLimit: number;
  /** Whether a log of the switches is kept. */
  readonly logSwitches: boolean;
  /** Globs on the names of read-only roles, in order of preference. */
  readonly readOnlyRoles: readonly string[];
  /** The accounts that profiles must belong to, in addition to the one that they name themselves. */
  readonly pins: readonly Pin[];
  /** Whether a switch signs in when necessary: after a question on a terminal, without a question, or never. */
  readonly signInOffer: 'ask' | 'always' | 'never';
  /** The command that opens the sign-in page; null: BROWSER, or else the browser of the desktop. */
  readonly signInBrowser: string | null;
  /** What opens the console: a mode of `consoleBrowser` or a command; null: the browser of a sign-in. */
  readonly consoleBrowser: string | null;
  /** How new profiles are named; see `nameBy`. */
  readonly nameTemplate: string;
  /** What the prompt shows; null: what it says by default. See `promptText`. */
  readonly promptFormat: string | null;
  /** The most columns of the prompt. */
  readonly promptWidth: number;
  /** The program for choosing from a list. */
  readonly picker: 'awsp' | 'fzf';
  /** Short names for profiles. */
  readonly aliases: ReadonlyMap<string, string>;
  /** The names that the person gives accounts, by account id. */
  readonly accounts: ReadonlyMap<string, string>;
  /** The files of which each must have what takes from a guard, such as `[agent] allow`. */
  readonly loosenedIn: readonly string[];
  /** What is wrong in the files; a key with a bad value has its default, and `confirm` is `yes` or `typed`. */
  readonly problems: readonly SettingsProblem[];
}

/** What one settings file says. */
export interface SettingsFile extends Pick<Settings, 'aliases' | 'accounts' | 'pins' | 'loosenedIn' | 'problems'> {
  readonly path: string;
  /** The values of its keys by `section.key`, without the bad ones. */
  readonly values: ReadonlyMap<string, string>;
  /** The line of a key, see `IniFile`. */
  readonly lineOf: IniFile['lineOf'];
}

/** Something wrong in the settings file; `line` is null for the whole file. */
export interface SettingsProblem {
  readonly file: string;
  readonly line: number | null;
  readonly message: string;
}
