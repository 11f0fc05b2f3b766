import type { Command } from '../cli/command.ts';
import { noWords } from '../cli/options.ts';

export const denyCommand: Command<object> = {
  name: 'deny',
  helpOrder: 110,
  usage: [['awsp deny', 'trust it no more']],
  words: noWords,
  options: [],
  changesShell: false,
  parse: () => ({}),
  async run(_options, { world }) {
    const { deny } = await import('../actions/allow.ts');
    return deny(world);
  },
};
