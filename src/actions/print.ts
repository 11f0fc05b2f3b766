import { type ShellName, shells } from '../environment/shells.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Outcome } from '../outcome.ts';

/** Text for stdout; where a shim evaluates stdout, the code that prints the text. */
export function print(text: string, shell: ShellName | null): Outcome {
  return { code: exitCodes.done, stdout: shell === null ? text : `${shells[shell].print(text.trimEnd())}\n` };
}
