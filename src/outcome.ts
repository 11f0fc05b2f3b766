import type { ExitCode } from './exit-codes.ts';

/** `done` confirms, `note` informs, `warning` asks for attention, `error` explains a failure. */
export type MessageKind = 'done' | 'note' | 'warning' | 'error';

/** One thing said to a person on stderr; `details` are the lines under it. */
export interface Message {
  readonly kind: MessageKind;
  readonly text: string;
  readonly details?: readonly string[];
}

/**
 * All that a command decided, before anything of it is printed. `stdout` is data, or the code that
 * the shell evaluates; `afterwards` runs when all is printed, and may fail without anyone noticing
 * (remembering a verification is such a thing).
 */
export interface Outcome {
  /** awsp's own exit code, or that of the command it ran. */
  readonly code: ExitCode | number;
  readonly stdout?: string;
  readonly messages?: readonly Message[];
  readonly afterwards?: () => void;
}
