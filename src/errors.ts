import { type ExitCode, exitCodes } from './exit-codes.ts';
import { quoteWord } from './lib/shell-words.ts';

/**
 * A failure that a person can do something about; printed as `awsp: <message>`.
 * Anything else that is thrown is a bug of awsp and is printed with its stack.
 */
export class AwspError extends Error {
  override readonly name = 'AwspError';
  readonly code: ExitCode;
  /** Further lines under the message: candidates, the command that helps. */
  readonly details: readonly string[];

  constructor(code: ExitCode, message: string, details: readonly string[] = [], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}

/** A person has to sign in before a profile works; `profile` is the one whose sign-in it is. */
export class SignInNeeded extends AwspError {
  readonly profile: string;

  constructor(profile: string, message: string, cause?: unknown) {
    super(exitCodes.signInNeeded, message, [`sign in with: awsp login ${quoteWord(profile)}`], cause);
    this.profile = profile;
  }
}

/** Ctrl-C, Esc or the end of input at a question: nothing is said, nothing has changed. */
export class Cancelled extends AwspError {
  constructor() {
    super(exitCodes.cancelled, '');
  }
}
