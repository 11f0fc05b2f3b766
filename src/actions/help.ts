import type { Grammar } from '../cli/command.ts';
import { findCommand } from '../cli/grammar.ts';
import { commandHelp, wholeHelp } from '../cli/help.ts';
import { commandMeant } from '../cli/other-words.ts';
import type { ShellName } from '../environment/shells.ts';
import { AwspError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Outcome } from '../outcome.ts';
import { stderrStyle, stdoutStyle } from '../terminal/table.ts';
import type { Terminal } from '../world.ts';
import { print } from './print.ts';

/** `awsp help [command]`, `awsp --help`: the help of a command, or of the program when `topic` is null. */
export function help(topic: string | null, shell: ShellName | null, grammar: Grammar, terminal: Terminal): Outcome {
  // What a shim prints goes where its messages go, as far as awsp knows.
  const { width } = shell === null ? stdoutStyle(terminal) : stderrStyle(terminal);
  if (topic === null) return print(wholeHelp(grammar, width), shell);
  const command = findCommand(grammar, topic);
  if (command !== undefined) return print(commandHelp(command, width), shell);
  const meant = commandMeant([topic], grammar);
  throw new AwspError(
    exitCodes.usage,
    `there is no command "${topic}"${meant === null ? '' : `; did you mean: ${meant} --help`}`,
    ['awsp help lists the commands'],
  );
}
