import type { Audit } from '../audit/audit.ts';
import type { FileRole } from '../aws-config/sections.ts';
import type { ProfileSet } from '../aws-config/types.ts';
import type { callingShim, ShellName } from '../environment/shells.ts';
import type { Settings } from '../settings/types.ts';
import type { Environment } from '../world.ts';
import type { Command } from './commands.ts';

/** `error`: something fails, or acts in the wrong account. `warning`: it may. `note`: nothing is wrong, but good to know. */
export type Severity = 'error' | 'warning' | 'note';

/** What `--fix` may do by itself, since nothing is lost by it. `id` tells which fixes of a file are one and the same. */
export type Fix =
  | { readonly kind: 'mode'; readonly path: string; readonly mode: number }
  | { readonly kind: 'text'; readonly path: string; readonly id: string; readonly change: (text: string) => string };

/** One thing that is wrong, where, why it matters, and the way out. No value of a secret is ever in it. */
export interface Finding {
  readonly severity: Severity;
  /** As it was read; null for what is wrong with the shell or the program. */
  readonly file: string | null;
  readonly line: number | null;
  readonly message: string;
  readonly why: string;
  /** What to do, in words. */
  readonly remedy: string;
  /** The same as a command to paste; null where it takes a person. */
  readonly command: string | null;
  readonly fix: Fix | null;
}

/** One of AWS's files. */
export interface AwsFile {
  readonly path: string;
  readonly role: FileRole;
  readonly text: string;
}

/** How a start file is written: for a POSIX shell, for fish, fish's own list of variables, or `NAME=value` alone. */
export type Syntax = 'sh' | 'fish' | 'fish-variables' | 'pam';

/** A file that is read before a shell's first prompt, or on the way into a folder. */
export interface StartFile {
  readonly path: string;
  /** Whose it is; null for what every shell gets. */
  readonly shell: ShellName | null;
  readonly syntax: Syntax;
  readonly text: string;
  /** What the shell runs when it reads the file; nothing where it is no script. */
  readonly commands: readonly Command[];
  /** The file that the shell looks for itself, and that reads this one; or this one. */
  readonly root: string;
}

/** A line that loads a shim of awsp's. */
export interface ShimLine {
  readonly file: string;
  /** That of its file. */
  readonly root: string;
  readonly line: number;
  readonly text: string;
  readonly shell: ShellName;
  /** The shim that it names; null where a variable is part of the path. */
  readonly shim: string | null;
  readonly isThere: boolean;
}

/** All that the checks look at, gathered before the first of them runs. */
export interface Evidence {
  readonly env: Environment;
  readonly home: string | null;
  readonly profiles: ProfileSet;
  readonly settings: Settings;
  readonly audit: Audit;
  readonly awsFiles: readonly AwsFile[];
  /** Files that hold secrets, or may come to, with their modes. */
  readonly modes: readonly { readonly path: string; readonly mode: number; readonly kind: 'config' | 'secret' }[];
  /** In the order in which a shell reads them. */
  readonly startFiles: readonly StartFile[];
  readonly shimLines: readonly ShimLine[];
  /** The shim that called the program; null when none did. */
  readonly shim: ReturnType<typeof callingShim>;
  readonly version: string;
  readonly nodeVersion: string;
  /** The version of the AWS CLI on PATH; null where there is none, or where nothing depends on it. */
  readonly awsCliVersion: string | null;
}

/** One thing to look for; a pure function. Its `id` is what `--json` calls the problem. */
export interface Check {
  readonly id: string;
  readonly run: (evidence: Evidence) => readonly Finding[];
}
