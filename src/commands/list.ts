import type { ListOptions } from '../actions/list.ts';
import { type ProfileKind, profileKinds } from '../aws-config/types.ts';
import type { Command } from '../cli/command.ts';
import { json, queryWords } from '../cli/options.ts';

export const listCommand: Command<ListOptions> = {
  name: 'list',
  helpOrder: 20,
  usage: [['awsp list [query]', 'the profiles, as a table']],
  words: queryWords,
  options: [
    json,
    { name: 'production', describe: 'only those that are production' },
    {
      name: 'kind',
      value: 'KIND',
      choices: profileKinds,
      describe: `only those of a kind: ${profileKinds.join(', ')}`,
    },
  ],
  changesShell: false,
  parse: (line) => ({
    query: line.words,
    json: line.has('json'),
    filter: { production: line.has('production'), kind: line.text('kind') as ProfileKind | null },
  }),
  async run(options, { loadContext }) {
    const { list } = await import('../actions/list.ts');
    return list(await loadContext(), options);
  },
};
