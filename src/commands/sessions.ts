import type { SessionsOptions } from '../actions/sessions.ts';
import type { Command } from '../cli/command.ts';
import { json, noWords } from '../cli/options.ts';

export const sessionsCommand: Command<SessionsOptions> = {
  name: 'sessions',
  helpOrder: 90,
  usage: [['awsp sessions', 'the sign-ins: portal, state, time left']],
  words: noWords,
  options: [json],
  changesShell: false,
  parse: (line) => ({ json: line.has('json') }),
  async run(options, { loadContext }) {
    const { sessions } = await import('../actions/sessions.ts');
    return sessions(await loadContext(), options);
  },
};
