import type { RenameOptions } from '../actions/rename.ts';
import { type Command, Complaint } from '../cli/command.ts';
import { changeOptions, readChangeOptions } from './changing.ts';

export const renameCommand: Command<RenameOptions> = {
  name: 'rename',
  helpOrder: 61,
  usage: [
    ['awsp rename <profile> <name>', 'rename a profile, and what refers to it'],
    ["awsp rename --template TEMPLATE 'GLOB'", 'rename many, by their accounts and roles'],
  ],
  words: { min: 1, max: Number.POSITIVE_INFINITY, value: 'PROFILE-THEN-NAME' },
  options: [
    { name: 'template', value: 'TEMPLATE', describe: 'names made of {account}, {accountId}, {role} and {session}' },
    ...changeOptions,
  ],
  changesShell: false,
  parse(line) {
    const { words } = line;
    const template = line.text('template');
    if (template === null && words.length !== 2)
      return new Complaint('"awsp rename" needs a profile and its new name: awsp rename OLD NEW');
    return { words, template, ...readChangeOptions(line) };
  },
  async run(options, { loadContext }) {
    const { rename } = await import('../actions/rename.ts');
    return rename(await loadContext(), options);
  },
};
