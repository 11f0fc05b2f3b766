import type { SwitchOptions } from './switch-options.ts';

export interface ExecOptions {
  readonly query: readonly string[];
  /** The command and its arguments; null opens a shell. */
  readonly command: readonly string[] | null;
  readonly options: SwitchOptions;
  /** A glob for the role, in place of that of the profile. */
  readonly role: string | null;
  /** The ARN of a role that the profile assumes. */
  readonly roleArn: string | null;
  /** Temporary keys go to the command, in place of the profile. */
  readonly keys: boolean;
  /** Nothing but these keys leads to credentials. */
  readonly only: boolean;
  /** Globs: the command is run as each profile that one of them fits. */
  readonly each: readonly string[] | null;
  readonly jobs: number;
  readonly failFast: boolean;
}
