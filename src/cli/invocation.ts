import type { ProfileKind } from '../aws-config/types.ts';
import type { ShellName } from '../environment/shells.ts';

/** When a switch asks AWS who it is: `auto` unless it is remembered, `always`, or `never`. */
export type VerifyMode = 'auto' | 'always' | 'never';

export interface SwitchOptions {
  readonly verify: VerifyMode;
  /** Whether a person signs in on the way where that is needed; `ask`, what goes without an option, leaves it to the settings. */
  readonly login: 'ask' | 'always' | 'never';
  /** Sets the shell's region along with the profile; null leaves the region alone. */
  readonly region: string | null;
  /** How long this shell keeps the profile, in milliseconds; null leaves it to the settings. */
  readonly limit: number | null;
  /** Switches to production without the question that the settings want; it makes no guess a choice. */
  readonly yes: boolean;
  /** The read-only role of the same account, in place of the one that fits. */
  readonly readOnly: boolean;
}

/** `awsp <query>` without any option. */
export const plainSwitch: SwitchOptions = {
  verify: 'auto',
  login: 'ask',
  region: null,
  limit: null,
  yes: false,
  readOnly: false,
};

/** Which profiles `awsp list` leaves out, besides those that the query does not fit. */
export interface ListFilter {
  /** Only production. */
  readonly production: boolean;
  /** Only profiles of a kind; null is any. */
  readonly kind: ProfileKind | null;
}

export interface DemoOptions {
  readonly shell: ShellName | null;
  readonly command: string | null;
  /** How many accounts the portal `barnehage` has of which no profile is made. */
  readonly accounts: number;
}

/** What SSO profiles are created with, one or many; null is asked for, or found. */
export interface CreationOptions {
  readonly startUrl: string | null;
  readonly ssoRegion: string | null;
  readonly session: string | null;
  /** Profiles with their own start URL, without an `sso_session`. */
  readonly legacy: boolean;
  readonly region: string | null;
  readonly output: string | null;
  readonly deviceCode: boolean;
  readonly noBrowser: boolean;
  /** Every question of yes or no is answered with yes. */
  readonly yes: boolean;
}

/** The answers to `awsp new`; null is asked for. */
export interface NewOptions extends CreationOptions {
  /** By id or name. */
  readonly account: string | null;
  readonly role: string | null;
  readonly name: string | null;
}

/** What `awsp import` is to do. */
export interface ImportOptions extends CreationOptions {
  /** Globs on the id or the name; without any all accounts are meant. */
  readonly accounts: readonly string[];
  /** Globs; without any all roles are meant. */
  readonly roles: readonly string[];
  /** Null for that of the settings. */
  readonly nameTemplate: string | null;
  readonly dryRun: boolean;
  readonly prune: boolean;
}

export interface DoctorOptions {
  readonly json: boolean;
  /** Do what is safe. */
  readonly fix: boolean;
  /** Without asking. */
  readonly yes: boolean;
}

/** What a command line asks for, as plain data: a bad command line is a value too. */
export type Request =
  | { readonly verb: 'choose'; readonly options: SwitchOptions }
  | { readonly verb: 'switch'; readonly query: readonly string[]; readonly options: SwitchOptions }
  | { readonly verb: 'back'; readonly options: SwitchOptions }
  | { readonly verb: 'unset' }
  | { readonly verb: 'list'; readonly query: readonly string[]; readonly json: boolean; readonly filter: ListFilter }
  | { readonly verb: 'show'; readonly query: readonly string[]; readonly json: boolean }
  | { readonly verb: 'current'; readonly json: boolean; readonly quiet: boolean; readonly verify: boolean }
  | {
      readonly verb: 'login';
      readonly query: readonly string[];
      readonly deviceCode: boolean;
      readonly noBrowser: boolean;
      readonly all: boolean;
    }
  | { readonly verb: 'logout'; readonly query: readonly string[]; readonly all: boolean }
  | { readonly verb: 'sessions'; readonly json: boolean }
  | { readonly verb: 'doctor'; readonly options: DoctorOptions }
  | { readonly verb: 'new'; readonly options: NewOptions }
  | { readonly verb: 'allow' }
  | { readonly verb: 'deny' }
  | { readonly verb: 'import'; readonly options: ImportOptions }
  | { readonly verb: 'region'; readonly region: string | null; readonly unset: boolean }
  | { readonly verb: 'init'; readonly shell: ShellName }
  | ({ readonly verb: 'demo' } & DemoOptions)
  | { readonly verb: 'complete'; readonly shell: ShellName; readonly words: readonly string[] }
  | { readonly verb: 'help'; readonly topic: string | null }
  | { readonly verb: 'version' }
  | { readonly verb: 'invalid'; readonly message: string; readonly details: readonly string[] };

export interface Invocation {
  /** The shell whose shim called and evaluates stdout; null without a shim. */
  readonly shell: ShellName | null;
  /** Also print the causes of a failure. */
  readonly debug: boolean;
  readonly request: Request;
}
