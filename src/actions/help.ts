import type { Grammar } from '../cli/command.ts';
import { findCommand } from '../cli/grammar.ts';
import { commandHelp, wholeHelp } from '../cli/help.ts';
import type { ShellName } from '../environment/shells.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { closest } from '../lib/closest.ts';
import type { Outcome } from '../outcome.ts';
import { print } from './print.ts';

/** `awsp help [command]`, `awsp --help`: the help of a command, or of the program when `topic` is null. */
export function help(topic: string | null, shell: ShellName | null, grammar: Grammar): Outcome {
  if (topic === null) return print(wholeHelp(grammar), shell);
  const command = findCommand(grammar, topic);
  if (command !== undefined) return print(commandHelp(command), shell);
  const names = grammar.commands.map(({ name }) => name);
  const [suggestion] = closest(topic, names, 1);
  throw new AwspError(
    exitCodes.usage,
    `there is no command "${topic}"${suggestion === undefined ? '' : `; did you mean "${suggestion}"?`}`,
    ['awsp help lists the commands'],
  );
}
