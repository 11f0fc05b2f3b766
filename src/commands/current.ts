import type { CurrentOptions } from '../actions/current.ts';
import type { Command } from '../cli/command.ts';
import { json, noWords } from '../cli/options.ts';

export const currentCommand: Command<CurrentOptions> = {
  name: 'current',
  helpOrder: 40,
  usage: [['awsp current', 'what this shell uses, verified']],
  words: noWords,
  options: [
    json,
    { name: 'quiet', alias: 'q', describe: 'print nothing: the exit code tells' },
    { name: 'no-verify', describe: 'do not ask AWS' },
  ],
  changesShell: false,
  reportsShim: true,
  parse: (line) => ({ json: line.has('json'), quiet: line.has('quiet'), verify: !line.has('no-verify') }),
  async run(options, { loadContext }) {
    const { current } = await import('../actions/current.ts');
    return current(await loadContext(), options);
  },
};
