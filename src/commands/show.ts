import type { ShowOptions } from '../actions/show.ts';
import type { Command } from '../cli/command.ts';
import { json, queryWords } from '../cli/options.ts';

export const showCommand: Command<ShowOptions> = {
  name: 'show',
  helpOrder: 30,
  usage: [['awsp show [query]', 'one profile: Name Value Type Location']],
  words: queryWords,
  options: [json],
  changesShell: false,
  parse: (line) => ({ query: line.words, json: line.has('json') }),
  async run(options, { loadContext }) {
    const { show } = await import('../actions/show.ts');
    return show(await loadContext(), options);
  },
};
