import type { Command } from '../cli/command.ts';
import { noWords } from '../cli/options.ts';

export const allowCommand: Command<object> = {
  name: 'allow',
  helpOrder: 100,
  usage: [['awsp allow', 'trust the .awsp file of this folder: it names the account that belongs here']],
  words: noWords,
  options: [],
  changesShell: false,
  parse: () => ({}),
  async run(_options, { loadContext }) {
    const { allow } = await import('../actions/allow.ts');
    return allow(await loadContext());
  },
};
