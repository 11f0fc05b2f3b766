import type { Command, Grammar, LateGrammar } from '../cli/command.ts';
import { helpCommand } from './help.ts';
import { commandFiles } from './index.ts';
import { switchCommand } from './switch.ts';
import { unsetOption } from './unset.ts';
import { versionOption } from './version.ts';

/** All that a command line of awsp may be made of, loaded as far as it is needed. */
export const lateGrammar: LateGrammar = {
  async loadFor(word) {
    const load = word !== undefined && Object.hasOwn(commandFiles, word) ? commandFiles[word] : undefined;
    return grammarOf([load === undefined ? switchCommand : await load()]);
  },
  async loadAll() {
    const commands = await Promise.all(Object.values(commandFiles).map((load) => load()));
    return grammarOf(commands.sort((a, b) => a.helpOrder - b.helpOrder));
  },
};

// --- internal ---

function grammarOf(commands: readonly Command[]): Grammar {
  return {
    commands,
    defaultCommand: switchCommand,
    help: helpCommand,
    standaloneOptions: [unsetOption, versionOption],
  };
}
