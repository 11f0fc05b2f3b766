import type { ChangeOptions } from '../actions/file-changes.ts';
import type { OptionSpec } from '../cli/command.ts';
import type { CommandLine } from '../cli/command-line.ts';

/** The options of the commands that change profiles or settings. */
export const changeOptions: readonly OptionSpec[] = [
  { name: 'dry-run', describe: 'print what would change, write nothing' },
  { name: 'yes', describe: 'yes to every question' },
];

/** What these options say. */
export function readChangeOptions(line: CommandLine): ChangeOptions {
  return { yes: line.has('yes'), dryRun: line.has('dry-run') };
}
