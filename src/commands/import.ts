import type { ImportOptions } from '../actions/creation-options.ts';
import type { Command } from '../cli/command.ts';
import { forceRegion, noWords } from '../cli/options.ts';
import { outputOption, portalOptions, readCreationOptions, signInOptions } from './creation.ts';

export const importCommand: Command<ImportOptions> = {
  name: 'import',
  helpOrder: 60,
  usage: [['awsp import', 'create an SSO profile for every account and role of a portal']],
  words: noWords,
  options: [
    { name: 'dry-run', describe: 'print what would change, write nothing' },
    { name: 'prune', describe: 'remove what it made before, where the access is gone' },
    {
      name: 'account',
      value: 'GLOB',
      list: true,
      describe: 'only these accounts, by id or name: shop-*,123456789012',
    },
    { name: 'role', value: 'GLOB', list: true, describe: 'only these roles' },
    { name: 'region', value: 'REGION', describe: "the profiles' default region" },
    forceRegion,
    outputOption,
    {
      name: 'name-template',
      value: 'TEMPLATE',
      describe: 'their names, of {account}, {accountId}, {role} and {session}',
    },
    ...portalOptions,
    ...signInOptions,
  ],
  changesShell: false,
  parse: (line) => ({
    ...readCreationOptions(line),
    accounts: line.list('account') ?? [],
    roles: line.list('role') ?? [],
    nameTemplate: line.text('name-template'),
    dryRun: line.has('dry-run'),
    prune: line.has('prune'),
  }),
  async run(options, { loadContext }) {
    const { importProfiles } = await import('../actions/import.ts');
    return importProfiles(await loadContext(), options);
  },
};
