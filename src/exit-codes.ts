/** What awsp answers to the shell; the README's table of errors is checked against these. */
export const exitCodes = {
  done: 0,
  /** AWS, the network or the disk said no. */
  failed: 1,
  usage: 2,
  /** No such profile, or more than one that fits. */
  noProfile: 3,
  signInNeeded: 4,
  wrongAccount: 5,
  /** Refused by a guard. */
  refused: 6,
  /** Ctrl-C or Esc: silent. */
  cancelled: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
