import type { NewOptions } from '../actions/creation-options.ts';
import type { Command } from '../cli/command.ts';
import { forceRegion, noWords } from '../cli/options.ts';
import { outputOption, portalOptions, readCreationOptions, signInOptions } from './creation.ts';

export const newCommand: Command<NewOptions> = {
  name: 'new',
  helpOrder: 50,
  usage: [['awsp new', 'create an SSO profile']],
  words: noWords,
  options: [
    ...portalOptions,
    { name: 'account', value: 'ACCOUNT', describe: 'the account, by id or name' },
    { name: 'role', value: 'ROLE', describe: 'the role in it' },
    { name: 'region', value: 'REGION', describe: "the profile's default region" },
    forceRegion,
    outputOption,
    { name: 'name', value: 'NAME', describe: 'the name of the profile' },
    ...signInOptions,
  ],
  changesShell: true,
  parse: (line) => ({
    ...readCreationOptions(line),
    account: line.text('account'),
    role: line.text('role'),
    name: line.text('name'),
  }),
  async run(options, { loadContext, shell }) {
    const { createProfile } = await import('../actions/new.ts');
    return createProfile(await loadContext(), options, shell);
  },
};
