import type { CredentialsOptions } from '../actions/credentials.ts';
import { type Command, Complaint } from '../cli/command.ts';
import { queryWords } from '../cli/options.ts';
import { credentialFormats } from '../environment/credential-formats.ts';
import { readOptions } from './switch.ts';

export const credentialsCommand: Command<CredentialsOptions> = {
  name: 'credentials',
  helpOrder: 47,
  usage: [['awsp credentials [query]', "print a profile's temporary credentials, for programs"]],
  words: queryWords,
  options: [
    { name: 'format', value: 'FORMAT', choices: credentialFormats, describe: 'how they are printed' },
    { name: 'verify', describe: 'ask AWS even when a verification is cached' },
    { name: 'no-verify', describe: 'do not ask AWS whose they are' },
    { name: 'login', describe: 'sign in without asking, when the sign-in is over' },
    { name: 'no-login', describe: 'do not offer to sign in' },
    { name: 'yes', describe: 'of production without being asked' },
  ],
  changesShell: false,

  parse(line) {
    const options = readOptions(line);
    if (options instanceof Complaint) return options;
    const written = line.text('format') ?? credentialFormats[0];
    const format = credentialFormats.find((known) => known === written);
    return format === undefined
      ? new Complaint(`"--format ${written}" is none of ${credentialFormats.join(', ')}`)
      : { query: line.words, format, options };
  },

  async run(options, { loadContext }) {
    const { credentials } = await import('../actions/credentials.ts');
    return credentials(await loadContext(), options);
  },
};
