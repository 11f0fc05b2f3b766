/** awsp's exit codes; `exitCodeTable` says what each means. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  noProfile: 3,
  signInNeeded: 4,
  wrongAccount: 5,
  refused: 6,
  /** Nothing is printed. */
  cancelled: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The meaning of each exit code: the help, the man page and the docs are made from it or tested against it. */
const meanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: 'done',
  failed: 'failed: AWS, the network or the disk said no',
  usage: 'the command line is wrong',
  noProfile: 'no such profile, or more than one fits',
  signInNeeded: 'sign-in needed',
  wrongAccount: 'wrong account',
  refused: 'refused by a guard',
  cancelled: 'cancelled: Ctrl-C, Esc or a no',
};

export const exitCodeTable = Object.entries(exitCodes).map(([name, code]) => ({
  code,
  name,
  meaning: meanings[name as keyof typeof exitCodes],
}));
