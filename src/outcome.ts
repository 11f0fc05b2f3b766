import type { ExitCode } from './exit-codes.ts';

/** `done` confirms, `note` informs, `warning` needs attention, `error` explains a failure. */
export type MessageKind = 'done' | 'note' | 'warning' | 'error';

/** A message on stderr; `details` are the lines under it. */
export interface Message {
  readonly kind: MessageKind;
  readonly text: string;
  readonly details?: readonly string[];
}

/**
 * The result of a command, before anything is printed. `stdout` is data, or the code that the shell evaluates.
 * `afterwards` runs when everything is printed; its failure is ignored (it writes the verification cache, for example).
 */
export interface Outcome {
  /** The exit code of awsp, or of the command that it ran. */
  readonly code: ExitCode | number;
  readonly stdout?: string;
  readonly messages?: readonly Message[];
  readonly afterwards?: () => void;
}
