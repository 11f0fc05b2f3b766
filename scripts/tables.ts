// The core's tables that the docs and the man page are made from and tested against, read here and nowhere else.
import { aloneOptions, commonOptions, verbs } from '../src/cli/grammar.ts';
import { codes, environment } from '../src/cli/help.ts';

/** The commands in the order of the help, and what else is part of a command line. */
export const grammarData = {
  commands: verbs,
  standaloneOptions: aloneOptions,
  commonOptions,
  environment,
  exitCodes: codes.map(([code, meaning]) => ({ code, meaning })),
};
export { passThroughWords, spellings } from '../src/cli/grammar.ts';
export { variables } from '../src/environment/variables.ts';
export { settingKeys } from '../src/settings/settings.ts';
