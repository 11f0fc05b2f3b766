import type { LoginOptions } from '../actions/login.ts';
import type { Command } from '../cli/command.ts';
import { queryWords } from '../cli/options.ts';

export const loginCommand: Command<LoginOptions> = {
  name: 'login',
  helpOrder: 70,
  usage: [['awsp login [query]', 'sign in, for a profile or a session']],
  words: { ...queryWords, value: 'SIGN-IN' },
  options: [
    { name: 'device-code', describe: 'by a code that is confirmed on any device' },
    { name: 'remote', describe: 'by a browser on any device: the same; for aws login, by a code to paste' },
    { name: 'no-browser', describe: 'print the address, open no browser' },
    { name: 'all', describe: 'every sign-in that needs it' },
    { name: 'force', describe: 'sign in anew, although the sign-in is valid or can be renewed' },
  ],
  changesShell: false,
  parse: (line) => ({
    query: line.words,
    // One wish with two names: the first is of IAM Identity Center, the second of `aws login`.
    deviceCode: line.has('device-code') || line.has('remote'),
    noBrowser: line.has('no-browser'),
    all: line.has('all'),
    force: line.has('force'),
  }),
  async run(options, { loadContext }) {
    const { login } = await import('../actions/login.ts');
    return login(await loadContext(), options);
  },
};
