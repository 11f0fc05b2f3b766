// The core's tables that the docs and the man page are made from and tested against, read here and nowhere else.
export { spellings } from '../src/cli/grammar.ts';
export { grammarData, passThroughWords } from '../src/commands/grammar-data.ts';
export { variables } from '../src/environment/variables.ts';
export { settingKeys } from '../src/settings/keys.ts';
