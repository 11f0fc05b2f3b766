import type { Audit } from '../audit/audit.ts';
import type { Problem } from '../aws-config/problems.ts';
import type { FileRole } from '../aws-config/sections.ts';
import type { Location, Profile, ProfileSet } from '../aws-config/types.ts';
import type { CallingShim, ShellName } from '../environment/shells.ts';
import type { DirectoryPin } from '../guard/directory-pin.ts';
import type { AccountNames } from '../selection/account-names.ts';
import type { Settings, SettingsFile } from '../settings/types.ts';
import type { Environment } from '../world.ts';
import type { Command, ScriptSyntax } from './commands.ts';

/**
 * `error`: something fails, or uses the wrong account. `warning`: it may. `note`: nothing is wrong, but worth knowing.
 */
export type Severity = (typeof severities)[number];
export const severities = ['error', 'warning', 'note'] as const;

/**
 * What `--fix` can do without losing anything. Fixes of a file with the same `id` are the same fix, which is made once.
 */
export type Fix =
  | { readonly kind: 'mode'; readonly path: string; readonly mode: number }
  | { readonly kind: 'text'; readonly path: string; readonly id: string; readonly change: (text: string) => string };

/** One thing that is wrong, its place, why it matters, and the remedy. Contains no secrets. */
export interface Finding {
  readonly severity: Severity;
  /** The full path; null if the shell or the program is at fault, not a file. */
  readonly file: string | null;
  readonly line: number | null;
  readonly message: string;
  readonly why: string;
  /** What to do, in words. */
  readonly remedy: string;
  /** The remedy as a command to paste; null if there is none. */
  readonly command: string | null;
  readonly fix: Fix | null;
}

/** One of AWS's files. */
export interface AwsFile {
  readonly path: string;
  readonly role: FileRole;
  readonly text: string;
}

/** The syntax of a start file: a script, fish's own list of variables, lines of `NAME=value`, or mise's TOML. */
export type Syntax = ScriptSyntax | 'fish-variables' | 'pam' | 'mise';

/** A file that is read when a shell starts, or when it enters a directory. */
export interface StartFile {
  readonly path: string;
  /** The shell that reads it; null for all shells. */
  readonly shell: ShellName | null;
  readonly syntax: Syntax;
  readonly text: string;
  /** The commands that the shell runs when it reads the file; empty if it is not a script. */
  readonly commands: readonly Command[];
  /** The start file that sources this one, directly or not; its own path if none does. */
  readonly root: string;
}

/** A line that loads awsp's shim. */
export interface ShimLine {
  readonly file: string;
  /** The `root` of its file. */
  readonly root: string;
  readonly line: number;
  readonly text: string;
  readonly shell: ShellName;
  /** The path of the shim; null if it contains a variable. */
  readonly shim: string | null;
  /** Whether that file exists; true if it is not known. */
  readonly isThere: boolean;
}

/** A file that a variable or a property names and that does not exist. */
export interface MissingFile {
  /** The variable, or the property. */
  readonly name: string;
  readonly written: string;
  /** Where the property is; null for a variable. */
  readonly at: Location | null;
}

/** A file or a directory of AWS's tools that belongs to another user. */
export interface ForeignPath {
  readonly path: string;
  readonly owner: string;
}

/** The region of a sign-in by `aws login`. */
export interface LoginRegion {
  readonly profile: Profile;
  readonly region: string;
}

/** A text with its path. */
export type TextFile = Pick<AwsFile, 'path' | 'text'>;

/** The data for the checks, gathered before the first of them runs. */
export interface Evidence {
  readonly env: Environment;
  readonly home: string | null;
  readonly profiles: ProfileSet;
  /** What is wrong in AWS's files, and with profiles in this environment. */
  readonly problems: readonly Problem[];
  readonly settings: Settings;
  readonly accounts: AccountNames;
  readonly audit: Audit;
  readonly awsFiles: readonly AwsFile[];
  /** Files that hold secrets or decide on the identity, with their modes. */
  readonly modes: readonly { readonly path: string; readonly mode: number; readonly kind: 'config' | 'secret' }[];
  readonly missingFiles: readonly MissingFile[];
  /** The programs that a `credential_process` names, as they are written, and that are not installed. */
  readonly missingPrograms: ReadonlySet<string>;
  readonly foreignPaths: readonly ForeignPath[];
  /** Files that a program has left behind while it was writing another one. */
  readonly temporaryFiles: readonly string[];
  /** The regions in which a person has signed in by `aws login`, where the cache has them. */
  readonly loginRegions: readonly LoginRegion[];
  readonly kubeconfigs: readonly TextFile[];
  /** The person's own settings file. */
  readonly ownSettings: SettingsFile;
  /** The pin of this directory that is trusted. */
  readonly directoryPin: { readonly path: string; readonly pin: DirectoryPin } | null;
  /** In the order in which a shell reads them. */
  readonly startFiles: readonly StartFile[];
  readonly shimLines: readonly ShimLine[];
  /** The shim that called the program; null if it was called directly. */
  readonly shim: CallingShim | null;
  readonly version: string;
  readonly nodeVersion: string;
  /** See `awsCliVersion` in evidence.ts. */
  readonly awsCliVersion: string | null;
}

/** A check for one kind of problem; `run` is pure. `--json` shows the `id`. */
export interface Check {
  readonly id: string;
  readonly run: (evidence: Evidence) => readonly Finding[];
}
