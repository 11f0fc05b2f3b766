import { type ExitCode, exitCodes } from './exit-codes.ts';
import { quoteWord } from './lib/shell-words.ts';

/**
 * A failure that the user can do something about, printed as `awsp: <message>`. Any other error is a bug in awsp and is
 * printed with its stack.
 */
export class AwspError extends Error {
  override readonly name = 'AwspError';
  readonly code: ExitCode;
  /** Lines under the message: candidates, the command that helps. */
  readonly details: readonly string[];

  constructor(code: ExitCode, message: string, details: readonly string[] = [], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}

/**
 * The user must sign in first. `profile` is the one to sign in for: the source profile, where there is one. `command` signs
 * in, where that is not `awsp login`.
 */
export class SignInNeeded extends AwspError {
  readonly profile: string;

  constructor(profile: string, message: string, cause?: unknown, command = `awsp login ${quoteWord(profile)}`) {
    super(exitCodes.signInNeeded, message, [`sign in with: ${command}`], cause);
    this.profile = profile;
  }
}

/** Ctrl-C, Esc or the end of input at a prompt: nothing is printed, nothing has changed. */
export class Cancelled extends AwspError {
  constructor() {
    super(exitCodes.cancelled, '');
  }
}

/** Esc at a prompt: back to the one before it, see `askInOrder`. Where there is none, it cancels. */
export class Back extends Cancelled {}
