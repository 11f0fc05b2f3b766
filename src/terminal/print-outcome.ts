import { exitCodes } from '../exit-codes.ts';
import type { Message, Outcome } from '../outcome.ts';
import { type MessageStyle, renderMessages } from './messages.ts';

/** Where an outcome is printed to: 1 is stdout, 2 is stderr. Returns null, or the code of what went wrong. */
export type Write = (fd: 1 | 2, text: string) => string | null;

/** Prints what was decided, messages first. Returns the exit code, which says whether the output could be written. */
export function printOutcome(outcome: Outcome, style: MessageStyle, write: Write): number {
  write(2, renderMessages(outcome.messages ?? [], style));
  const failure = write(1, outcome.stdout ?? '');
  if (failure !== null) {
    // The reader has closed the pipe, which is its own choice: `awsp list | head`.
    if (failure === 'EPIPE') return outcome.code;
    const message: Message = { kind: 'error', text: `the output could not be written: ${failure}` };
    write(2, renderMessages([message], style));
    return exitCodes.failed;
  }
  try {
    outcome.afterwards?.();
  } catch {
    // What could not be kept is asked for again the next time.
  }
  return outcome.code;
}
