import type { CopyOptions } from '../actions/copy.ts';
import type { Command } from '../cli/command.ts';
import { changeOptions, readChangeOptions } from './changing.ts';

export const copyCommand: Command<CopyOptions> = {
  name: 'copy',
  helpOrder: 62,
  usage: [['awsp copy <profile> <name>', 'copy a profile']],
  words: { min: 2, max: 2, value: 'PROFILE-THEN-NAME', noun: 'profile and a name for the copy' },
  options: changeOptions,
  changesShell: false,
  parse: (line) => ({ from: line.words[0] ?? '', to: line.words[1] ?? '', ...readChangeOptions(line) }),
  async run(options, { loadContext }) {
    const { copy } = await import('../actions/copy.ts');
    return copy(await loadContext(), options);
  },
};
