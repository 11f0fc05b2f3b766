import type { RemoveOptions } from '../actions/remove.ts';
import type { Command } from '../cli/command.ts';
import { queryWords } from '../cli/options.ts';
import { changeOptions, readChangeOptions } from './changing.ts';

export const rmCommand: Command<RemoveOptions> = {
  name: 'rm',
  helpOrder: 64,
  usage: [['awsp rm <query>', 'remove a profile']],
  words: { ...queryWords, min: 1 },
  options: changeOptions,
  changesShell: false,
  parse: (line) => ({ query: line.words, ...readChangeOptions(line) }),
  async run(options, { loadContext }) {
    const { remove } = await import('../actions/remove.ts');
    return remove(await loadContext(), options);
  },
};
