import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../world.ts';

export interface Question {
  /** What is asked for, in words: `start URL`. */
  readonly label: string;
  /** The option that answers it, `--start-url`, and what it was given; null is asked for. */
  readonly option: string;
  readonly given: string | null;
  /** The answer of a person who only presses Enter, and of a command line where nobody can be asked; null is none. */
  readonly fallback: string | null;
  /** What is meant by what was typed; null is no answer. */
  readonly read: (typed: string) => string | null;
}

/** An answer that was given as an option, or on the terminal, or its default; asked for again until it is good. */
export async function answer(terminal: Terminal, question: Question): Promise<string> {
  const { label, option, given, fallback, read } = question;
  if (given !== null) return readGiven(question, given);
  if (!terminal.interactive) {
    if (fallback === null) throw missing(label, option);
    return fallback;
  }
  for (;;) {
    const typed = (await terminal.ask(`${label}${fallback === null ? '' : ` [${fallback}]`}: `)).trim();
    const value = typed === '' ? fallback : read(typed);
    if (value !== null) return value;
    terminal.write(`"${typed}" is no ${label}\n`);
  }
}

/** What an option was given means. */
export function readGiven({ label, option, read }: Omit<Question, 'given' | 'fallback'>, given: string): string {
  const value = read(given);
  if (value === null) throw new AwspError(exitCodes.usage, `"${option} ${given}" is no ${label}`);
  return value;
}

/** The failure where an answer was not given and nobody can be asked. */
export function missing(label: string, option: string): AwspError {
  return new AwspError(exitCodes.usage, `the ${label} is missing, and there is no terminal to ask on`, [
    `give it: ${option}`,
  ]);
}

/** Yes or no, on the terminal; without one it is no, and with `yes` nobody is asked. */
export async function isWanted(terminal: Terminal, question: string, yes: boolean, byDefault = true): Promise<boolean> {
  if (yes || !terminal.interactive) return yes;
  const typed = (await terminal.ask(`${question} ${byDefault ? '[Y/n]' : '[y/N]'} `)).trim();
  return typed === '' ? byDefault : /^y(es)?$/i.test(typed);
}

export function readRegion(typed: string): string | null {
  return /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(typed.trim()) ? typed.trim() : null;
}

/** A word that needs no quotes anywhere: an output format, a session's name. */
export function readWord(typed: string): string | null {
  return /^[\w.-]+$/.test(typed.trim()) ? typed.trim() : null;
}
