import type { LogOptions } from '../actions/log.ts';
import type { Command } from '../cli/command.ts';
import { json, noWords } from '../cli/options.ts';

export const logCommand: Command<LogOptions> = {
  name: 'log',
  helpOrder: 127,
  usage: [['awsp log', 'the switches of your shells, where the settings keep a log of them']],
  words: noWords,
  options: [json],
  changesShell: false,
  parse: (line) => ({ json: line.has('json') }),
  async run(options, { loadContext }) {
    const { log } = await import('../actions/log.ts');
    return log(await loadContext(), options);
  },
};
