import type { ListOptions } from '../actions/list.ts';
import { type ProfileKind, profileKinds } from '../aws-config/types.ts';
import { type Command, Complaint } from '../cli/command.ts';
import { json, queryWords } from '../cli/options.ts';

export const listCommand: Command<ListOptions> = {
  name: 'list',
  helpOrder: 20,
  usage: [['awsp list [query]', 'the profiles, as a table']],
  words: queryWords,
  options: [
    json,
    { name: 'names', describe: 'only the names, one a line' },
    { name: 'production', describe: 'only those that are production' },
    {
      name: 'kind',
      value: 'KIND',
      choices: profileKinds,
      describe: `only those of a kind: ${profileKinds.join(', ')}`,
    },
  ],
  changesShell: false,
  parse(line) {
    if (line.has('json') && line.has('names')) return new Complaint('"--json" and "--names" exclude each other');
    const filter = { production: line.has('production'), kind: line.text('kind') as ProfileKind | null };
    return { query: line.words, as: line.has('json') ? 'json' : line.has('names') ? 'names' : 'table', filter };
  },
  async run(options, { loadContext }) {
    const { list } = await import('../actions/list.ts');
    return list(await loadContext(), options);
  },
};
