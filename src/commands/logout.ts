import type { LogoutOptions } from '../actions/logout.ts';
import type { Command } from '../cli/command.ts';
import { queryWords } from '../cli/options.ts';

export const logoutCommand: Command<LogoutOptions> = {
  name: 'logout',
  helpOrder: 80,
  usage: [['awsp logout [query]', 'forget a sign-in, here and at AWS']],
  words: { ...queryWords, value: 'SIGN-IN' },
  options: [{ name: 'all', describe: 'every sign-in' }],
  changesShell: false,
  parse: (line) => ({ query: line.words, all: line.has('all') }),
  async run(options, { loadContext }) {
    const { logout } = await import('../actions/logout.ts');
    return logout(await loadContext(), options);
  },
};
