import type { Command, Grammar } from '../cli/command.ts';
import * as list from './index.ts';
import { unsetOption } from './unset.ts';
import { versionOption } from './version.ts';

const commands: readonly Command[] = Object.values(list).sort((a, b) => a.helpOrder - b.helpOrder);

/** All that a command line of awsp may be made of. */
export const grammar: Grammar = {
  commands,
  defaultCommand: list.switchCommand,
  help: list.helpCommand,
  standaloneOptions: [unsetOption, versionOption],
};
